// `status --watch` at a terminal and without one.

import Foundation
import Glibc
import Testing

@Suite struct WatchTests {
  @Test func thePictureIsDrawnAgainInPlaceUntilTheJobHasEnded() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let line =
        "echo '48 copying 日本' > $JOBRUN_PROGRESS_FILE; while [ ! -e go ]; do sleep 0.02; done; "
        + "echo '100 done' > $JOBRUN_PROGRESS_FILE; while [ ! -e end ]; do sleep 0.02; done"
      let id = try await spool.submit("--name", "backup", "--shell", line)
      try await spool.status(id, reaches: "running")
      let terminal = try PseudoTerminal(spool, ["status", "--watch", "--color=never", id])
      try await eventually("\(terminal.screen)") {
        let screen = terminal.screen
        return screen.count == 4 && screen[0].hasSuffix("  1 running")
          && screen[1].hasPrefix("NUMBER  NAME") && screen[2].contains("running 48%")
          && screen[3].contains("        [#########-----------] 48 %  ")
          && screen[3].hasSuffix("copying 日本")
      }
      try spool.write("", to: "go")
      try await eventually("\(terminal.screen)") {
        terminal.screen.count == 4 && terminal.screen[3].contains("[####################] 100 %")
      }
      #expect(terminal.isRunning)
      try await terminal.resize(columns: 40, rows: 24, spool)
      try await eventually("\(terminal.screen)") {
        terminal.output.contains("NUMBER  NAME                PHASE\u{1B}")
      }
      try spool.write("", to: "end")
      #expect(try await terminal.finished() == 0)
      try await eventually { terminal.output.contains("1 succeeded") }
      // Nothing has to be put back: no mode of the terminal was changed.
      #expect(!terminal.output.contains("\u{1B}[?"))
      try await daemon.end()
    }
  }

  @Test func whatAJobUsuallyTakesSaysWhenItWillEnd() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit(
        "--shell", "[ $JOBRUN_RUN = 1 ] && sleep 1 || while [ ! -e go ]; do sleep 0.02; done")
      try await spool.status(id, reaches: "succeeded")
      try await spool.jobrun("rerun", id)
      try await spool.status(id, reaches: "running")
      let terminal = try PseudoTerminal(spool, ["status", "-w", id])
      try await eventually("\(terminal.screen)") {
        terminal.screen.contains { $0.contains("s of about 1s, ") }
      }
      try await eventually("\(terminal.screen)") {
        terminal.screen.contains { $0.contains("longer than usual") }
      }
      try spool.write("", to: "go")
      #expect(try await terminal.finished() == 0)
      try await daemon.end()
    }
  }

  @Test func whatGoesOnIsShownWhereNotAllFit() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit("--name", "live", "--shell", "sleep 60")
      try await spool.status(id, reaches: "running")
      let many = String(repeating: "{\"command\":[\"true\"],\"hold\":true}\n", count: 60)
      try await spool.jobrun("submit", "-", input: many)
      let terminal = try PseudoTerminal(spool, ["status", "--watch"], rows: 12)
      try await eventually("\(terminal.screen)") {
        let screen = terminal.screen
        return screen.count == 11 && screen[0].hasSuffix("  1 running, 60 held")
          && screen[2].contains("live") && screen[10] == "and 54 more"
      }
      terminal.type("\u{3}")
      #expect(try await terminal.finished() == 130)
      let other = try PseudoTerminal(spool, ["status", "--watch", "--limit", "2"])
      try await eventually("\(other.screen)") { other.screen.last == "and 59 more" }
      other.kill(SIGTERM)
      #expect(try await other.finished() == 143)
      try await daemon.end()
    }
  }

  @Test func withoutATerminalThereIsALineForEachChange() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit(
        "--name", "flaky", "--retry", "1", "--retry-delay", "50ms", "--shell",
        "while [ ! -e go ]; do sleep 0.02; done; [ $JOBRUN_ATTEMPT = 2 ]")
      try await spool.status(id, reaches: "running")
      let watch = try spool.start(["status", "--watch", id])
      let all = try spool.start(["status", "--watch", "--ndjson"])
      try await eventually { watch.out.hasSuffix("  1  flaky  running  run 1 is running\n") }
      try spool.write("", to: "go")
      let done = try await watch.finished()
      #expect(done.code == 0)
      #expect(done.err == "")
      #expect(done.lines.last?.hasSuffix("  1  flaky  succeeded  finished") == true)
      try await eventually { all.out.contains("\"phase\":\"succeeded\"") }
      for line in all.out.split(separator: "\n") {
        #expect(try JobStatus(String(line)).number("jobrun") == 1)
      }
      #expect(try await all.end(SIGTERM).code == 128 + SIGTERM)
      try await daemon.end()
    }
  }

  @Test func theEndIsSeenWithoutADaemon() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit("--shell", "while [ ! -e go ]; do sleep 0.02; done")
      try await spool.status(id, reaches: "running")
      try await daemon.end(SIGKILL)
      let lines = try spool.start(["status", "--watch", id])
      let terminal = try PseudoTerminal(spool, ["status", "--watch", id])
      try await eventually("\(terminal.screen)") {
        terminal.screen.first?.hasSuffix("1 running; no daemon is running") == true
          && lines.out.contains("running")
      }
      try spool.write("", to: "go")
      #expect(try await lines.finished().code == 0)
      #expect(try await terminal.finished() == 0)
    }
  }

  @Test func whatStoodAboveStaysWhenTheTerminalIsMadeNarrower() async throws {
    try await JobrunFixture.with { spool in
      for _ in 0..<4 { _ = try await spool.submit("--hold", "--", "true") }
      let terminal = try PseudoTerminal(spool, ["status", "-w", "--color=never"], columns: 200)
      try await eventually("\(terminal.screen)") { terminal.screen.count == 6 }
      try await terminal.resize(columns: 120, rows: 24, spool)
      // None of the lines was as wide as that, so none has been broken.
      try await eventually("\(terminal.output)") { terminal.output.contains("\u{1B}[6A") }
      #expect(!terminal.output.contains(#/\u{1B}\[(?!6A)\d+A/#))
      terminal.type("\u{3}")
      #expect(try await terminal.finished() == 130)
    }
  }

  @Test func whatDoesNotGoWithItIsRefused() async throws {
    try await JobrunFixture.with { spool in
      for option in ["--json", "--ids", "--filter=ID eq 1"] {
        let done = try await spool.jobrun("status", "--watch", option)
        #expect(done.code == 64)
      }
      #expect(try await spool.jobrun("status", "--watch", "nobody").code == 66)
      #expect(try await spool.jobrun("status", "--watch", "-", input: "").code == 0)
    }
  }
}
