// Names in paths, also where a mark combines with the slash before it.

import JobCore
import Testing

@Suite struct FilePathTests {
  @Test(arguments: [
    ("/a/b", ["a", "b"], "/a"), ("/\u{301}a/b", ["\u{301}a", "b"], "/\u{301}a"),
    ("/a/\u{657}", ["a", "\u{657}"], "/a"), ("a", ["a"], nil), ("/", [], ""),
    ("//a//", ["a"], "//a/"),
  ])
  func comeApartAtEachSlash(path: String, names: [String], parent: String?) {
    #expect(path.pathNames == names)
    #expect(path.parentPath == parent)
    #expect(path.isAbsolutePath == path.utf8.starts(with: "/".utf8))
  }
}
