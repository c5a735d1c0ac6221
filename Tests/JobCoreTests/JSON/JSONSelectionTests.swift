// Reading only some members: they are read as ever, and the rest is checked as ever.

import Testing

@testable import JobCore

@Suite struct JSONSelectionTests {
  private static let selection = JSONSelection(
    ["a", "list"], inside: [("o", JSONSelection(["b"]))])

  private static func read(_ text: String) throws(JSONError) -> JSON {
    try JSON(parsing: Array(text.utf8), only: selection)
  }

  @Test func onlySelectedMembersAreThere() throws {
    let json = try Self.read(
      #"{"x":{"a":1,"b":[2]},"a":"1","o":{"a":5,"b":6,"o":{"b":7}},"list":[1,{"x":2}],"y":null}"#)
    #expect(json == ["a": "1", "o": ["b": 6], "list": [1, ["x": 2]]])
  }

  @Test func whatIsNoObjectIsReadWhole() throws {
    #expect(try Self.read(#"[1,"x"]"#) == [1, "x"])
    #expect(try Self.read(#"{"o":[1,{"z":2}]}"#) == ["o": [1, ["z": 2]]])
  }

  /// The very error of a reader of everything, at the same place.
  @Test(arguments: brokenTexts) func whatIsPassedOverIsCheckedAsEver(_ text: BrokenText) {
    let bytes = Array(#"{"x":[{"y":"#.utf8) + text.bytes + Array("}]}".utf8)
    func error(_ read: () throws(JSONError) -> JSON) -> JSONError? {
      do throws(JSONError) {
        _ = try read()
        return nil
      } catch {
        return error
      }
    }
    let whole = error { () throws(JSONError) in try JSON(parsing: bytes) }
    let part = error { () throws(JSONError) in try JSON(parsing: bytes, only: Self.selection) }
    // That alone needs memory of what was passed over.
    if case .duplicateKey? = whole?.reason { return }
    #expect(part == whole)
  }

  @Test func aKeyThatIsSelectedStandsOnce() {
    #expect(throws: JSONError.self) { try Self.read(#"{"a":1,"a":2}"#) }
    #expect(throws: JSONError.self) { try Self.read(#"{"o":{"b":1,"b":2}}"#) }
  }
}
