// The requests that jobrun-serve(8) and jobrun-api(7) show are made, with curl, as they stand there.

import Foundation
import Testing

@Suite struct RequestTests {
  private static let hasCurl = ["/usr/local/bin", "/usr/bin", "/bin"].contains {
    FileManager.default.isExecutableFile(atPath: "\($0)/curl")
  }

  private static let pages = ["jobrun-serve.8", "jobrun-api.7"]

  private static func lines(of page: String) throws -> [String] {
    try ManualPage(page).displays.flatMap { CommandLine.lines(after: "$ curl ", in: $0) }
  }

  private static let model = """
    {"command": ["/bin/sh", "-c", "echo hello; echo page > $JOBRUN_ARTIFACTS_DIR/a.txt"],
     "parameters": {"username": {}, "surname": {}}}
    """

  @Test(arguments: pages) func thereIsOneForEachEndpoint(page: String) throws {
    let heads = try ManualPage(page).lines.filter {
      $0.wholeMatch(of: /\.Ss (GET|PUT|POST|DELETE) .*/) != nil
    }
    #expect(try Self.lines(of: page).count == heads.count)
  }

  @Test(.enabled(if: hasCurl, "curl is not installed: apt-get install curl"), arguments: pages)
  func eachIsAnswered(page: String) async throws {
    try await JobrunFixture.with { spool in
      try spool.write(Self.model, to: "spool/models/fullname.json")
      let service = try await ServiceClient(spool)
      var variables = ["SOCK": service.socket]
      for line in try Self.lines(of: page) {
        // From there on the output of a run is shown.
        if line.contains("/logs") { try await spool.work() }
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
        // No daemon works while requests are made, and curl says so: 22 is a status from 400 on.
        let code = line.contains("/readyz") ? 22 : 0
        #expect(done.code == code, "\(line)\n\(done.out)\(done.err)")
        if line.contains("/v1/events") { #expect(done.out.contains("\ndata: {"), "\(done.out)") }
        if let id = done.out.firstMatch(of: /"robustaSpid":"([^"]+)"/) {
          variables["ID"] = String(id.1)
        }
      }
      #expect(spool.read("a.txt") == "page\n")
    }
  }

  /// The requests of the README, by a user with a password, in their order.
  @Test(.enabled(if: hasCurl, "curl is not installed: apt-get install curl"))
  func theReadmesAreAnswered() async throws {
    let readme = try PackageFiles.text("README.md")
    let lines = CommandLine.lines(after: "$ curl ", in: readme)
    #expect(lines.count == 10)
    let model = try #require(
      readme.firstMatch(of: /fullname\.json` in the spool:\n\n```json\n([^`]+)```/)
    ).1
    let shown = try #require(readme.firstMatch(of: /"robustaSpid":"([^"]+)"/)).1
    try await JobrunFixture.with { spool in
      try spool.write(String(model), to: "spool/models/fullname.json")
      let users = ["--users", spool.path("users")]
      let roles = ["--add-user", "ann", "--roles", "read,run,provision"]
      let added = try await spool.start(["serve"] + users + roles, input: "secret\n").finished()
      #expect(added.err == "jobrun serve: added user ann in \(spool.path("users"))\n")
      let service = try spool.start(["serve", "--listen", "127.0.0.1:0"] + users)
      try await eventually { service.err.contains("listening on") && service.err.hasSuffix("\n") }
      let address = try #require(service.err.firstMatch(of: /listening on ([0-9.:]+)/)).1
      var id = ""
      for line in lines {
        let own = line.replacing(shown, with: id)
        // A log that goes on ends with its run.
        if own.contains("/logs") { try await spool.work() }
        let done = try await spool.shell(
          "URL=http://ann:secret@\(address); curl -sS --fail-with-body \(own)")
        #expect(done.code == 0, "\(line)\n\(done.out)\(done.err)")
        if line.contains("process/status") {
          #expect(done.out.contains(#""__out_x":"Ada Lovelace""#))
        }
        if line.contains("follow=true") { #expect(done.out == "Ada\n") }
        guard let made = done.out.firstMatch(of: /"robustaSpid":"([^"]+)"/) else { continue }
        id = String(made.1)
        try await spool.work()
      }
      #expect(try await spool.status(id).phase == "cancelled")
      try await spool.work()
      #expect(try await spool.jobrun("logs", "2").out == "load monday\n")
    }
  }
}
