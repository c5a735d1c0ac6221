// `status --filter`: the conditions of background jobs, over the files.

import Testing

@Suite struct StatusFilterTests {
  private func names(_ spool: JobrunFixture, _ filter: String, _ more: String...) async throws
    -> [String]
  {
    let done = try await spool.start(["status", "--ndjson", "--filter", filter] + more).finished()
    #expect(done.code == 0, "\(done.err)")
    return try done.lines.map { try JobStatus($0).text("name") }
  }

  @Test func showsTheJobsThatFit() async throws {
    try await JobrunFixture.with { spool in
      let good = try await spool.submit("--name", "good", "--created-by", "ada", "--", "true")
      _ = try await spool.submit("--name", "bad", "--created-by", "Ada", "--", "false")
      try await spool.work()
      _ = try await spool.submit("--name", "new", "--hold", "--", "true")
      #expect(try await names(spool, "jobStatus eq 'Failed'") == ["bad"])
      #expect(try await names(spool, "tolower(createdBy) eq 'ada'") == ["good", "bad"])
      #expect(try await names(spool, "createdBy eq null") == ["new"])
      #expect(try await names(spool, "ID le 2", "--limit", "1") == ["bad"])
      #expect(try await names(spool, "jobID eq '\(good)' or ID eq 3") == ["good", "new"])
      #expect(try await names(spool, "jobID eq '\(good)'", "--phase", "failed") == [])
      #expect(try await names(spool, "ID eq 3 or ID eq 3") == ["new"])
      #expect(try await names(spool, "ID eq 99") == [])
    }
  }

  @Test func readsNoOtherJobsWhereTheFilterNamesThem() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--name", "one", "--hold", "--", "true")
      try spool.write("{", to: "spool/jobs/damaged.json")
      for filter in ["jobID eq '\(id)'", "ID eq 1 and jobStatus eq 'Queued'"] {
        let done = try await spool.jobrun("status", "--filter", filter)
        #expect(done.lines.count == 2)
        #expect(!done.err.contains("damaged"))
      }
      #expect(try await spool.jobrun("status", "--filter", "ID ge 1").err.contains("damaged"))
    }
  }

  @Test func whatIsWrongIsSaidWithItsColumn() async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.jobrun("status", "--filter", "phase eq 'failed'")
      #expect(done.code == 64)
      #expect(
        done.err.contains(
          "it is no filter: column 1: there is no property \"phase\""), "\(done.err)")
    }
  }
}
