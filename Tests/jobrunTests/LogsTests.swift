// What `logs` prints, and when it ends.

import Foundation
import Glibc
import Testing

@Suite struct LogsTests {
  @Test func printsEitherStreamAsItWasWritten() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--shell", "printf 'out\\0\\377'; printf 'err\\n' >&2")
      try await spool.work()
      let bytes = try await spool.shell("$JOBRUN logs \(id) | od -An -tx1")
      #expect(bytes.out.trimmingCharacters(in: .whitespacesAndNewlines) == "6f 75 74 00 ff")
      #expect(try await spool.jobrun("logs", id, "--stderr").out == "err\n")
    }
  }

  @Test func printsTheLastLines() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--shell", "seq 1 20000; printf end")
      let empty = try await spool.submit("--", "true")
      try await spool.work()
      #expect(try await spool.jobrun("logs", id, "-n", "3").out == "19999\n20000\nend")
      #expect(try await spool.jobrun("logs", id, "-n", "0").out == "")
      #expect(try await spool.jobrun("logs", id, "-n", "50000").lines.count == 20001)
      #expect(try await spool.jobrun("logs", id, "-n", "12000").lines.first == "8002")
      #expect(try await spool.jobrun("logs", id, "-n", "-1").code == 64)
      let silent = try await spool.jobrun("logs", empty, "-n", "5")
      #expect(silent.code == 0)
      #expect(silent.out == "")
    }
  }

  @Test func followsUntilTheRunHasEndedThroughItsRetries() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let line =
        "echo begin $JOBRUN_ATTEMPT; while [ ! -e go$JOBRUN_ATTEMPT ]; do sleep 0.02; done; "
        + "echo end; [ $JOBRUN_ATTEMPT = 2 ]"
      let id = try await spool.submit("--retry", "1", "--retry-delay", "50ms", "--shell", line)
      let follower = try spool.start(["logs", "-f", id])
      try await eventually { follower.out == "begin 1\n" }
      try spool.write("", to: "go1")
      try await eventually { follower.out == "begin 1\nend\nbegin 2\n" }
      #expect(follower.isRunning)
      try spool.write("", to: "go2")
      let done = try await follower.finished()
      #expect(done.code == 0)
      #expect(done.out == "begin 1\nend\nbegin 2\nend\n")
      // Of a run that has ended there is nothing to wait for.
      #expect(try await spool.jobrun("logs", "-f", id).out == "begin 2\nend\n")
      try await daemon.end()
    }
  }

  @Test func followsAllRunsUntilTheJobHasEnded() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit(
        "--quartz", "* * * * * ?", "--retry", "1", "--retry-delay", "0", "--shell",
        "echo $JOBRUN_RUN.$JOBRUN_ATTEMPT; [ $JOBRUN_ATTEMPT = 2 ]")
      let follower = try spool.start(["logs", "-f", "--all-runs", id])
      // On a busy machine it may begin with a later one.
      try await eventually("\(follower.out)") {
        follower.out.split(separator: "\n").count { $0.hasSuffix(".1") } >= 3
      }
      #expect(follower.isRunning)
      try await spool.jobrun("cancel", id)
      let done = try await follower.finished()
      #expect(done.code == 0)
      // Each once, and in order.
      let numbers = done.lines.compactMap { Double($0) }
      #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }, "\(done.out)")
      #expect(try await spool.jobrun("logs", "--all-runs", id).code == 64)
      try await daemon.end()
    }
  }

  @Test func followsAJobThatHasNotBegun() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--hold", "--shell", "echo hi")
      let daemon = try await spool.daemon()
      let follower = try spool.start(["logs", "--follow", id])
      try await spool.jobrun("release", id)
      #expect(try await follower.finished().out == "hi\n")
      let cancelled = try await spool.submit("--hold", "--", "true")
      let other = try spool.start(["logs", "--follow", cancelled])
      try await spool.jobrun("cancel", cancelled)
      #expect(try await other.finished().code == 0)
      try await daemon.end()
    }
  }

  @Test func endsWithTheRunAlsoWhenNoDaemonIsThere() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let line = "echo begin; while [ ! -e go ]; do sleep 0.02; done; echo end"
      let id = try await spool.submit("--shell", line)
      try await spool.status(id, reaches: "running")
      try await daemon.end(SIGKILL)
      let follower = try spool.start(["logs", "-f", id, "-n", "1"])
      try await eventually { follower.out == "begin\n" }
      try spool.write("", to: "go")
      #expect(try await follower.finished().out == "begin\nend\n")
    }
  }

  @Test func saysWhatIsNotThere() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--id", "mine", "--", "echo", "x")
      let early = try await spool.jobrun("logs", id)
      #expect(early.code == 0)
      #expect(early.err == "jobrun logs: job 1 has not run yet\n")
      try await spool.work()
      let run = try await spool.jobrun("logs", id, "--run", "2")
      #expect(run.code == 69)
      #expect(run.err == "jobrun logs: job 1 has had 1 run\n")
      #expect(try await spool.jobrun("logs", "nobody").code == 66)
      #expect(try await spool.jobrun("logs").code == 64)
      #expect(try await spool.jobrun("logs", "1", "2").code == 64)
      // A reader that has seen enough is no error worth a word.
      let big = try await spool.submit("--shell", "seq 1 200000")
      try await spool.work()
      let head = try await spool.shell("$JOBRUN logs \(big) | head -1")
      #expect(head.out == "1\n")
      #expect(head.err == "")
      // Nor is one that leaves while nothing more comes.
      let daemon = try await spool.daemon()
      let quiet = try await spool.submit("--shell", "echo 1; sleep 60")
      let follower = try spool.startShell("$JOBRUN logs -f \(quiet) | head -1")
      #expect(try await follower.finished(within: 30).out == "1\n")
      try await spool.jobrun("cancel", quiet)
      try await daemon.end()
    }
  }
}
