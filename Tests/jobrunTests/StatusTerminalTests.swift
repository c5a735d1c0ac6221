// The table of `status` at a terminal.

import Glibc
import Testing

@Suite struct StatusTerminalTests {
  private func fill(_ spool: JobrunFixture) async throws {
    _ = try await spool.submit("--name", "backup of the site", "--", "true")
    _ = try await spool.submit(
      "--name", "日本語の名前がとても長いジョブ", "--shell", "kill -9 $$")
    _ = try await spool.submit("--name", String(repeating: "n", count: 200), "--hold", "--", "true")
    _ = try await spool.submit("--name", "later", "--start", "2999-12-31 23:59:58", "--", "true")
    try await spool.work()
  }

  @Test(arguments: [40, 60, 80, 100])
  func theTableFitsTheTerminal(columns: Int) async throws {
    try await JobrunFixture.with { spool in
      try await fill(spool)
      let terminal = try PseudoTerminal(
        spool, ["status", "--color", "never", "--phase", "held", "-p", "failed", "-p", "waiting"],
        columns: columns)
      #expect(try await terminal.finished() == 0)
      try await eventually { terminal.output.contains("`jobrun daemon`") }
      // Wide characters take two columns, of which the screen here knows nothing.
      let table = terminal.output.split(separator: "\r\n").prefix(4).joined(separator: "\n")
      try expectGolden(table + "\n", "status-\(columns).txt")
    }
  }

  @Test func coloursAreForTerminals() async throws {
    try await JobrunFixture.with { spool in
      try await fill(spool)
      let coloured = try PseudoTerminal(spool, ["status", "2"])
      #expect(try await coloured.finished() == 0)
      try await eventually { coloured.output.contains("\u{1B}[31mfailed\u{1B}[0m") }
      for environment in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
        let plain = try PseudoTerminal(spool, ["status", "2"], environment: environment)
        #expect(try await plain.finished() == 0)
        try await eventually { plain.output.contains("failed") }
        #expect(!plain.output.contains("\u{1B}"))
      }
    }
  }
}
