// Plans, end to end: from a file or a pipe to commands that run, and out again.

import Foundation
import Testing

@Suite struct ProvisionTests {
  private static let plan = """
    {"jobs": [
      {"contextName": "billing", "jobName": "load", "agentName": "a", "commandLine": "echo $day; echo done=$((1 + 1)) >> $JOBRUN_OUTPUT_FILE",
       "contextParameters": [{"name": "day", "defaultValue": "today"}]},
      {"contextName": "billing", "jobName": "tick", "agentName": "a", "cronExpression": "* * * * * ?"}]}
    """

  @Test func aPlansJobsRunUntilItIsRemoved() async throws {
    try await JobrunFixture.with { spool in
      try spool.write(Self.plan, to: "plan.json")
      let done = try await spool.jobrun("provision", "plan.json")
      #expect(done.code == 0 && done.out == "billing: 1 command, 1 schedule\n")
      _ = try await spool.daemon()
      let run = try await spool.submit("--model", "billing/load", "--env", "day=monday")
      try await spool.status(run, reaches: "succeeded")
      #expect(try await spool.jobrun("logs", run).out == "monday\n")
      try await eventually {
        try await spool.status("billing/tick").number("runs") ?? 0 >= 2
      }
      let list = try await spool.jobrun("provision", "--list", "--json")
      let plans = try JSONSerialization.jsonObject(with: Data(list.out.utf8)) as? [[String: Any]]
      #expect(plans?.first?["name"] as? String == "billing")
      #expect(
        (plans?.first?["jobs"] as? [[String: String]])?.map { $0["kind"] } == [
          "command", "schedule",
        ])
      #expect(try await spool.jobrun("provision", "--remove", "billing").code == 0)
      #expect(try await spool.jobrun("provision", "--list").out == "")
      let live = try await spool.jobrun("status", "--phase", "waiting", "--phase", "queued")
      #expect(!live.out.contains("billing"))
      #expect(try await spool.jobrun("provision", "--remove", "billing").code == 66)
    }
  }

  @Test func runsOfOneCommandAreSerialAndInOrder() async throws {
    try await JobrunFixture.with { spool in
      let ran = spool.path("ran")
      let line = "echo + $n >> \(ran); sleep 0.05; echo - $n >> \(ran)"
      try spool.write(
        #"[{"contextName": "p", "jobName": "j", "commandLine": "\#(line)"}]"#, to: "plan.json")
      #expect(try await spool.jobrun("provision", "plan.json").code == 0)
      let service = try await ServiceClient(spool)
      for number in 1...5 {
        let reply = try service.ask(
          "PUT", "/rest/schedulerJobInitiation",
          #"{"jobName": "j", "contextParameters": [{"name": "n", "value": "\#(number)"}]}"#)
        #expect(reply.status == 200 && reply.text == "")
      }
      try await spool.work()
      #expect(spool.lines("ran") == (1...5).flatMap { ["+ \($0)", "- \($0)"] })
    }
  }

  @Test func skippedDryAndHeldRunsAreWhatTheySay() async throws {
    try await JobrunFixture.with { spool in
      let plan =
        #"[{"contextName": "p", "jobName": "j", "commandLine": "touch \#(spool.path("ran"))"}]"#
      #expect(try await spool.jobrun("provision", "-", input: plan).code == 0)
      let service = try await ServiceClient(spool)
      for event in [
        #""skipped": true"#, #""dryRun": true, "dryRunParameters": {"error": true}"#,
        #""internalEventDrivenJob": {"held": true}"#,
      ] {
        let reply = try service.ask(
          "PUT", "/scheduler-agent/rest/schedulerJobInitiation", "{\"jobName\": \"j\", \(event)}")
        #expect(reply.status == 200)
      }
      try await spool.work()
      #expect(try await spool.status("1").phase == "succeeded")
      #expect(try await spool.status("2").phase == "failed")
      #expect(try await spool.status("3").phase == "held")
      #expect(!FileManager.default.fileExists(atPath: spool.path("ran")))
      #expect(try await spool.jobrun("release", "3").code == 0)
      try await spool.work()
      #expect(FileManager.default.fileExists(atPath: spool.path("ran")))
    }
  }

  @Test(arguments: [
    ([], 64, "provision: FILE is missing"), (["a", "b"], 64, "\"b\" is one argument too many"),
    (["--list", "x"], 64, "provision: "), (["--list", "--remove", "x"], 64, "--list and --remove"),
    (["--json", "--remove", "x"], 64, "--json goes with a FILE or --list"),
    (["--dry-run", "--remove", "x"], 64, "--dry-run goes with a FILE"),
    (["none.json"], 66, "none.json"),
    (["bad.json"], 65, "bad.json: line 1, column 2: "),
    (["wrong.json"], 65, "wrong.json: jobs[0].cronExpression: "),
  ])
  func saysWhatIsWrong(arguments: [String], code: Int32, text: String) async throws {
    try await JobrunFixture.with { spool in
      try spool.write("{", to: "bad.json")
      try spool.write(
        #"[{"contextName": "p", "jobName": "j", "cronExpression": "0 0 25 * * ?"}]"#,
        to: "wrong.json")
      let done = try await spool.start(["provision"] + arguments).finished()
      #expect(done.code == code)
      #expect(done.err.contains(text), "\(done.err)")
      #expect(done.out == "")
      #expect(spool.names("plans").isEmpty)
    }
  }

  @Test func aDryRunPutsNothingInPlace() async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.jobrun("provision", "--dry-run", "-", input: Self.plan)
      #expect(done.code == 0 && done.out == "billing: 1 command, 1 schedule\n")
      #expect(spool.names("plans").isEmpty && spool.names("jobs").isEmpty)
    }
  }

  @Test func aFileJobOfAPlanRunsItsCommand() async throws {
    try await JobrunFixture.with { spool in
      let input = spool.path("in")
      try spool.write("x", to: "in/a.csv")
      let plan = """
        [{"contextName": "p", "jobName": "f", "filePath": "\(input)", "filenames": ["[a-z]+\\\\.csv"]},
         {"contextName": "p", "jobName": "f", "commandLine": "basename $JOBRUN_FILE >> \(spool.path("ran"))"}]
        """
      #expect(try await spool.jobrun("provision", "-", input: plan).code == 0)
      _ = try await spool.daemon()
      try await eventually { spool.lines("ran") == ["a.csv"] }
      #expect(try await spool.jobrun("provision", "-", input: plan).code == 0)
      try spool.write("x", to: "in/b.csv")
      try await eventually { spool.lines("ran").count >= 2 }
      #expect(spool.lines("ran") == ["a.csv", "b.csv"], "a new version runs for no file again")
    }
  }
}
