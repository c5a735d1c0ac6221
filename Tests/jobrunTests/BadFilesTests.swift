// Everything odd that can lie in a spool, at once, under a working daemon.

import Foundation
import Glibc
import Testing

@Suite struct BadFilesTests {
  @Test func costNoOtherJobAnything() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--shell", "echo good >> ran")
      // Old, so that nobody waits for their writers; in new/ and jobs/ alike.
      let line = """
        cd \(spool.spool); for d in new jobs; do
          ln -s /etc/passwd $d/link.json; mkfifo $d/fifo.json; mkdir $d/directory.json
          truncate -s 1T $d/huge.json; printf '{"id":' > $d/cut.json
          printf '\\377\\376' > $d/bytes.json; touch "$(printf "$d/\\377.json")"
          [ $(id -u) = 0 ] && printf '{}' > $d/foreign.json && chown 12345 $d/foreign.json
          [ -x /usr/bin/python3 ] && python3 -c "
        import socket; socket.socket(socket.AF_UNIX).bind('$d/socket.json')"
        done; touch -h -d '1 hour ago' new/*; mkfifo events/$(date -u +%F).ndjson
        ls new jobs | grep -c json
        """
      let count = try await spool.shell(line)
      let odd = try #require(Int(count.out.trimmingCharacters(in: .whitespacesAndNewlines))) - 1
      #expect(odd >= 14)
      try spool.write(#"{"id":"dropped","command":["echo","hi"]}"#, to: "spool/new/good.json")
      let done = try await spool.work(within: "0s")
      #expect(done.code == 0, "\(done.err)")
      #expect(try await spool.status(id).phase == "succeeded")
      #expect(try await spool.status("dropped").phase == "succeeded")
      #expect(spool.lines("ran") == ["good"])
      #expect(spool.names("jobs").isEmpty && spool.names("new").isEmpty)
      let kept = spool.names("corrupt")
      #expect(kept.count { !$0.hasSuffix(".why") } == odd)
      for name in kept where name.hasSuffix(".why") {
        #expect(!spool.read("spool/corrupt/\(name)").isEmpty, "\(name)")
      }
    }
  }

  @Test func noticesANameThatIsNotUTF8AtOnce() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      _ = try await spool.shell(#"echo '{}' > "$(printf '\#(spool.spool)/new/x\377.json')""#)
      try await eventually { daemon.err.contains("its name is not UTF-8; it is corrupt/") }
      #expect(spool.names("new").isEmpty)
    }
  }

  /// A command may spoil its own run directory; the others do not notice.
  @Test func ofACommandsOwnMakingCostTheOthersNothing() async throws {
    try await JobrunFixture.with { spool in
      let evil = try await spool.submit(
        "--retry", "1", "--retry-delay", "0s", "--shell",
        "rm -rf $JOBRUN_RUN_DIR/outputs; mkfifo $JOBRUN_RUN_DIR/outputs $JOBRUN_RUN_DIR/cancel.json; "
          + "ln -s / $JOBRUN_RUN_DIR/progress; exit 3")
      let good = try await spool.submit("--", "true")
      try await spool.work("--slots", "1", within: "0s")
      #expect(try await spool.status(evil).code == 3)
      #expect(try await spool.status(evil).number("attempts") == 2)
      #expect(try await spool.status(good).phase == "succeeded")
    }
  }
}
