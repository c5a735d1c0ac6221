// The key `after`.

import Testing

@testable import JobCore

@Suite struct ParentTests {
  private func parents(_ json: String) throws -> [String] {
    try Documents.spec(#""command":["true"],"after":\#(json)"#).after.map(\.text)
  }

  @Test func anEntryIsAJobAndWhichEndOfItIsMeant() throws {
    #expect(try parents(#""build""#) == ["build:success"])
    #expect(try parents(#"["x.y:any",12,"7:failure"]"#) == ["x.y:any", "12:success", "7:failure"])
    #expect(try parents("[]") == [])
  }

  private static let faults: [(String, String)] = [
    (#""a:later""#, #"after: "later" is no end of a job; success, failure or any is expected"#),
    (#"["a",true]"#, "after[1]: a string is expected, not true"),
    (#""a b""#, #"after: "a b" is neither an id of a job nor a number"#),
    (#"["a","a:any"]"#, "after: a is named with success and with any: one of them is enough"),
  ]

  @Test(arguments: faults)
  func aFaultIsNamed(_ json: String, _ message: String) throws {
    let error = try #require(throws: DocumentError.self) { try parents(json) }
    #expect(error.message == message)
  }
}
