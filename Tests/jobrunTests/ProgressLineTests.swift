// The line that says how far something is.

import Glibc
import Testing

@testable import Commands

@Suite struct ProgressLineTests {
  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1,000"), (12_400, "12,400"), (1_234_567, "1,234,567"),
  ])
  func numbersAreGrouped(number: Int64, text: String) {
    #expect(grouped(number) == text)
  }

  @Test func aLongSubmitSaysHowFarItIsAndTakesItsLineAway() async throws {
    try await JobrunFixture.with { spool in
      // Standard error is the terminal, and standard output is not; documents come slowly.
      let line =
        "i=0; while [ ! -e stop ]; do echo '{\"command\":[\"true\"],\"hold\":true}'; sleep 0.02; "
        + "done | \(JobrunFixture.binary) submit - > ids"
      let terminal = try PseudoTerminal(
        spool, ["-c", "cd \(spool.directory); \(line)"], program: "/bin/sh")
      try await eventually("\(terminal.output)") {
        terminal.output.contains(/\r[0-9,]+ submitted, [0-9,]+\/s\u{1B}\[K/)
      }
      try spool.write("", to: "stop")
      #expect(try await terminal.finished() == 0)
      try await eventually { terminal.output.hasSuffix("\r\u{1B}[K") }
      #expect(terminal.screen == [])
      #expect(!spool.lines("ids").isEmpty)
    }
  }

  @Test func nothingIsShownWhereThereIsNoTerminal() async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.shell(
        "(echo '{\"command\":[\"true\"],\"hold\":true}'; sleep 1.2; "
          + "echo '{\"command\":[\"true\"],\"hold\":true}') | $JOBRUN submit -")
      #expect(done.err == "")
      #expect(done.lines.count == 2)
    }
  }
}
