// Commands that hand jobs on to each other.

import Foundation
import Testing

@Suite struct PipelineTests {
  @Test func idsOfOneCommandAreJobsOfTheNext() async throws {
    try await JobrunFixture.with { spool in
      let bad = try await spool.submit("--name", "bad", "--", "false")
      let good = try await spool.submit("--name", "good", "--", "true")
      let worse = try await spool.submit("--name", "worse", "--shell", "exit 3")
      try await spool.work()
      #expect(try await spool.jobrun("status", "--ids").lines == [bad, good, worse])
      let rerun = try await spool.shell(
        "$JOBRUN status --phase failed --ids | $JOBRUN rerun -")
      #expect(rerun.code == 0)
      #expect(rerun.out == "")
      #expect(try await spool.jobrun("status", "-p", "queued", "--ids").lines == [bad, worse])
      try await spool.work()
      #expect(try await spool.status(bad).runs == 2)
      #expect(try await spool.status(good).runs == 1)
      let purged = try await spool.shell("$JOBRUN status -p failed --ids | $JOBRUN purge -")
      #expect(purged.lines == [bad, worse])
    }
  }

  @Test(arguments: ["cancel", "rerun", "hold", "release", "wait", "status", "why", "purge"])
  func noIdsAreNothingToDo(verb: String) async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--name", "there", "--", "true")
      for input in ["", "\n", "  \n\t\n"] {
        let done = try await spool.jobrun(verb, "-", input: input)
        #expect(done.code == 0)
        #expect(done.out == "")
        #expect(done.err == "")
      }
      #expect(try await spool.status(id).phase == "queued")
    }
  }

  @Test func linesAreTakenAsOperandsAre() async throws {
    try await JobrunFixture.with { spool in
      for name in ["a", "b b", "c"] {
        _ = try await spool.submit("--name", name, "--", "true")
      }
      let done = try await spool.jobrun("hold", "1", "-", "--json", input: " b b \r\n\nno\nc")
      #expect(done.code == 66)
      #expect(done.err == "jobrun hold: no: there is no job \"no\" in \(spool.spool)\n")
      #expect(try done.lines.map { try JobStatus($0).text("name") } == ["a", "b b", "c"])
      #expect(try done.lines.map { try JobStatus($0).phase } == ["held", "held", "held"])
      let array = try await spool.jobrun("status", "-", "--json", input: "1\n")
      #expect(array.out.hasPrefix("["))
      #expect(try await spool.jobrun("status", "--json", "-", input: "").out == "[]\n")
    }
  }

  @Test func whatIsSubmittedIsWaitedFor() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      try spool.write("{\"command\":[\"true\"]}\n{\"command\":[\"false\"]}\n", to: "jobs.ndjson")
      let done = try await spool.shell(
        "$JOBRUN submit - < jobs.ndjson | $JOBRUN wait - --json")
      #expect(done.code == 1)
      let phases = try done.lines.map { try JobStatus($0).phase }
      #expect(phases.sorted() == ["failed", "succeeded"])
      try await daemon.end()
    }
  }

  @Test func whoeverHasReadEnoughIsNoErrorWorthAWord() async throws {
    try await JobrunFixture.with { spool in
      let lines = String(repeating: "{\"command\":[\"true\"],\"hold\":true}\n", count: 3000)
      try spool.write(lines, to: "jobs.ndjson")
      let verbs = [
        "submit - < jobs.ndjson", "status", "status --ids", "status --ndjson",
        "events --format text", "next '* * * * * ?' -n 50000",
      ]
      for verb in verbs {
        let done = try await spool.shell(
          "{ $JOBRUN \(verb); echo $? > code; } | head -1 > /dev/null")
        #expect(done.err == "", "\(verb)")
        #expect(["141", "0"].contains(spool.lines("code").first), "\(verb)")
      }
      // What is asked for of each job is done for all of them, whoever reads about it.
      try await spool.jobrun("status", "--ids").out.write(
        toFile: spool.path("ids"), atomically: true, encoding: .utf8)
      for verb in ["cat ids | $JOBRUN why -", "head -n 300 ids | $JOBRUN cancel - --json"] {
        let done = try await spool.shell("{ \(verb); echo $? > code; } | head -1 > /dev/null")
        #expect(done.err == "" && spool.lines("code") == ["141"], "\(verb)")
      }
      #expect(
        try await spool.jobrun("status", "--phase", "cancelled", "--ids").lines.count == 300)
    }
  }
}
