// The requests that jobrun-serve(8) shows are made, with curl, as they stand there.

import Foundation
import Testing

@Suite struct RequestTests {
  private static let hasCurl = ["/usr/local/bin", "/usr/bin", "/bin"].contains {
    FileManager.default.isExecutableFile(atPath: "\($0)/curl")
  }

  private static let lines: [String] = {
    let displays = (try? ManualPage("jobrun-serve.8").displays) ?? []
    return displays.flatMap { CommandLine.lines(after: "$ curl ", in: $0) }
  }()

  private static let model = """
    {"command": ["/bin/sh", "-c", "echo hello; echo page > $JOBRUN_ARTIFACTS_DIR/a.txt"],
     "parameters": {"username": {}, "surname": {}}}
    """

  @Test func thereIsOneForEachEndpoint() throws {
    let heads = try ManualPage("jobrun-serve.8").lines.filter {
      $0.wholeMatch(of: /\.Ss (GET|PUT|POST|DELETE) .*/) != nil
    }
    #expect(Self.lines.count == heads.count)
  }

  @Test(.enabled(if: hasCurl, "curl is not installed: apt-get install curl"))
  func eachIsAnswered() async throws {
    try await JobrunFixture.with { spool in
      try spool.write(Self.model, to: "spool/models/fullname.json")
      let service = try await ServiceClient(spool)
      var variables = ["SOCK": service.socket]
      for line in Self.lines {
        if line.contains("_LINK") {
          try await spool.work()
          let id = try #require(variables["ID"])
          let target = "/jobsmanagement/odata/v1.0/backgroundjob?$filter=jobID%20eq%20'\(id)'"
          let jobs = try service.ask("GET", target).json["value"] as? [[String: Any]]
          let job = try #require(jobs?.first)
          variables["PUBLISH_LINK"] = job["publishLink"] as? String
          let response = try #require(job["response"] as? String)
          variables["DOWNLOAD_LINK"] = response.firstMatch(of: /"DownloadLink":"([^"]+)"/).map {
            String($0.1)
          }
        }
        let settings = variables.map { "\($0.key)='\($0.value)'; " }.joined()
        let done = try await spool.shell("\(settings)curl --fail-with-body \(line)")
        #expect(done.code == 0, "\(line)\n\(done.out)\(done.err)")
        if let id = done.out.firstMatch(of: /"robustaSpid":"([^"]+)"/) {
          variables["ID"] = String(id.1)
        }
      }
      #expect(spool.read("a.txt") == "page\n")
    }
  }
}
