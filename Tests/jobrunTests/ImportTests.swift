// Crontabs, end to end: from a pipe or a file to documents and to jobs in the spool.

import Foundation
import Testing

@Suite struct ImportTests {
  @Test func theExampleOfTheManualPrintsWhatItSays() async throws {
    let page = try ManualPage("jobrun.1")
    let example = try page.sample("import").split(separator: "\n", maxSplits: 1)
    #expect(example[0] == "$ jobrun import crontab crontab")
    try await JobrunFixture.with { spool in
      try spool.write(page.sample("crontab") + "\n", to: "crontab")
      let done = try await spool.jobrun("import", "crontab", "crontab")
      #expect(done.code == 65)
      #expect(done.err + done.out == example[1] + "\n")
      #expect(spool.names("") == [], "printing touches no spool")
    }
  }

  @Test func documentsCanBePipedIntoSubmit() async throws {
    try await JobrunFixture.with { spool in
      try spool.write("* * * * * cat >> \(spool.path("ran"))%a%b\n", to: "crontab")
      let line = "$JOBRUN import crontab crontab | $JOBRUN submit --if-absent -"
      let first = try await spool.shell(line)
      #expect(first.code == 0 && first.out.hasPrefix("crontab-cat-"), "\(first.err)")
      #expect(try await spool.shell(line).out == first.out)
      let id = first.out.trimmingCharacters(in: .newlines)
      #expect(try await spool.status(id).phase == "waiting")
      _ = try await spool.jobrun("rerun", id)
      _ = try await spool.daemon()
      try await eventually { spool.lines("ran").starts(with: ["a", "b"]) }
    }
  }

  @Test func whatIsImportedTwiceIsThereOnce() async throws {
    try await JobrunFixture.with { spool in
      let old = "@daily backup a\n@daily backup b\n@daily backup b\n"
      let submit = ["import", "crontab", "--prefix", "web", "--submit", "-"]
      let first = try await spool.start(submit, input: old).finished()
      #expect(first.code == 0 && first.lines.count == 3, "\(first.err)")
      let again = try await spool.start(submit, input: "# x\n\n@daily backup z\n\(old)").finished()
      #expect(again.code == 0 && Array(again.lines.dropFirst()) == first.lines, "\(again.err)")
      let names = try await spool.jobrun("status").lines.dropFirst().map {
        $0.split(separator: " ")[1]
      }
      #expect(names == ["web-backup", "web-backup-2", "web-backup-3", "web-backup-4"])
      let changed = try await spool.start(submit, input: "X=1\n\(old)").finished()
      #expect(changed.code == 65 && changed.out == "")
      #expect(changed.err.contains("exists already, with another document"))
      for id in first.lines {
        #expect(try await spool.jobrun("cancel", String(id)).code == 0)
        #expect(try await spool.jobrun("purge", String(id)).code == 0)
      }
      #expect(try await spool.start(submit, input: "X=1\n\(old)").finished().lines == first.lines)
    }
  }

  @Test func aSystemCrontabGivesTheLinesOfWhoImports() async throws {
    try await JobrunFixture.with { spool in
      let me = getuid() == 0 ? "root" : "tester"
      try spool.write(
        "SHELL=/bin/sh\n17 * * * * \(me) run-parts /etc/h\n@daily www-data x\n", to: "crontab")
      let done = try await spool.jobrun(
        "import", "crontab", "--system", "--tz", "Asia/Tokyo", "crontab")
      #expect(done.code == 65)
      #expect(done.lines.count == 1 && done.out.contains(#""command":"run-parts /etc/h""#))
      #expect(done.out.contains(#""timeZone":"Asia/Tokyo""#))
      #expect(done.err.hasPrefix("jobrun import: crontab: line 3: it runs as www-data"))
    }
  }

  @Test(arguments: [
    (["crontab"], 64, "crontab -l | jobrun import crontab -"), ([], 64, "crontab is missing"),
    (["anacrontab", "x"], 64, "\"anacrontab\" cannot be imported; crontab can"),
    (["crontab", "-", "x"], 64, "\"x\" is one argument too many"),
    (["crontab", "-", "--prefix", ".x"], 64, "it begins ids: 1 to 24 of"),
    (["crontab", "-", "--tz", "Mars/Base"], 64, "Mars/Base"),
    (["crontab", "none"], 66, "none: "), (["crontab", "/tmp"], 66, "it is a directory"),
  ])
  func saysWhatIsWrong(arguments: [String], code: Int32, text: String) async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.start(["import"] + arguments).finished()
      #expect(done.code == code)
      #expect(done.err.contains(text), "\(done.err)")
      #expect(done.out == "")
    }
  }

  @Test func nothingToImportIsNoFault() async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.jobrun("import", "crontab", "-", "--submit", input: "# none\n")
      #expect(done.code == 0 && done.out == "" && done.err == "")
    }
  }
}
