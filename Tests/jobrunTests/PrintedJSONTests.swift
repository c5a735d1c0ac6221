// What `--json` prints: each object has the version of its format.

import Foundation
import Testing

@Suite struct PrintedJSONTests {
  @Test func everyObjectHasTheVersionOfItsFormat() async throws {
    try await JobrunFixture.with { spool in
      let line = "echo x > $JOBRUN_ARTIFACTS_DIR/a; exit 1"
      _ = try await spool.submit("--name", "bad", "--shell", line)
      try await spool.work()
      try spool.write("{\"jobs\":[{\"name\":\"p\",\"schedule\":{}}]}", to: "none.json")
      try spool.write("5 4 * * * true\n", to: "crontab")
      try spool.write("{", to: "spool/new/.1-1-bad.json")
      let lines = [
        "submit --json -- true", "submit --dry-run --json -- true", "status --ndjson",
        "why 1 --json",
        "events --json", "events -j --since today", "wait 1 --json", "rerun 1 --json",
        "hold 1 --json", "release 1 --json", "cancel 1 --json", "next 2 --json",
        "simulate --json", "import crontab crontab --submit --json", "fsck --json",
        "purge --older-than 0 --dry-run --json", "purge --older-than 0 --json",
      ]
      for line in lines {
        let done = try await spool.start(line.split(separator: " ").map(String.init)).finished()
        #expect(!done.lines.isEmpty || line.hasPrefix("fsck"), "\(line): \(done.err)")
        for object in done.lines {
          #expect(try JobStatus(object).number("jobrun") == 1, "\(line): \(object)")
        }
      }
    }
  }

  @Test func documentsForPeopleHaveItToo() async throws {
    try await JobrunFixture.with { spool in
      let line = "echo x > $JOBRUN_ARTIFACTS_DIR/a"
      _ = try await spool.submit("--shell", line)
      try await spool.work()
      for line in ["status 1 --json", "queue list --json", "submit --dry-run true"] {
        let done = try await spool.start(line.split(separator: " ").map(String.init)).finished()
        #expect(try JobStatus(done.out).number("jobrun") == 1, "\(line): \(done.err)")
      }
      for line in ["status --json", "artifacts 1 --json"] {
        let done = try await spool.start(line.split(separator: " ").map(String.init)).finished()
        let array = try JSONSerialization.jsonObject(with: Data(done.out.utf8))
        let objects = try #require(array as? [[String: Any]])
        #expect(objects.count == 1 && objects[0]["jobrun"] as? Int == 1, "\(line)")
      }
      // A record and a document are what they are.
      #expect(try await !spool.jobrun("events", "--format", "ndjson").out.contains("\"jobrun\":1"))
      try spool.write("5 4 * * * true\n", to: "crontab")
      #expect(try await !spool.jobrun("import", "crontab", "crontab").out.contains("\"jobrun\":1"))
      #expect(try await spool.jobrun("import", "crontab", "crontab", "--json").code == 64)
    }
  }

  @Test func fsckTellsWhatItFindsAndDoes() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--hold", "--", "true")
      try spool.write("{", to: "spool/jobs/\(id).json")
      let found = try JobStatus(try await spool.jobrun("fsck", "--json").out)
      #expect(found.text("finding").hasPrefix("jobs/\(id).json: "))
      #expect(found.text("remedy") == "moves it to corrupt/")
      #expect(found.members["isRepairable"] as? Bool == true)
      #expect(found.members["isRepaired"] as? Bool == false)
      let mended = try JobStatus(try await spool.jobrun("fsck", "--repair", "--json").lines[0])
      #expect(mended.members["isRepaired"] as? Bool == true)
    }
  }
}
