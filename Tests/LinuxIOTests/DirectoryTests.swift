// Names: opening, linking, renaming, removing, and the typed error of each.

import Glibc
import Testing

@testable import LinuxIO

@Suite struct DirectoryTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test func `a missing name is told apart from every other failure`() throws {
    #expect(failure { _ = try scratch.directory.open("none", .read) }?.isNotFound == true)
    #expect(failure { _ = try scratch.directory.open("none", .update) }?.isNotFound == true)
    #expect(failure { _ = try Directory("none", in: scratch.directory) }?.isNotFound == true)
    #expect(
      failure { try scratch.directory.rename("none", to: "x", in: scratch.directory) }?.isNotFound
        == true)
    #expect(
      failure { try scratch.directory.link("none", to: "x", in: scratch.directory) }?.isNotFound
        == true)
    if try scratch.directory.openIfPresent("none") != nil {
      Issue.record("opened what is not there")
    }
    #expect(try scratch.directory.status(of: "none") == nil)
    #expect(try !scratch.directory.remove("none"))
    #expect(try !scratch.directory.removeDirectory("none"))
    #expect(try !scratch.directory.removeTree("none"))
  }

  @Test func `names are listed one by one, whatever bytes they are`() throws {
    var raw = "\(scratch.path)/\u{1}".utf8CString.map { $0 == 1 ? CChar(-1) : $0 }
    close(creat(&raw, 0o600))
    try scratch.put("1", as: "plain")
    let names = try DirectoryStream(scratch.directory)
    var found: [FileName] = []
    while let name = try names.next() { found.append(name) }
    #expect(Set(found.map(\.text)) == ["plain", nil])
    #expect(Set(found.map(\.legible)) == ["plain", "\u{FFFD}"])
    #expect(found.contains(FileName("plain")))
    let strange = try #require(found.first { $0.text == nil })
    try scratch.directory.rename(strange, to: "y", in: scratch.directory)
    #expect(try scratch.directory.names().sorted() == ["plain", "y"])
  }

  @Test func `what is no file is told from what cannot be opened just now`() throws {
    symlink("/nonexistent", "\(scratch.path)/link")
    mknod("\(scratch.path)/socket", mode_t(0o140_600), 0)
    for name in ["link", "socket"] {
      #expect(failure { _ = try scratch.directory.openIfPresent(name) }?.isUnreadable == true)
    }
    #expect(failure { _ = try Directory("link", in: scratch.directory) }?.isNoDirectory == true)
    #expect(!SystemError("open", "", code: EMFILE).isUnreadable)
  }

  @Test func `room that there is not is ENOSPC`() throws {
    try scratch.directory.expectRoom(bytes: 1, files: 1)
    let error = failure { try scratch.directory.expectRoom(bytes: .max, files: 1) }
    #expect(error?.code == ENOSPC && error?.isShortage == true)
  }

  @Test func `a file's permissions are set, those behind a link are not`() throws {
    try scratch.put("1", as: "a")
    symlink("a", "\(scratch.path)/link")
    try scratch.directory.setPermissions(0o400, of: "a")
    #expect(try scratch.directory.status(of: "a")?.permissions == 0o400)
    #expect(failure { try scratch.directory.setPermissions(0o600, of: "link") }?.isLink == true)
  }

  @Test func `an error names the call and the path`() {
    let error = failure { _ = try scratch.directory.open("none", .read) }
    #expect(error?.subject == "\(scratch.path)/none")
    #expect(error?.description == "openat \(scratch.path)/none: No such file or directory")
  }

  @Test func `an existing name is an error for what has to be new`() throws {
    try scratch.put("1", as: "a")
    try scratch.put("2", as: "b")
    #expect(failure { _ = try scratch.directory.open("a", .createNew) }?.isExists == true)
    #expect(
      failure { try scratch.directory.link("a", to: "b", in: scratch.directory) }?.isExists == true)
    #expect(try scratch.text("b") == "2")
    #expect(try scratch.directory.makeDirectory("d"))
    #expect(try !scratch.directory.makeDirectory("d"))
  }

  @Test func `a file is no directory`() throws {
    try scratch.put("", as: "file")
    #expect(failure { _ = try Directory("file", in: scratch.directory) }?.code == ENOTDIR)
    #expect(failure { _ = try Directory(path: "\(scratch.path)/file") }?.code == ENOTDIR)
    #expect(failure { try scratch.directory.removeDirectory("file") }?.code == ENOTDIR)
  }

  @Test func `a directory is not removed as a file`() throws {
    try scratch.directory.makeDirectory("d")
    #expect(failure { try scratch.directory.remove("d") }?.code == EISDIR)
  }

  @Test func `symbolic links are not followed`() throws {
    try scratch.put("secret", as: "target")
    #expect(symlink("target", "\(scratch.path)/link") == 0)
    #expect(symlink(".", "\(scratch.path)/dirlink") == 0)
    for mode in [Directory.Mode.read, .update, .updateOrCreate, .append] {
      #expect(failure { _ = try scratch.directory.open("link", mode) }?.isLink == true)
    }
    #expect(failure { _ = try scratch.directory.openIfPresent("link") }?.isLink == true)
    #expect(failure { _ = try Directory("dirlink", in: scratch.directory) } != nil)
    #expect(try scratch.directory.status(of: "link")?.kind == .link)
    #expect(
      try scratch.directory.openFollowingLinks("link").contents(limit: 10) == Array("secret".utf8))
  }

  @Test func `a fifo without a writer is opened at once`() throws {
    #expect(mkfifo("\(scratch.path)/fifo", 0o600) == 0)
    #expect(try scratch.directory.open("fifo", .read).status().kind == .other)
  }

  @Test func `new files and directories are for their owner alone`() throws {
    try scratch.put("", as: "file")
    try scratch.directory.makeDirectory("d")
    #expect(try scratch.directory.status(of: "file")?.permissions == 0o600)
    #expect(try scratch.directory.status(of: "d")?.permissions == 0o700)
    try Directory("d", in: scratch.directory).setPermissions(0o750)
    #expect(try scratch.directory.status(of: "d")?.permissions == 0o750)
  }

  @Test func `a second name is the same file`() throws {
    try scratch.put("1", as: "a")
    try scratch.directory.makeDirectory("d")
    let inner = try Directory("d", in: scratch.directory)
    try scratch.directory.link("a", to: "b", in: inner)
    let (a, b) = (try scratch.directory.status(of: "a"), try inner.status(of: "b"))
    #expect(try #require(a).isSameFile(as: try #require(b)) && a?.links == 2)
    try inner.sync()
  }

  @Test func `renaming replaces`() throws {
    try scratch.put("new", as: "a")
    try scratch.put("old", as: "b")
    try scratch.directory.rename("a", to: "b", in: scratch.directory)
    #expect(try scratch.text("b") == "new")
    #expect(try scratch.directory.names() == ["b"])
  }

  @Test func `a directory that is not empty stays`() throws {
    try scratch.directory.makeDirectory("d")
    _ = try Directory("d", in: scratch.directory).open("x", .createNew)
    #expect(try !scratch.directory.removeDirectory("d"))
    #expect(try scratch.directory.status(of: "d") != nil)
  }

  @Test func `a tree is removed without following links out of it`() throws {
    try scratch.put("keep", as: "outside")
    try scratch.directory.makeDirectory("tree")
    let tree = try Directory("tree", in: scratch.directory)
    try tree.makeDirectory("deep")
    _ = try Directory("deep", in: tree).open("file", .createNew)
    #expect(symlink("..", "\(scratch.path)/tree/link") == 0)
    #expect(try scratch.directory.removeTree("tree"))
    #expect(try scratch.directory.names() == ["outside"])
  }

  @Test func `a tree with names that are not UTF-8 is removed whole`() throws {
    try scratch.directory.makeDirectory("tree")
    let raw: [CChar] = Array("\(scratch.path)/tree/caf".utf8CString.dropLast()) + [-23, 0]
    #expect(Glibc.open(raw, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600) >= 0)
    #expect(try scratch.directory.removeTree("tree"))
    #expect(try scratch.directory.names() == [])
  }

  @Test func `a moved directory stays the one that was opened`() throws {
    try scratch.directory.makeDirectory("before")
    let opened = try Directory("before", in: scratch.directory)
    try scratch.directory.rename("before", to: "after", in: scratch.directory)
    _ = try opened.open("x", .createNew)
    #expect(try Directory("after", in: scratch.directory).names() == ["x"])
  }

  @Test func `names can be listed again and again`() throws {
    for name in ["a", "b", ".c"] { try scratch.put("", as: name) }
    for _ in 0..<3 { #expect(try scratch.directory.names().sorted() == [".c", "a", "b"]) }
  }
}
