// why, on the built binary.

import Foundation
import Testing

@Suite struct WhyTests {
  @Test func namesTheRunThatHasTheLock() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let first = try await spool.submit(
        "--name", "nightly", "--lock", "db", "--shell", "while [ ! -e go ]; do sleep 0.02; done")
      try await spool.status(first, reaches: "running")
      let second = try await spool.submit("--name", "dump", "--lock", "db", "--", "true")
      var text = ""
      try await eventually {
        text = try await spool.jobrun("why", "dump").out
        return text.contains("has it since")
      }
      #expect(text.hasPrefix("2 dump (queued): run 1 is due since "))
      #expect(text.contains(#"waits for lock "db": run 1 of job 1 (nightly) has it since "#))
      let json = try await spool.jobrun("why", second, "--json").out
      #expect(json.contains(#""kind":"lock""#) && json.contains(#""id":"\#(first)""#))
      try spool.write("", to: "go")
      try await spool.status(second, reaches: "succeeded")
      try await daemon.end()
    }
  }

  @Test func saysThatNobodyIsThere() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--", "true")
      let reason = "waits for a daemon: none is running on this spool"
      #expect(try await spool.jobrun("why", id).out.contains(reason))
      #expect(try await spool.jobrun("status", id, "--json").out.contains(reason))
    }
  }

  @Test func tellsOfEachJobAndNamesThoseThatAreNotThere() async throws {
    try await JobrunFixture.with { spool in
      let one = try await spool.submit("--", "true")
      let two = try await spool.submit("--hold", "--", "true")
      let result = try await spool.jobrun("why", one, "none", two)
      #expect(result.code == 66)
      #expect(result.out.contains("1 true (queued)") && result.out.contains("2 true (held)"))
      #expect(result.err.contains("none: there is no job"))
    }
  }
}
