// The log of a job's hooks: bounded, and whole lines.

import JobCore
import Testing

@testable import JobSpool

@Suite struct HookLogTests {
  @Test func keepsTheLastLines() throws {
    let fixture = try SpoolFixture()
    let spool = fixture.spool
    #expect(try spool.hookLog("j") == nil)
    let line = String(repeating: "x", count: 99)
    for number in 0..<2000 {
      try spool.appendHookLog("j", Array("\(number) \(line)\n".utf8))
    }
    let text = String(decoding: try #require(try spool.hookLog("j")), as: UTF8.self)
    #expect(text.utf8.count <= Spool.hookLogLimit)
    #expect(text.hasSuffix("1999 \(line)\n"))
    #expect(text.split(separator: "\n").allSatisfy { $0.hasSuffix(" \(line)") })
  }
}
