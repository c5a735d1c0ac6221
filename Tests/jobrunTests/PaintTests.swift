// When there are colours.

import Testing

@testable import Commands

@Suite struct PaintTests {
  @Test func coloursAreForTerminalsUnlessTheEnvironmentSaysOtherwise() {
    func isWanted(
      _ isTerminal: Bool, noColor: String? = nil, force: String? = nil, terminal: String? = "xterm"
    ) -> Bool {
      Paint.isWanted(noColor: noColor, force: force, terminal: terminal, isTerminal: isTerminal)
    }
    #expect(isWanted(true))
    #expect(!isWanted(false))
    #expect(!isWanted(true, terminal: "dumb"))
    #expect(isWanted(true, terminal: nil))
    #expect(!isWanted(true, noColor: "1"))
    #expect(isWanted(true, noColor: ""))
    #expect(isWanted(false, force: "1"))
    #expect(isWanted(false, force: "1", terminal: "dumb"))
    #expect(!isWanted(false, force: "0"))
    #expect(!isWanted(false, force: ""))
    #expect(!isWanted(true, noColor: "1", force: "1"))
  }

  @Test func theOptionIsStrongerThanTheEnvironment() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.submit("--name", "bad", "--", "false")
      try await spool.work()
      let red = "\u{1B}[31mfailed\u{1B}[0m"
      #expect(try await !spool.jobrun("status").out.contains("\u{1B}"))
      #expect(try await spool.jobrun("status", "--color", "always").out.contains(red))
      let forced = ["CLICOLOR_FORCE": "1"]
      #expect(try await spool.jobrun("status", environment: forced).out.contains(red))
      #expect(try await spool.jobrun("why", "1", environment: forced).out.contains("(\(red)):"))
      let never = try await spool.jobrun("--color=never", "status", environment: forced)
      #expect(!never.out.contains("\u{1B}"))
      for form in ["--json", "--ndjson", "--ids"] {
        #expect(
          try await !spool.jobrun("status", form, "--color=always").out.contains("\u{1B}"))
      }
      let wrong = try await spool.jobrun("hold", "1", "--color", "green")
      #expect(wrong.code == 64)
      #expect(
        wrong.err.contains("\"--color\" cannot be \"green\": it must be one of auto, always, never")
      )
    }
  }
}
