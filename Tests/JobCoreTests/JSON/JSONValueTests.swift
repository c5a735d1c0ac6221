// Numbers, objects and the conveniences of values.

import JobCore
import Testing

@Suite struct JSONValueTests {
  @Test(
    arguments: [
      ("0", 0), ("-0", 0), ("7", 7), ("2.0", 2), ("1e3", 1000), ("1.5e1", 15), ("100e-2", 1),
      ("-1200e-2", -12), ("0e999999999999999999999", 0), ("0.000", 0), ("0.001e3", 1),
      ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
      ("9223372036854775808", nil), ("-9223372036854775809", nil), ("1.5", nil), ("1e-1", nil),
      ("1e19", nil), ("1e99999999999999999999", nil), ("1e-99999999999999999999", nil),
      ("10000000000000000000000e-20", 100),
    ] as [(String, Int64?)])
  func takesExactIntegersAsSuch(text: String, value: Int64?) throws {
    #expect(try #require(JSONNumber(text: text)).int64 == value)
  }

  @Test(
    arguments: [
      ("1.5", 1.5), ("-0", 0), ("1e3", 1000), ("5e-324", Double.leastNonzeroMagnitude),
      ("1e-999", 0), ("1e999", nil),
    ] as [(String, Double?)])
  func readsFloatingPoint(text: String, value: Double?) throws {
    #expect(try #require(JSONNumber(text: text)).double == value)
  }

  @Test(arguments: ["", "-", "01", "+1", "1.", ".5", "1e", "0x1", "1 ", " 1", "NaN", "1,"])
  func refusesTextThatIsNoNumber(text: String) {
    #expect(JSONNumber(text: text) == nil)
  }

  @Test func makesNumbersFromNumbers() {
    #expect(JSONNumber(Int64.min).text == "-9223372036854775808")
    #expect(JSONNumber(1.5)?.text == "1.5")
    #expect(JSONNumber(Double.infinity) == nil)
    #expect(JSONNumber(1e300).flatMap { JSONNumber(text: $0.text) }?.double == 1e300)
  }

  @Test func setsAndRemovesMembers() {
    var object: JSONObject = ["a": 1, "b": 2]
    object["c"] = nil
    object["a"] = 3
    object["b"] = nil
    object["d"] = .null
    #expect(object.keys == ["a", "d"])
    #expect(object["a"] == 3)
    #expect(object["d"] == .some(.null))
    #expect(object["x"] == nil)
    #expect(object.map(\.key) == ["a", "d"])
  }

  @Test func comparesObjectsWithoutRegardToOrder() {
    let one: JSON = ["a": 1, "b": [2]]
    let other: JSON = ["b": [2], "a": 1]
    #expect(one == other)
    #expect(one.hashValue == other.hashValue)
    #expect(one != ["a": 1, "b": [3]])
    #expect(one != ["a": 1])
  }

  @Test func textsThatDifferInOneByteAreDifferentWhereverItIs() {
    for length in 0..<40 {
      let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: length)
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(JSON.string(text) == .string(String(decoding: Array(bytes), as: UTF8.self)))
      for place in 0..<length {
        var other = bytes
        other[place] = UInt8(ascii: "y")
        #expect(JSON.string(text) != .string(String(decoding: other, as: UTF8.self)))
      }
    }
  }

  @Test func comparesStringsByTheirBytes() {
    #expect(JSON.string("\u{E9}") != JSON.string("e\u{301}"))
  }

  @Test func givesWhatItHolds() {
    let value: JSON = ["s": "x", "n": 5, "b": true, "l": [1], "z": nil]
    #expect(value["s"]?.string == "x")
    #expect(value["n"]?.int == 5)
    #expect(value["b"]?.bool == true)
    #expect(value["l"]?.array == [1])
    #expect(value["z"]?.isNull == true)
    #expect(value["s"]?.int == nil)
    #expect(value["l"]?["x"] == nil)
    #expect(value.kindName == "an object")
  }
}
