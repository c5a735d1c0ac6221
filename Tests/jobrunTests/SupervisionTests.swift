// What a supervisor does with commands that behave badly, and how it tells why one did not start.

import Foundation
import Glibc
import Testing

@Suite struct SupervisionTests {
  // MARK: The tree

  /// Processes in the group, in a session of their own, and as orphans of an orphan; all of
  /// them deaf to TERM if asked.
  private static func tree(deaf: Bool) -> String {
    let trap = deaf ? "trap '' TERM; " : ""
    return trap + "sleep 60 & setsid sleep 60 & (setsid sh -c '\(trap)sleep 60 & sleep 60' &); "
      + "touch begun; while :; do sleep 0.05; done"
  }

  @Test(arguments: [false, true])
  func stopsTheWholeTreeAtItsTimeLimit(deaf: Bool) async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit(
        "--timeout", "500ms", "--kill-grace", "200ms", "--shell",
        SupervisionTests.tree(deaf: deaf))
      try await spool.work()
      #expect(try await spool.status(id).kind == "timedOut")
      #expect(FileManager.default.fileExists(atPath: spool.path("begun")))
      #expect(commands(of: spool.spool) == [])
    }
  }

  @Test func stopsTheWholeTreeOnCancelAlsoWhenItIsDeaf() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit(
        "--kill-grace", "200ms", "--shell", SupervisionTests.tree(deaf: true))
      try await eventually { FileManager.default.fileExists(atPath: spool.path("begun")) }
      #expect(try await spool.jobrun("cancel", id).code == 0)
      try await spool.status(id, reaches: "cancelled")
      #expect(commands(of: spool.spool) == [])
      try await daemon.end()
    }
  }

  @Test func leavesNoZombies() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      // Twenty orphans that end at once, while the command goes on.
      let line =
        "for i in 1 2 3 4 5 6 7 8 9 10; do (setsid true & true & true); done; touch begun; "
        + "while [ ! -e go ]; do sleep 0.02; done"
      let id = try await spool.submit("--shell", line)
      try await eventually { FileManager.default.fileExists(atPath: spool.path("begun")) }
      let supervisor = try #require(supervisors(of: spool.spool).first)
      try await eventually("only the command is left") {
        let children = try String(
          contentsOfFile: "/proc/\(supervisor)/task/\(supervisor)/children", encoding: .utf8)
        return children.split(separator: " ").count == 1
      }
      try spool.write("", to: "go")
      try await spool.status(id, reaches: "succeeded")
      try await daemon.end()
    }
  }

  // MARK: Streams

  @Test func knowsTheEndOfACommandThatClosesItsStreams() async throws {
    try await JobrunFixture.with { spool in
      let plain = try await spool.submit("--shell", "exec <&- >&- 2>&-; sleep 0.1; exit 3")
      let limited = try await spool.submit(
        "--max-output", "4k", "--shell", "echo early; exec <&- >&- 2>&-; sleep 0.1; exit 3")
      try await spool.work()
      #expect(try await spool.status(plain).code == 3)
      #expect(try await spool.status(limited).code == 3)
      #expect(try await spool.jobrun("logs", limited).out == "early\n")
    }
  }

  @Test func keepsAFloodOfOutput() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--shell", "yes | head -c 20000000; exit 3")
      try await spool.work()
      #expect(try await spool.status(id).code == 3)
      let size = try await spool.shell("$JOBRUN logs \(id) | wc -c")
      #expect(size.out.trimmingCharacters(in: .whitespacesAndNewlines) == "20000000")
    }
  }

  @Test func readsNothingWhereNothingIsGiven() async throws {
    try await JobrunFixture.with { spool in
      let none = try await spool.submit("--", "cat")
      let given = try await spool.submit("--stdin", "text", "--", "cat")
      try await spool.work()
      #expect(try await spool.status(none).phase == "succeeded")
      #expect(try await spool.jobrun("logs", none).out == "")
      #expect(try await spool.jobrun("logs", given).out == "text")
    }
  }

  // MARK: Commands that cannot be started

  @Test func tellsWhyACommandCouldNotBeStarted() async throws {
    try await JobrunFixture.with { spool in
      // By a program of its own: a file that this one has open for writing, or a child of it
      // just now, would be busy.
      _ = try await spool.shell(
        "echo '#!/no/such/interpreter -x' > script; echo plain > plain; "
          + "echo \"#!$PWD/plain\" > chained; mkfifo fifo; chmod 700 script chained fifo")
      let here = spool.directory
      let reasons: [(command: [String], reason: String)] = [
        (["\(here)/missing"], "\(here)/missing: No such file or directory"),
        (["./missing"], "./missing: No such file or directory"),
        (["missing"], "missing: No such file or directory in PATH"),
        (["./plain"], "\(here)/./plain: it is not executable"),
        ([here], "\(here): it is a directory"),
        (["./fifo"], "\(here)/./fifo: Permission denied"),
        (
          ["./script"],
          "\(here)/./script: its interpreter /no/such/interpreter: No such file or directory"
        ),
        (["./chained"], "\(here)/./chained: its interpreter \(here)/plain: Permission denied"),
      ]
      var ids: [String] = []
      for item in reasons {
        let done = try await spool.start(["submit", "--"] + item.command).finished()
        ids.append(try #require(done.lines.first))
      }
      let elsewhere = try await spool.submit("--cwd", "\(here)/gone", "--", "true")
      try await spool.work()
      for (id, item) in zip(ids, reasons) {
        let status = try await spool.status(id)
        #expect(status.kind == "notStarted")
        #expect(status.code == nil)
        #expect(status.reason == item.reason)
      }
      let reason = try await spool.status(elsewhere).reason
      #expect(reason == "working directory \(here)/gone: No such file or directory")
    }
  }
}
