// The grammar of RFC 8259 case by case, and each way to break it with place and sentence.

import JobCore
import Testing

/// Texts and what they mean.
private let goodTexts: [(String, JSON)] = [
  ("null", JSON.null), ("true", true), ("false", false), ("0", 0), ("-7", -7),
  ("\"\"", ""), ("\"job\"", "job"), ("[]", []), ("{}", [:]), ("[ ]", []), ("{ }", [:]),
  (" \t\r\n1 \t\r\n", 1), ("[1,[2],{}]", [1, [2], [:]]),
  (#"{"a":1,"b":[true,null]}"#, ["a": 1, "b": [true, nil]]),
  ("{ \"a\" : 1 , \"b\" : 2 }", ["a": 1, "b": 2]),
  (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
  (#""\u0041\u00e9\u20AC\uD83D\uDE00\u0000""#, "Aé€😀\0"),
  (#""x\ny""#, "x\ny"), ("\"é€😀\u{7F}\"", "é€😀\u{7F}"),
  (#"{"":0}"#, ["": 0]),
]

@Suite struct JSONReaderTests {
  @Test(arguments: goodTexts)
  func readsEveryKindOfValue(text: String, value: JSON) throws {
    #expect(try JSON(parsing: text) == value)
  }

  @Test(arguments: [
    "0", "-0", "1", "-1", "10", "1.5", "-0.5", "1e3", "1E3", "1e+3", "1e-3", "1.25E-10",
    "123456789012345678901234567890",
  ])
  func keepsNumbersAsTheyAreWritten(text: String) throws {
    #expect(try JSON(parsing: text).number?.text == text)
    #expect(JSONNumber(text: text)?.text == text)
  }

  @Test(arguments: brokenTexts)
  func namesWhatIsWrongAndWhere(broken: BrokenText) {
    let error = #expect(throws: JSONError.self) { try JSON(parsing: broken.bytes) }
    #expect(error?.message == broken.message)
  }

  @Test func countsTheOffsetInBytesAndTheColumnInCharacters() {
    let error = #expect(throws: JSONError.self) { try JSON(parsing: "\n[\"é😀\", x]") }
    #expect(error?.offset == 12)
    #expect(error?.line == 2)
    #expect(error?.column == 8)
    #expect(error?.reason == .unexpected(found: "x", expected: .value))
  }

  @Test func keepsTheOrderOfMembers() throws {
    let object = try #require(try JSON(parsing: #"{"z":1,"a":2,"m":3}"#).object)
    #expect(object.keys == ["z", "a", "m"])
    #expect(object.values == [1, 2, 3])
  }

  @Test func tellsKeysApartByTheirBytes() throws {
    let object = try #require(try JSON(parsing: "{\"\u{E9}\":1,\"e\u{301}\":2}").object)
    #expect(object.count == 2)
    #expect(object["\u{E9}"] == 1)
    #expect(object["e\u{301}"] == 2)
  }

  @Test(arguments: [3, 15, 16, 17, 5000])
  func findsADuplicateAmongAnyNumberOfKeys(count: Int) {
    let members = (0..<count).map { "\"k\($0)\":0" }.joined(separator: ",")
    #expect(throws: Never.self) { try JSON(parsing: "{\(members)}") }
    let error = #expect(throws: JSONError.self) { try JSON(parsing: "{\(members),\"k1\":0}") }
    #expect(error?.reason == .duplicateKey("k1"))
  }

  @Test func limitsTheDepth() {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(throws: Never.self) { try JSON(parsing: nested(64)) }
    let error = #expect(throws: JSONError.self) { try JSON(parsing: nested(65)) }
    #expect(error?.reason == .tooDeep(limit: 64))
    #expect(error?.column == 65)
  }

  @Test func limitsTheLength() {
    let limits = JSONLimits(bytes: 4)
    #expect(throws: Never.self) { try JSON(parsing: "1234", limits: limits) }
    let error = #expect(throws: JSONError.self) { try JSON(parsing: "12345", limits: limits) }
    #expect(error?.reason == .tooLong(limit: 4))
    #expect(error?.offset == 4)
  }

  @Test func readsASliceFromItsOwnBeginning() throws {
    let bytes = Array("xx[1]yy".utf8)
    #expect(try JSON(parsing: bytes[2..<5]) == [1])
  }
}
