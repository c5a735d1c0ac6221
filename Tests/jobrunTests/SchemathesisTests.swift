// Requests made up from /openapi.json, right and wrong ones, against a running service: none may
// fail for a reason of the service's own, or get an answer that is not described. The tool that
// makes them up is fetched, so it has to be asked for. How it is told to is in Schemathesis/.

import Foundation
import Testing

@Suite struct SchemathesisTests {
  private static let isAsked = ProcessInfo.processInfo.environment["JOBRUN_SCHEMATHESIS"] != nil

  private static let model = """
    {"command": ["/bin/sh", "-c", "echo hello $1; echo page > $JOBRUN_ARTIFACTS_DIR/page.txt", "sh", "{{user}}"],
     "description": "Says hello.",
     "parameters": {"user": {"required": true, "description": "Whom."}, "days": {"default": 7}}}
    """
  private static let plan = """
    {"jobs": [
      {"contextName": "billing", "jobName": "load", "commandLine": "echo $day",
       "contextParameters": [{"name": "day", "defaultValue": "today"}]},
      {"contextName": "billing", "jobName": "tick", "cronExpression": "0 0 3 * * ?"}]}
    """

  @Test(.enabled(if: isAsked, "set JOBRUN_SCHEMATHESIS=1 to fetch schemathesis and run it"))
  func whateverIsAskedTheAnswerIsOneThatIsDescribed() async throws {
    try await JobrunFixture.with { spool in
      let python = try await spool.startShell(
        """
        python3 -m venv venv && venv/bin/pip install -q --retries 1 \
        schemathesis==4.32.5 openapi-spec-validator==0.9.0 2>&1
        """
      ).finished(within: 240)
      if python.code != 0 { try Test.cancel("schemathesis cannot be had: \(python.out)") }
      let service = try await Self.prepared(spool)
      let url = "http://127.0.0.1:\(try await tcpPort(of: service))"
      try await Self.copySettings(to: spool, url)

      let description = try await spool.shell(
        """
        curl -sS \(url)/openapi.json > openapi.json &&
        venv/bin/openapi-spec-validator openapi.json
        """)
      #expect(description.code == 0, "\(description.out)\(description.err)")

      for (user, words, least) in [
        ("ann", "--phases examples,coverage,fuzzing,stateful", 2000),
        // Most is forbidden to her, so that less is enough, and no warning that she gets nowhere.
        ("rita", "--phases examples,fuzzing --max-examples 5 --warnings off", 200),
      ] {
        let run = try spool.startShell(
          """
          venv/bin/schemathesis --config-file schemathesis.toml run \(url)/openapi.json \
          --auth \(user):secret --checks all \(words) --no-color 2>&1
          """)
        let done = try await run.finished(within: 600)
        #expect(done.code == 0, "\(user): \(done.out)")
        let tested = try #require(
          done.out.firstMatch(of: /Selected: ([0-9]+)\/([0-9]+)\n +Tested: ([0-9]+)/))
        // All but the one that never ends.
        #expect(Int(tested.1).map { $0 + 1 } == Int(tested.2) && tested.1 == tested.3)
        let cases = try #require(done.out.firstMatch(of: /([0-9]+) generated/))
        #expect(Int(cases.1) ?? 0 > least)
      }
      try await service.end()
      #expect(!service.err.contains(" 500 "), "\(service.err)")
    }
  }

  /// A service on a spool with jobs of all kinds. By then no daemon is there: nothing that is made
  /// up is run.
  private static func prepared(_ spool: JobrunFixture) async throws -> RunningProcess {
    try spool.write(model, to: "spool/models/greet.json")
    try spool.write(#"{"command": ["true"]}"#, to: "spool/models/plain.json")
    let plan = try spool.write(plan, to: "plan.json")
    #expect(try await spool.jobrun("provision", plan).code == 0)
    for words in [
      ["--id", "greeted", "--model", "greet", "--value", "user=Ada"],
      ["--id", "failed", "--", "false"], ["--id", "held", "--hold", "--", "true"],
      ["--id", "nightly", "--quartz", "0 30 2 * * ?", "--", "true"],
      ["--id", "gone", "--quartz", "0 30 2 * * ?", "--", "true"],
    ] {
      let done = try await spool.start(["submit"] + words).finished()
      #expect(done.code == 0, "\(done.err)")
    }
    try await spool.work()
    #expect(try await spool.jobrun("cancel", "gone").code == 0)
    for (name, role) in [("ann", "admin"), ("rita", "read")] {
      _ = try await spool.jobrun(
        "serve", "--users", "users", "--add-user", name, "--roles", role, input: "secret\n")
    }
    return try spool.start(["serve", "--users", "users", "--listen", "127.0.0.1:0"])
  }

  /// Copies what schemathesis is told, and writes the keys of two links for it.
  private static func copySettings(to spool: JobrunFixture, _ url: String) async throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    for name in ["schemathesis.toml", "hooks.py"] {
      let file = folder.appending(path: "Schemathesis/\(name)")
      try spool.write(String(decoding: Data(contentsOf: file), as: UTF8.self), to: name)
    }
    let list = try await spool.shell(
      """
      curl -sS -u ann:secret -G \(url)/jobsmanagement/odata/v1.0/backgroundjob \
      --data-urlencode "\\$filter=jobID eq 'greeted'"
      """)
    let tokens = list.out.matches(of: /greeted\/([0-9a-f]{32})/).map { "\"\($0.1)\"\n" }
    #expect(tokens.count == 2, "\(list.out)")
    try spool.write(tokens.joined(), to: "tokens.txt")
  }
}
