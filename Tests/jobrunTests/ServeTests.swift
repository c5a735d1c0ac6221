// `jobrun serve`, the built program with a daemon beside it, over its unix socket.

import Foundation
import Testing

@Suite struct ServeTests {
  private static let model = """
    {"command": ["/bin/sh", "-c",
      "echo \\"x=$1 $2\\" >> $JOBRUN_OUTPUT_FILE; echo hello; echo page > $JOBRUN_ARTIFACTS_DIR/a.txt",
      "sh", "{{username}}", "{{surname}}"],
     "parameters": {"username": {"required": true}, "surname": {"required": true}}}
    """

  private let start = "/scheduler/connector-API/process/start"
  private let list = "/jobsmanagement/odata/v1.0/backgroundjob"

  private func withService(
    _ body: (JobrunFixture, ServiceClient) async throws -> Void
  ) async throws {
    try await JobrunFixture.with { spool in
      try spool.write(Self.model, to: "spool/models/OneStepNotepadRunner.json")
      try await body(spool, try await ServiceClient(spool))
    }
  }

  @Test func theSeedsProcessRunsFromStartToOutput() async throws {
    try await withService { spool, service in
      _ = try await spool.daemon()
      let reply = try service.ask(
        "POST", start,
        """
        {"values": {"username": "Username", "surname": "Surname"}, "runImmediately": "Y",
         "retryCount": "1", "name": "OneStepNotepadRunner"}
        """)
      #expect(reply.status == 200)
      let id = try #require(try reply.json["robustaSpid"] as? String)
      #expect(reply.text == #"{"robustaSpid":"\#(id)","message":"Process saved"}"#)
      let target = "/scheduler/connector-api/process/status/\(id)"
      try await eventually { try service.ask("GET", target).text.contains("SUCCEEDED") }
      #expect(
        try service.ask("GET", target).text
          == #"{"status":"SUCCEEDED","message":"finished","__out_x":"Username Surname"}"#)
      #expect(try service.ask("GET", target + "x").status == 404)
      let end = try await service.process.end()
      #expect(end.code == 0)
      #expect(!FileManager.default.fileExists(atPath: service.socket))
    }
  }

  @Test func aRunningJobIsCancelledAndRunAgain() async throws {
    try await withService { spool, service in
      _ = try await spool.daemon()
      let id = try await spool.submit("--id", "Dep-1306", "--", "sleep", "60")
      try await spool.status(id, reaches: "running")
      let body =
        #"{"Id": "Dep-1306", "CancelReason": {"cancelReasonId": 1, "cancelReasonDesc": ""}}"#
      let cancelled = try service.ask("PUT", "/up/v5/rest/scheduling/CancelJob", body)
      #expect(cancelled.status == 200)
      #expect(
        cancelled.text
          == #"{"Success":true,"Code":"0","Message":"","Payload":{"result":{"type":"OK","code":"0"}}}"#
      )
      let state = try await spool.status(id, reaches: "cancelled")
      #expect(state.text("reason") == "cancelled by request (reason 1)")
      let job = try #require(
        (try service.ask("GET", list + "?$filter=jobId%20eq%20'\(id)'").json["value"]
          as? [[String: Any]])?.first)
      #expect(job["jobStatus"] as? String == "Failed")
      #expect(
        job["jobStatusText"] as? String == "cancelled by tester: cancelled by request (reason 1)")
      let rerun = "/jobsmanagement/v1.0/backgroundjob/\(id)/rerun"
      #expect(try service.ask("POST", rerun).json["jobStatus"] as? String == "Queued")
      #expect(try service.ask("POST", rerun).status == 409)
      try await spool.status(id, reaches: "running")
      #expect(try service.ask("PUT", "/up/v5/rest/scheduling/CancelJob", body).status == 200)
    }
  }

  @Test func outputsAreFoundByTheLinksGivenOut() async throws {
    try await withService { spool, service in
      let id = try await spool.submit(
        "--model", "OneStepNotepadRunner", "--value", "username=a", "--value", "surname=b")
      try await spool.work()
      let answer = try service.ask("GET", list + "?$filter=jobID%20eq%20'\(id)'")
      let job = try #require((try answer.json["value"] as? [[String: Any]])?.first)
      let output = try service.ask("GET", ServiceClient.path(job["publishLink"]))
      #expect(output.text == "hello\n")
      let documents = try #require(job["response"] as? String)
      let parsed = try JSONSerialization.jsonObject(with: Data(documents.utf8))
      let document = try #require((parsed as? [[String: Any]])?.first)
      #expect(document["documentName"] as? String == "a.txt")
      let file = try service.ask("GET", ServiceClient.path(document["DownloadLink"]))
      #expect(file.text == "page\n")
      #expect(file.head.contains("Content-Disposition: attachment; filename=\"a.txt\""))
      #expect(file.head.contains("Content-Length: 5"))
      #expect(try service.ask("HEAD", ServiceClient.path(job["publishLink"])).text == "")
    }
  }

  @Test func linksBeginAsAsked() async throws {
    try await JobrunFixture.with { spool in
      let service = try await ServiceClient(spool, "--public-url", "https://jobs.example/batch/")
      let id = try await spool.submit("--", "true")
      let answer = try service.ask(
        "GET", list + "?$filter=jobID%20eq%20'\(id)'&$select=publishLink")
      #expect(answer.text.contains("\"https://jobs.example/batch/reports/v1.0/publishlink/\(id)/"))
      for url in ["jobs.example", "https://", "ftp://jobs.example", "http://a b", "http://a?b"] {
        let done = try await spool.jobrun("serve", "--public-url", url)
        #expect(done.code == 64)
        #expect(done.err.contains("--public-url"))
      }
    }
  }
}
