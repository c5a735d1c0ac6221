// Jobs that run for files, end to end: the binary, its daemon, and real files.

import Foundation
import Glibc
import Testing

@Suite struct FileJobTests {
  /// Submits a job that writes the name of each of its files into `ran`.
  private func submit(
    _ spool: JobrunFixture, _ trigger: String = "", _ members: String = "",
    command: String = "echo $JOBRUN_FILE >> ran"
  ) async throws -> String {
    try FileManager.default.createDirectory(
      atPath: spool.path("in"), withIntermediateDirectories: true)
    let document =
      #"{"command":"\#(command)","fileTrigger":{"directory":"in","pattern":"[a-z0-9-]+\\.csv""#
      + "\(trigger)}\(members)}"
    let done = try await spool.jobrun("submit", "-", input: document)
    try #require(done.code == 0, "\(done.err)")
    return done.out.trimmingCharacters(in: .newlines)
  }

  /// Puts a file into the directory as a careful writer would: whole, or not at all.
  private func come(_ spool: JobrunFixture, _ names: String..., age: Int = 0) throws {
    for name in names {
      let path = try spool.write("x", to: "home/coming")
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: Double(-age))], ofItemAtPath: path)
      try #require(rename(path, spool.path("in/\(name)")) == 0)
    }
  }

  private func ran(_ spool: JobrunFixture) -> [String] {
    spool.lines("ran").map { String($0.dropFirst(spool.path("").count)) }
  }

  @Test func runsForAFileAsSoonAsItComes() async throws {
    try await JobrunFixture.with { spool in
      let id = try await submit(spool)
      _ = try await spool.daemon()
      try await spool.status(id, reaches: "waiting")
      for name in ["one.csv", "two.csv"] {
        try come(spool, name)
        // The next look without a hint would be a minute later.
        try await eventually("a run for \(name)", within: 20) {
          ran(spool).last == "in/\(name)"
        }
        try await spool.status(id, reaches: "waiting")
      }
      // A writer that closes its file is told of as well.
      try spool.write("x", to: "in/three.csv")
      try await eventually("a run", within: 20) { ran(spool).last == "in/three.csv" }
      let status = try await spool.status(id)
      #expect(status.message.hasPrefix("it waits for files matching") || status.phase != "waiting")
      #expect(try await spool.jobrun("status").out.contains("a file"))
    }
  }

  @Test func runsForFilesThatWereThereOldestFirst() async throws {
    try await JobrunFixture.with { spool in
      let id = try await submit(spool)
      try come(spool, "b.csv", "a.csv", age: 50)
      try come(spool, "old.csv", age: 100)
      try come(spool, "not.txt", "a.csv.part")
      try await spool.work()
      // Dates of two files differ by what passed between them.
      #expect(ran(spool) == ["in/old.csv", "in/b.csv", "in/a.csv"])
      let status = try await spool.status(id)
      #expect(status.phase == "waiting" && status.runs == 3)
      #expect(status.members["nextRun"] == nil && status.members["knownFiles"] == nil)
      // Nothing new: nothing is written either.
      let before = spool.read("spool/jobs/\(id).json")
      try await spool.work()
      #expect(ran(spool).count == 3 && spool.read("spool/jobs/\(id).json") == before)
      // Written anew, and replaced.
      try spool.write("xx", to: "in/a.csv")
      try come(spool, "b.csv", age: 10)
      try await spool.work()
      #expect(ran(spool).dropFirst(3) == ["in/b.csv", "in/a.csv"])
      // Gone and come again.
      try FileManager.default.removeItem(atPath: spool.path("in/old.csv"))
      try await spool.work()
      #expect(!spool.read("spool/jobs/\(id).json").isEmpty && ran(spool).count == 5)
      try come(spool, "old.csv", age: 100)
      try await spool.work()
      #expect(ran(spool).last == "in/old.csv" && ran(spool).count == 6)
    }
  }

  @Test func waitsUntilAFileIsOldEnough() async throws {
    try await JobrunFixture.with { spool in
      _ = try await submit(spool, #","minAge":"1h""#)
      try come(spool, "young.csv", age: 3500)
      try come(spool, "old.csv", age: 3700)
      try await spool.work()
      #expect(ran(spool) == ["in/old.csv"])
      // Old enough while the daemon waits for that.
      try come(spool, "soon.csv", age: 3599)
      try await spool.work(within: "10s")
      #expect(ran(spool) == ["in/old.csv", "in/soon.csv"])
    }
  }

  @Test func movesAFileBeforeItsRun() async throws {
    try await JobrunFixture.with { spool in
      let id = try await submit(
        spool, #","moveTo":"done""#, #","retryCount":1,"retryDelay":0"#,
        command: "echo $JOBRUN_FILE $JOBRUN_FILE_NAME >> ran; [ $JOBRUN_ATTEMPT = 2 ]")
      try come(spool, "a.csv")
      try await spool.work()
      try come(spool, "a.csv")
      try await spool.work()
      let names = try FileManager.default.contentsOfDirectory(atPath: spool.path("done")).sorted()
      try #require(names.count == 2 && names[0] == "a.csv" && names[1].hasPrefix("a.csv.2"))
      #expect(
        ran(spool)
          == ["a.csv", "a.csv", names[1], names[1]].map { "done/\($0) a.csv" })
      #expect(spool.read("in/a.csv").isEmpty)
      // A rerun is for the same file, where it is now.
      try await spool.jobrun("rerun", id)
      try await spool.work()
      #expect(ran(spool).last == "done/\(names[1]) a.csv")
    }
  }

  @Test func tellsWhereAFileCannotBeMoved() async throws {
    try await JobrunFixture.with { spool in
      let id = try await submit(spool, #","moveTo":"no/where""#)
      try come(spool, "a.csv")
      try await spool.work()
      let status = try await spool.status(id)
      #expect(status.phase == "waiting" && status.runs == 1 && status.kind == "notStarted")
      #expect(status.reason.hasPrefix("its file cannot be moved: "))
      #expect(ran(spool).isEmpty)
    }
  }

  @Test func refusesARerunBeforeTheFirstFile() async throws {
    try await JobrunFixture.with { spool in
      let id = try await submit(spool)
      let done = try await spool.jobrun("rerun", id)
      #expect(done.code == 69 && done.err.contains("no file has come yet"))
    }
  }

  @Test func picksUpOnReleaseWhatCameDuringAHold() async throws {
    try await JobrunFixture.with { spool in
      let id = try await submit(spool)
      try await spool.jobrun("hold", id)
      try come(spool, "a.csv")
      try await spool.work()
      #expect(ran(spool).isEmpty)
      try await spool.jobrun("release", id)
      try await spool.work()
      try await spool.jobrun("hold", id)
      try await spool.jobrun("release", id)
      try await spool.work()
      #expect(ran(spool) == ["in/a.csv"])
    }
  }

  @Test func endsAfterTheFirstFileWithRunOnce() async throws {
    try await JobrunFixture.with { spool in
      let id = try await submit(spool, "", #","runOnce":true"#)
      try come(spool, "a.csv", age: 5)
      try come(spool, "b.csv")
      try await spool.work()
      #expect(ran(spool) == ["in/a.csv"])
      #expect(try await spool.status(id).phase == "succeeded")
    }
  }

  @Test func tellsAMissingDirectoryOnceAndGoesOnWhenItIsThere() async throws {
    try await JobrunFixture.with { spool in
      let id = try await submit(spool, #","poll":"1s""#)
      try FileManager.default.removeItem(atPath: spool.path("in"))
      let daemon = try await spool.daemon()
      let words = "\(spool.path("in")): No such file or directory; looked at again every 1s"
      try await eventually {
        try await spool.status(id).message == "it cannot look for files: \(words)"
      }
      try FileManager.default.createDirectory(
        atPath: spool.path("in"), withIntermediateDirectories: true)
      try come(spool, "a.csv")
      try await eventually { ran(spool) == ["in/a.csv"] }
      // Watched again as well.
      try come(spool, "b.csv")
      try await eventually { ran(spool) == ["in/a.csv", "in/b.csv"] }
      #expect(daemon.err.ranges(of: words).count == 1)
    }
  }

  @Test func passesOverANameThatIsNotUTF8() async throws {
    try await JobrunFixture.with { spool in
      let id = try await submit(spool)
      _ = try await spool.shell(
        #"cd in && touch "$(printf 'b\377.csv')" && mv b*.csv x && "# + "true")
      let trigger = try await spool.jobrun(
        "submit", "-",
        input: #"{"id":"odd","command":"echo $JOBRUN_FILE >> ran","#
          + #""fileTrigger":{"directory":"in","pattern":".*"}}"#)
      #expect(trigger.code == 0)
      _ = try await spool.shell(#"touch "in/$(printf 'b\377.csv')""#)
      try come(spool, "a.csv", age: 9)
      try await spool.work()
      try await spool.work()
      let decisions = try await spool.status("odd").decisions
      #expect(decisions.filter { $0.contains("its name is not UTF-8") }.count == 1)
      #expect(Set(ran(spool)) == ["in/a.csv", "in/x"], "\(spool.read("ran"))")
      #expect(try await spool.status(id).runs == 1)
    }
  }

  @Test func looksAtManyFilesWithoutHoldingOthersUp() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.shell("mkdir in && cd in && seq 1 20000 | xargs touch")
      _ = try await submit(spool, #","poll":"1s""#)
      let daemon = try await spool.daemon()
      try come(spool, "a.csv")
      try await eventually { ran(spool) == ["in/a.csv"] }
      let other = try await spool.submit("--", "true")
      try await spool.status(other, reaches: "succeeded")
      #expect(daemon.isRunning)
    }
  }

  @Test func letsTheFirstOfTwoJobsHaveAFileThatIsMoved() async throws {
    try await JobrunFixture.with { spool in
      let first = try await submit(spool, #","moveTo":"done""#)
      let second = try await submit(spool, #","moveTo":"done""#)
      try come(spool, "a.csv", "b.csv", "c.csv")
      try await spool.work()
      #expect(ran(spool).sorted() == ["done/a.csv", "done/b.csv", "done/c.csv"])
      let runs = try await [spool.status(first).runs, spool.status(second).runs]
      #expect(runs.reduce(0, +) == 3)
    }
  }

  @Test func runsForEachOfTwoJobsWhereAFileStays() async throws {
    try await JobrunFixture.with { spool in
      _ = try await submit(spool)
      _ = try await submit(spool)
      try come(spool, "a.csv")
      try await spool.work()
      #expect(ran(spool) == ["in/a.csv", "in/a.csv"])
    }
  }

  @Test func noticesFilesInDirectoriesThatAreMadeLater() async throws {
    try await JobrunFixture.with { spool in
      _ = try await submit(spool, #","depth":3"#)
      _ = try await spool.daemon()
      // Without a hint of each directory, they would be seen a minute later.
      try FileManager.default.createDirectory(
        atPath: spool.path("in/x/y"), withIntermediateDirectories: true)
      try come(spool, "x/y/a.csv")
      try await eventually(within: 20) { ran(spool) == ["in/x/y/a.csv"] }
      try come(spool, "x/b.csv")
      try await eventually(within: 20) { ran(spool) == ["in/x/y/a.csv", "in/x/b.csv"] }
    }
  }

  @Test func looksAtTheInstantsOfAnExpression() async throws {
    try await JobrunFixture.with { spool in
      let often = try await submit(spool, "", #","quartzDef":"* * * * * ?""#)
      let never = try await submit(spool, "", #","quartzDef":"0 0 0 1 1 ? 2090""#)
      _ = try await spool.daemon()
      try come(spool, "a.csv", age: 10)
      try come(spool, "b.csv")
      try await eventually { ran(spool) == ["in/a.csv", "in/b.csv"] }
      try await spool.status(often, reaches: "waiting")
      let status = try await spool.status(never)
      #expect(status.runs == 0)
      #expect(status.message.hasSuffix(", from 2090-01-01T00:00:00.000Z on"))
    }
  }

  @Test func saysWhatItWaitsFor() async throws {
    try await JobrunFixture.with { spool in
      let id = try await submit(spool, "", #","name":"load""#)
      let words = "waits for files matching [a-z0-9-]+\\.csv in \(spool.path("in"))"
      #expect(
        try await spool.status(id).message == "it \(words); but no daemon is running on this spool")
      let next = try await spool.jobrun("next", id)
      #expect(next.code == 0 && next.out.isEmpty && next.err == "jobrun next: load \(words)\n")
      let simulated = try await spool.jobrun("simulate")
      #expect(simulated.err == "jobrun simulate: 1 load: left out: it runs for files\n")
      let dry = try await spool.jobrun(
        "submit", "--dry-run", "-",
        input: #"{"command":"x","quartzDef":"0 0 0 1 1 ? 2090","#
          + #""fileTrigger":{"directory":"in","pattern":"a"}}"#)
      #expect(dry.out.contains(#""waitsFor": "files matching a in "#))
      #expect(dry.out.contains(#""looksAt": ["#) && !dry.out.contains("fires"))
    }
  }

  @Test func runsTheSampleOfTheManual() async throws {
    let sample = try ManualPage("jobrun-job.5").sample("document-of-files")
    try await JobrunFixture.with { spool in
      try spool.write("1\n2\n", to: "in/orders-17.csv")
      try spool.write("1\n", to: "in/orders-x.csv")
      let done = try await spool.jobrun("submit", "-", input: sample)
      #expect(done.out == "load-orders\n" && done.code == 0)
      try await spool.work()
      #expect(spool.read("orders-17.csv.lines") == "2\n")
      #expect(spool.read("done/orders-17.csv") == "1\n2\n")
      #expect(spool.read("in/orders-x.csv") == "1\n")
    }
  }

  @Test func refusesAPatternThatIsNone() async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.jobrun(
        "submit", "-",
        input: #"{"command":"x","fileTrigger":{"directory":"in","pattern":"(a"}}"#)
      #expect(done.code == 65)
      #expect(
        done.err.contains(
          "fileTrigger.pattern: this is not a regular expression: Unmatched ( or \\("))
    }
  }
}
