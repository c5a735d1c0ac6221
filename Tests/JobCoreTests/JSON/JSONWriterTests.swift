// The one form that values are written in, and that it reads back.

import JobCore
import Testing

@Suite struct JSONWriterTests {
  @Test(
    arguments: [
      (JSON.null, "null"), (true, "true"), (false, "false"), (-5, "-5"), ("a/b", #""a/b""#),
      ([], "[]"), ([:], "{}"), ([1, [2, [:]]], "[1,[2,{}]]"),
    ] as [(JSON, String)])
  func writesEveryKindOfValue(value: JSON, text: String) {
    #expect(String(decoding: value.serialized(), as: UTF8.self) == text)
  }

  @Test func escapesOnlyWhatMustBe() {
    let value: JSON = "\" \\ / \u{8}\t\n\u{C}\r \u{0}\u{1F}\u{7F} é😀\u{2028}"
    let text = #""\" \\ / \b\t\n\f\r \u0000\u001f"# + "\u{7F} é😀\u{2028}\""
    #expect(String(decoding: value.serialized(), as: UTF8.self) == text)
  }

  @Test func sortsKeysByTheirBytes() {
    // "é" in one scalar sorts behind "z", in two behind "e"; Swift's own order has them as one.
    let value: JSON = ["\u{E9}": 1, "z": 2, "e\u{301}": 3, "a": 4, "B": 5, "": 6]
    let text = "{\"\":6,\"B\":5,\"a\":4,\"e\u{301}\":3,\"z\":2,\"\u{E9}\":1}"
    #expect(value.serialized() == Array(text.utf8))
  }

  @Test func appendsToWhatIsThere() {
    var bytes = Array("x".utf8)
    JSON.array([1]).serialize(into: &bytes)
    #expect(bytes == Array("x[1]".utf8))
  }

  @Test func laysOutForPeople() {
    let value: JSON = ["b": [1, "x"], "a": ["c": [:], "d": []]]
    #expect(
      value.prettyText() == """
        {
          "a": {
            "c": {},
            "d": []
          },
          "b": [
            1,
            "x"
          ]
        }
        """)
  }

  @Test func readsBackWhatItWrote() throws {
    let value: JSON = ["a": [nil, true, -12, "é\n\u{0}"], "b": ["c": "\\\"/"]]
    #expect(try JSON(parsing: value.serialized()) == value)
    #expect(try JSON(parsing: value.prettyText()) == value)
  }
}
