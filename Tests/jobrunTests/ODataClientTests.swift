// A client library of OData that knows nothing of jobrun reads the metadata of a running service
// and asks for jobs as its own documentation says. It is fetched, so it has to be asked for.

import Foundation
import Testing

@Suite struct ODataClientTests {
  private static let isAsked = ProcessInfo.processInfo.environment["JOBRUN_ODATA"] != nil

  private static let script = """
    import sys, requests
    from odata import ODataService
    session = requests.Session()
    session.auth = ("ann", "secret")
    service = ODataService(sys.argv[1], session=session, reflect_entities=True)
    Job = service.entities["backgroundjob"]
    query = service.query(Job)
    print("all", *[job.jobDescription for job in query.order_by(Job.ID.asc())])
    print("failed", *[job.jobDescription for job in query.filter(Job.jobStatus == "Failed")])
    print("quoted", *[job.ID for job in query.filter(Job.jobDescription == "sec'ond")])
    print("like", *[job.ID for job in query.filter(Job.jobDescription.startswith("fir"))])
    print("latest", *[job.ID for job in query.order_by(Job.ID.desc()).limit(1)])
    print("page", *[job.ID for job in query.order_by(Job.ID.asc()).limit(1).offset(1)])
    print("one", query.get(1).jobDescription)
    print("count", query.count(), query.filter(Job.jobStatus == "Failed").count())
    since = query.get(3).createdDate
    print("since", *[job.ID for job in query.filter(Job.createdDate >= since)])
    """

  @Test(.enabled(if: isAsked, "set JOBRUN_ODATA=1 to fetch python-odata and run it"))
  func aStockClientReadsMetadataAndFilters() async throws {
    try await JobrunFixture.with { spool in
      let python = try await spool.shell(
        "python3 -m venv venv && venv/bin/pip install -q python-odata==0.8.1 2>&1")
      if python.code != 0 { try Test.cancel("python-odata cannot be had: \(python.out)") }
      for words in [
        ["--name", "first", "--", "true"], ["--name", "sec'ond", "--hold", "--", "true"],
        ["--name", "third", "--", "false"],
      ] {
        #expect(try await spool.start(["submit"] + words).finished().code == 0)
      }
      try await spool.work()
      _ = try await spool.jobrun(
        "serve", "--users", "users", "--add-user", "ann", "--roles", "read", input: "secret\n")
      let service = try spool.start(["serve", "--users", "users", "--listen", "127.0.0.1:0"])
      let port = try await tcpPort(of: service)
      try spool.write(Self.script, to: "client.py")
      let done = try await spool.shell(
        "venv/bin/python client.py http://127.0.0.1:\(port)/jobsmanagement/odata/v1.0/")
      #expect(
        done.lines.filter { $0.first?.isLetter == true } == [
          "all first sec'ond third", "failed third", "quoted 2", "like 1", "latest 3", "page 2",
          "one first", "count 3 1", "since 3",
        ], "\(done.out)\(done.err)\(service.err)")
      try await service.end()
    }
  }
}

/// The port of 127.0.0.1 that a service says it listens on.
func tcpPort(of service: RunningProcess) async throws -> Int {
  var port: Int?
  try await eventually("it listens") {
    port = service.err.firstMatch(of: /listening on 127\.0\.0\.1:([0-9]+)\n/).flatMap { Int($0.1) }
    return port != nil
  }
  return try #require(port)
}
