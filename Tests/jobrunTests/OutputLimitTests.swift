// maxOutputBytes, end to end: what is kept, what is shown, and that no command ever waits for it.

import Foundation
import Glibc
import Testing

@Suite struct OutputLimitTests {
  /// Bytes of the files that hold a stream.
  private func kept(_ spool: JobrunFixture, _ id: String, _ stream: String) -> Int {
    spool.names("runs/\(id)/1.1").filter { $0.hasPrefix(stream) }
      .map { spool.read("spool/runs/\(id)/1.1/\($0)").utf8.count }.reduce(0, +)
  }

  @Test func keepsHeadAndTailOfEachStream() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit(
        "--max-output", "4k", "--shell", "seq 1 100000; seq 1 500 >&2; exit 3")
      try await spool.work()
      #expect(try await spool.status(id).code == 3)
      let lines = try await spool.jobrun("logs", id).lines
      #expect(lines.prefix(3) == ["1", "2", "3"])
      #expect(lines.suffix(2) == ["99999", "100000"])
      let marks = lines.filter { $0.hasPrefix("[jobrun: ") }
      #expect(marks.count == 1)
      let dropped = try #require(Int(marks[0].split(separator: " ")[1]))
      #expect(dropped + kept(spool, id, "stdout") == 588_895)
      #expect(kept(spool, id, "stdout") <= 4096)
      // The other stream is within the limit: all of it is there.
      #expect(try await spool.jobrun("logs", id, "--stderr").lines == (1...500).map(String.init))
      #expect(try await spool.jobrun("logs", id, "-n", "2").lines == ["99999", "100000"])
      let all = try await spool.jobrun("logs", id, "-n", "100000")
      #expect(all.lines == lines)
    }
  }

  @Test func keepsAllOfWhatIsWithinTheLimit() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--max-output", "1024", "--shell", "yes | head -c 1024")
      try await spool.work()
      #expect(try await spool.jobrun("logs", id).out == String(repeating: "y\n", count: 512))
    }
  }

  @Test func refusesWhatIsNoNumberOfBytes() async throws {
    try await JobrunFixture.with { spool in
      for value in ["0", "1023", "-1", "1.5k", "k", "10 M", "10m", "9999999999999G"] {
        let done = try await spool.jobrun("submit", "--max-output=\(value)", "--", "true")
        #expect(done.code == 65)
        #expect(
          done.err == "jobrun submit: --max-output: a number of bytes, 1024 or more, is "
            + "expected, such as 65536 or \"64k\"\n")
      }
    }
  }

  @Test func followsHeadMarkAndTail() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let line =
        "echo begin; while [ ! -e go ]; do sleep 0.02; done; seq 1 100000; echo between; "
        + "while [ ! -e end ]; do sleep 0.02; done; echo end"
      let id = try await spool.submit("--max-output", "4k", "--shell", line)
      let follower = try spool.start(["logs", "-f", id])
      try await eventually { follower.out == "begin\n" }
      try spool.write("", to: "go")
      try await eventually { follower.out.hasSuffix("\nbetween\n") }
      #expect(follower.out.contains(" bytes dropped]\n"))
      try spool.write("", to: "end")
      #expect(try await follower.finished().out.hasSuffix("\nbetween\nend\n"))
      try await daemon.end()
    }
  }

  @Test func leavesAReadableLogWhenTheSupervisorIsKilled() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit(
        "--max-output", "64k", "--shell", "seq 1 200000; touch flooded; sleep 60")
      try await eventually { FileManager.default.fileExists(atPath: spool.path("flooded")) }
      // All of it has come through once its last line can be read.
      try await eventually {
        try await spool.jobrun("logs", id, "-n", "1").out == "200000\n"
      }
      for pid in supervisors(of: spool.spool) { _ = kill(pid, SIGKILL) }
      try await spool.status(id, reaches: "failed")
      let lines = try await spool.jobrun("logs", id).lines
      #expect(lines.first == "1" && lines.last == "200000")
      #expect(lines.filter { $0.hasPrefix("[jobrun: ") }.count == 1)
      try await daemon.end()
    }
  }

  @Test func goesOnForWhatIsLeftBehind() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      // Left behind, it writes more than a pipe can hold, and then says that it could.
      let line =
        "setsid sh -c 'while [ ! -e go ]; do sleep 0.02; done; seq 1 100000; touch written; "
        + "echo late' & echo early"
      let id = try await spool.submit("--max-output", "4k", "--shell", line)
      let status = try await spool.status(id, reaches: "succeeded")
      #expect(status.lastOutcome["leftovers"] as? Int == 1)
      try spool.write("", to: "go")
      try await eventually { FileManager.default.fileExists(atPath: spool.path("written")) }
      try await eventually { try await spool.jobrun("logs", id).lines.last == "late" }
      #expect(try await spool.jobrun("logs", id).lines.first == "early")
      try await eventually { supervisors(of: spool.spool) == [] }
      try await daemon.end()
    }
  }
}
