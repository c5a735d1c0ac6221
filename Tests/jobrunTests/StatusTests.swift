// What `status` shows, to people and to programs.

import Foundation
import Glibc
import Testing

@Suite struct StatusTests {
  @Test func showsATableWithTheNewestLast() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.submit("--name", "good", "--", "true")
      _ = try await spool.submit("--name", "bad", "--", "sh", "-c", "exit 3")
      _ = try await spool.submit("--name", "retried", "--retry", "1", "--retry-delay", "0", "false")
      _ = try await spool.submit("--name", "nowhere", "--", "/nonexistent/program")
      _ = try await spool.submit("--name", "shot", "--shell", "kill -9 $$")
      _ = try await spool.submit("--name", "slow", "--timeout", "50ms", "--", "sleep", "60")
      _ = try await spool.submit("--name", "past", "--end", "2020-01-01", "--", "true")
      _ = try await spool.submit("--name", "kept", "--hold", "--", "true")
      _ = try await spool.submit("--name", "later", "--start", "2999-12-31 23:59:58", "--", "true")
      _ = try await spool.submit("--name", "ü and 日本", "--hold", "--", "true")
      let cancelled = try await spool.submit("--name", "cancelled", "--hold", "--", "true")
      try await spool.jobrun("cancel", cancelled, "--reason", "not needed", "--reason-id", "7")
      let daemon = try await spool.work()
      #expect(daemon.code == 0)
      let table = try await spool.jobrun("status")
      try expectGolden(table.out, "status-table.txt")
      #expect(table.err.contains("no daemon is running"))
      // --until-idle ends with the same table.
      #expect(daemon.out == table.out)
    }
  }

  @Test func givesOneObjectForOneJobAndAnArrayOtherwise() async throws {
    try await JobrunFixture.with { spool in
      let one = try await spool.submit("--name", "one", "--hold", "--", "true")
      let two = try await spool.submit("--name", "two", "--hold", "--", "true")
      #expect(try await spool.status(one).text("id") == one)
      for words in [[], [one, two]] {
        let array = try await spool.start(["status", "--json"] + words).finished()
        let parsed = try JSONSerialization.jsonObject(with: Data(array.out.utf8))
        let jobs = try #require(parsed as? [[String: Any]])
        #expect(jobs.map { $0["id"] as? String } == [one, two])
      }
      let lines = try await spool.jobrun("status", "--ndjson").lines
      #expect(try lines.map { try JobStatus($0).text("name") } == ["one", "two"])
      let both = try await spool.jobrun("status", "--json", "--ndjson")
      #expect(both.code == 64)
    }
  }

  @Test func hasTheDocumentedKeys() async throws {
    try await JobrunFixture.with { spool in
      let line = """
        echo 'a=1' >> $JOBRUN_OUTPUT_FILE; echo '40 nearly' >> $JOBRUN_PROGRESS_FILE; exit 4
        """
      let id = try await spool.submit("--name", "full", "--shell", line)
      try await spool.work()
      let status = try await spool.status(id)
      for key in ["id", "number", "name", "phase", "runs", "attempts", "lastOutcome", "outputs"] {
        #expect(status.members[key] != nil, "\(key) is missing")
      }
      #expect(status.phase == "failed")
      #expect(status.number("number") == 1)
      #expect(status.runs == 1)
      #expect(status.number("attempts") == 1)
      #expect(status.outputs == ["a": "1"])
      #expect(status.number("percentCompleted") == 40)
      #expect(!status.message.isEmpty)
      #expect(status.members["nextRun"] == nil)
      #expect(status.kind == "exited")
      #expect(status.code == 4)
      for key in ["startedAt", "endedAt", "scheduledAt"] {
        let text = try #require(status.lastOutcome[key] as? String)
        #expect(text.wholeMatch(of: /20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
      }
      let later = try await spool.submit("--start", "2999-12-31 23:59:58", "--", "true")
      #expect(try await spool.status(later).text("nextRun") == "2999-12-31T23:59:58.000Z")
    }
  }

  @Test func tellsWhatKindOfEndItWas() async throws {
    try await JobrunFixture.with { spool in
      let signalled = try await spool.submit("--shell", "kill -USR1 $$")
      let notFound = try await spool.submit("--", "no-such-program-anywhere")
      let noFolder = try await spool.submit("--cwd", "/no/such/folder", "--", "true")
      let late = try await spool.submit("--timeout", "50ms", "--", "sleep", "60")
      try await spool.work()
      #expect(try await spool.status(signalled).kind == "signalled")
      #expect(try await spool.status(signalled).lastOutcome["signal"] as? Int == 10)
      #expect(try await spool.status(notFound).kind == "notStarted")
      #expect(
        try await spool.status(notFound).reason
          == "no-such-program-anywhere: No such file or directory in PATH")
      #expect(
        try await spool.status(noFolder).reason
          == "working directory /no/such/folder: No such file or directory")
      #expect(try await spool.status(late).kind == "timedOut")
    }
  }

  @Test func filtersByPhaseNameTimeAndNumber() async throws {
    try await JobrunFixture.with { spool in
      for name in ["alpha", "beta", "alps", "gamma"] {
        _ = try await spool.submit("--name", name, "--hold", "--", "true")
      }
      try await spool.jobrun("cancel", "4")
      func names(_ arguments: String...) async throws -> [String] {
        try await spool.start(["status", "--ndjson"] + arguments).finished().lines
          .map { try JobStatus($0).text("name") }
      }
      #expect(try await names("--name", "al*") == ["alpha", "alps"])
      #expect(try await names("--name", "?eta") == ["beta"])
      #expect(try await names("--phase", "cancelled") == ["gamma"])
      #expect(try await names("--phase", "held", "--limit", "2") == ["beta", "alps"])
      #expect(try await names("--phase", "held", "-p", "cancelled").count == 4)
      #expect(try await names("--since", "1h").count == 4)
      #expect(try await names("--since", "2999-01-01") == [])
      #expect(try await names("--limit", "0") == [])
      #expect(try await names("1", "4", "--phase", "held") == ["alpha"])
      #expect(try await spool.jobrun("status", "--phase", "sleeping").code == 64)
      #expect(try await spool.jobrun("status", "--limit", "-1").code == 64)
    }
  }

  @Test func findsAJobByIdNumberPrefixAndName() async throws {
    try await JobrunFixture.with { spool in
      for id in ["nightly-a", "nightly-b", "other"] {
        _ = try await spool.submit("--id", id, "--name", "name of \(id)", "--hold", "--", "true")
      }
      #expect(try await spool.status("nightly-b").number("number") == 2)
      #expect(try await spool.status("2").text("id") == "nightly-b")
      #expect(try await spool.status("oth").text("id") == "other")
      #expect(try await spool.status("name of other").text("id") == "other")
      let ambiguous = try await spool.jobrun("status", "night")
      #expect(ambiguous.code == 66)
      #expect(
        ambiguous.err == """
          jobrun status: night: "night" fits 2 jobs: nightly-a, nightly-b; give more of the id, \
          or a number

          """)
      for word in ["4", "0", "nobody", "", "../jobs/other", "99999999999999999999"] {
        let missing = try await spool.jobrun("status", word, "other")
        #expect(missing.code == 66)
        #expect(missing.err.contains("there is no job \"\(word)\" in \(spool.spool)"))
        #expect(missing.out.contains("name of other"))
      }
    }
  }

  @Test func namesAFileThatCannotBeReadAndShowsTheOthers() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.submit("--name", "fine", "--hold", "--", "true")
      try spool.write("{\"format\":", to: "spool/jobs/torn.json")
      let table = try await spool.jobrun("status")
      #expect(table.out.contains("fine"))
      #expect(table.err.contains("job torn cannot be read"))
      #expect(try await spool.jobrun("status", "torn").code == 74)
    }
  }

  @Test func refusesASpoolThatCannotBeTrusted() async throws {
    try await JobrunFixture.with { spool in
      func refusal(_ prepare: String) async throws -> FinishedProcess {
        _ = try await spool.shell("rm -rf x; mkdir -m 700 x; \(prepare)")
        return try await spool.jobrun("--spool", spool.path("x"), "status")
      }
      let open = try await refusal("chmod 777 x")
      #expect(open.code == 78)
      #expect(open.err.contains("everybody may write into it"))
      let newer = try await refusal("echo 'jobrun spool 9' > x/format")
      #expect(newer.code == 78)
      #expect(newer.err.contains("its format is \"jobrun spool 9\"; this jobrun knows"))
      let file = try await refusal("rmdir x; touch x")
      #expect(file.code == 78)
      let group = try await refusal("chmod 770 x")
      #expect(group.code == 0)
      #expect(group.err.contains("was writable by its group; it no longer is"))
      if getuid() == 0 {
        let foreign = try await refusal("chown 12345 x")
        #expect(foreign.code == 78)
        #expect(foreign.err.contains("it belongs to user 12345, and you are user 0"))
      }
      // An empty variable in a script must not make the current directory a spool.
      let empty = try await spool.jobrun("--spool", "", "status", in: spool.path("home"))
      #expect(empty.code == 64)
      #expect(spool.names("../home") == [])
    }
  }
}
