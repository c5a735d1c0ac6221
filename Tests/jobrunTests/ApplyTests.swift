// Definitions in a directory, and jobs that get another document, with the built binary.

import Foundation
import Glibc
import Testing

@Suite struct ApplyTests {
  @Test func aDirectoryIsAppliedAsOftenAsOneLikes() async throws {
    try await JobrunFixture.with { spool in
      try spool.write(#"{"id":"load","after":"fetch","command":["true"]}"#, to: "jobs/a.json")
      try spool.write(
        #"{"id":"fetch","command":["true"]} "# + "\n"
          + #"{"id":"night","command":["true"],"quartzDef":"0 0 3 * * ?"}"#,
        to: "jobs/more/b.ndjson")
      try spool.write("not for jobrun", to: "jobs/.git/c.json")
      let dry = try await spool.jobrun("apply", "jobs", "--dry-run")
      #expect(dry.out == "+ fetch\n+ load\n+ night\n", "\(dry.err)")
      #expect(dry.err == "jobrun apply: 3 new, 0 changed, 0 unchanged\n")
      #expect(spool.names("jobs").isEmpty)
      #expect(try await spool.jobrun("apply", "jobs").out == dry.out)
      try await spool.work()
      #expect(try await spool.status("load").phase == "succeeded")
      let again = try await spool.jobrun("apply", "jobs", "-v")
      #expect(again.code == 0 && again.out == "= fetch\n= load\n= night\n")

      try spool.write(
        #"{"id":"night","command":["true"],"quartzDef":"0 0 4 * * ?"}"#, to: "jobs/more/b.ndjson")
      try spool.write(#"{"id":"load","command":["false"]}"#, to: "jobs/a.json")
      let changed = try await spool.jobrun("apply", "jobs")
      #expect(
        changed.lines == [
          #"~ load  command: ["true"] -> ["false"]; name: "true" -> "false"; "#
            + #"after: ["fetch:success"] -> default; starts again"#,
          #"~ night  quartzDef: "0 0 3 * * ?" -> "0 0 4 * * ?""#,
        ])
      #expect(try await spool.status("night").text("nextRun").contains("T04:00:00"))
      try await spool.work()
      #expect(try await spool.status("load").runs == 2)
    }
  }

  @Test func whereAndUnderWhatUmaskItIsAppliedChangesNoJobThatIsThere() async throws {
    try await JobrunFixture.with { spool in
      try spool.write(#"{"id":"a","command":["true"]}"#, to: "jobs/a.json")
      try spool.write(
        #"{"id":"b","command":["true"],"workingDirectory":"/","umask":"077"}"#, to: "jobs/b.json")
      #expect(try await spool.jobrun("apply", "jobs").code == 0)
      try await spool.work()
      let again = try await spool.shell(
        "cd / && umask 027 && $JOBRUN apply '\(spool.path("jobs"))'")
      #expect(again.out == "")
      #expect(again.err == "jobrun apply: 0 new, 0 changed, 2 unchanged\n")
      // What the document says counts as ever.
      try spool.write(
        #"{"id":"a","command":["true"],"workingDirectory":"/","umask":"027"}"#, to: "jobs/a.json")
      let changed = try await spool.jobrun("apply", "jobs")
      #expect(changed.out.hasPrefix("~ a  workingDirectory: "), "\(changed.out)")
    }
  }

  @Test func ifAnythingIsWrongNothingIsWritten() async throws {
    try await JobrunFixture.with { spool in
      try spool.write(#"{"id":"good","command":["true"]}"#, to: "jobs/a.json")
      try spool.write(#"{"id":"bad","comand":["true"]}"#, to: "jobs/b.json")
      let apply = try await spool.jobrun("apply", "jobs")
      #expect(apply.code == 65 && apply.out.isEmpty && spool.names("jobs").isEmpty)
      #expect(apply.err.contains("jobs/b.json: line 1: comand: there is no such key"))
      #expect(apply.err.hasSuffix("jobrun apply: nothing was written\n"))
      #expect(try await spool.jobrun("apply", "nowhere").code == 66)
      #expect(mkfifo(spool.path("jobs/c.json"), 0o600) == 0)
      let pipe = try await spool.jobrun("apply", "jobs")
      #expect(pipe.code == 65 && pipe.err.contains("jobs/c.json: it is no regular file"))
    }
  }

  @Test func twoAppliesAtOnceDoubleNothing() async throws {
    try await JobrunFixture.with { spool in
      let lines = (1...40).map { #"{"id":"job-\#($0)","command":["true"],"hold":true}"# }
      try spool.write(lines.joined(separator: "\n"), to: "jobs/all.ndjson")
      let all = try (1...4).map { _ in try spool.start(["apply", "jobs"]) }
      for process in all { #expect(try await process.finished().code == 0) }
      #expect(spool.names("jobs").count == 40)
      let status = try await spool.jobrun("status", "--ndjson")
      #expect(status.lines.count == 40)
      let numbers = Set(try status.lines.map { try JobStatus($0).number("number") ?? 0 })
      #expect(numbers.count == 40)
    }
  }

  @Test func aRunGoesOnAndItsRetryIsOfTheNewDocument() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.daemon()
      let wait = "while [ ! -e go ]; do sleep 0.02; done; exit 3"
      _ = try await spool.submit("--id", "long", "--shell", wait)
      try await spool.status("long", reaches: "running")
      let replace = try await spool.jobrun(
        "submit", "--replace", "--id", "long", "--retry", "1", "--retry-delay", "0", "--", "true")
      #expect(replace.code == 0 && replace.out == "long\n")
      #expect(try await spool.status("long").phase == "running")
      try spool.write("", to: "go")
      let end = try await spool.status("long", reaches: "succeeded")
      #expect(end.history.map { $0["code"] as? Int } == [3, 0] && end.runs == 1)
      let both = try await spool.jobrun(
        "submit", "--replace", "--if-absent", "--id", "x", "--", "x")
      #expect(both.code == 64)
    }
  }

  /// A daemon that is there, one that comes anew, and a firing that is due meanwhile.
  @Test func aFiringReplacesARunAlsoOneThatANewDaemonHasFound() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      _ = try await spool.submit(
        "--id", "rep", "--overlap", "replace", "--quartz", "* * * * * ?", "--", "sleep", "60")
      try await eventually { try await spool.status("rep").runs >= 3 }
      daemon.kill(9)
      _ = try await daemon.finished()
      let runs = try await spool.status("rep").runs
      _ = try await spool.daemon()
      try await eventually { try await spool.status("rep").runs >= runs + 2 }
      let kinds = Set(try await spool.status("rep").history.compactMap { $0["kind"] as? String })
      #expect(kinds == ["cancelled"])
      #expect(try await spool.jobrun("cancel", "rep").code == 0)
      try await spool.status("rep", reaches: "cancelled")
    }
  }
}
