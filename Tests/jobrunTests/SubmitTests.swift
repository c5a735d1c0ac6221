// What `submit` takes, prints and refuses.

import Foundation
import Glibc
import Testing

@Suite struct SubmitTests {

  // MARK: Commands

  @Test func keepsEveryArgumentAsItIs() async throws {
    try await JobrunFixture.with { spool in
      let arguments = [
        "a b", "", "two\nlines", "tab\t", "ünï 日本 👩‍👩‍👧", "--retry", "-n", "--", "-",
        "$HOME `id` $(id) \\ \" ' *", "{{name}}", "x.json", " ",
      ]
      let print = ["sh", "-c", "printf '%s\\0' \"$@\"", "sh"]
      for words in [["--"] + print, print] {
        let done = try await spool.start(["submit"] + words + arguments).finished()
        #expect(done.code == 0)
      }
      try await spool.work()
      for id in ["1", "2"] {
        let printed = try await spool.jobrun("logs", id).out
        #expect(
          printed.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
            == arguments + [""])
      }
    }
  }

  @Test func printsTheIdAlone() async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.jobrun("submit", "--", "true")
      #expect(
        done.out.dropLast().wholeMatch(
          of:
            /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
      #expect(done.out.last == "\n")
      #expect(done.err == "")
      let json = try await spool.jobrun("submit", "--json", "--hold", "--id", "mine", "--", "true")
      #expect(
        json.out
          == "{\"id\":\"mine\",\"jobrun\":1,\"name\":\"true\",\"number\":2,\"phase\":\"held\"}\n")
    }
  }

  @Test func givesAShellLineToTheShell() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--shell", "echo a | tr a b; exit 5")
      try await spool.work()
      #expect(try await spool.jobrun("logs", id).out == "b\n")
      #expect(try await spool.status(id).code == 5)
      let two = try await spool.jobrun("submit", "--shell", "echo", "a")
      #expect(two.code == 64)
      #expect(two.err == "jobrun submit: --shell takes one line: quote it\n")
      let none = try await spool.jobrun("submit", "--shell", "-", input: "{}")
      #expect(none.code == 64)
    }
  }

  @Test func refusesAnArgumentThatIsNotUTF8() async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.shell("$JOBRUN submit -- echo \"$(printf 'a\\377')\"")
      #expect(done.code == 64)
      #expect(done.err.contains("argument 4 is not UTF-8"))
      #expect(spool.names("jobs") == [])
    }
  }

  @Test func givesARunTheFolderAndMaskOfSubmit() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.shell(
        "cd home && umask 027 && $JOBRUN submit --shell 'pwd; umask; touch made'")
      try await spool.work()
      #expect(
        try await spool.jobrun("logs", id.lines[0]).lines == [spool.path("home"), "0027"])
      let attributes = try FileManager.default.attributesOfItem(atPath: spool.path("home/made"))
      #expect(attributes[.posixPermissions] as? Int == 0o640)
      let own = try await spool.submit(
        "--cwd", "home", "--umask", "077", "--shell", "pwd; umask")
      try await spool.work()
      #expect(try await spool.jobrun("logs", own).lines == [spool.path("home"), "0077"])
    }
  }

  // MARK: Documents

  @Test func takesFilesOfDocuments() async throws {
    try await JobrunFixture.with { spool in
      try spool.write(
        "{\"id\": \"one\",\n  \"command\": [\"true\"]}", to: "one.json")
      try spool.write(
        "{\"id\":\"two\",\"command\":[\"true\"]}\n{\"id\":\"three\",\"command\":\"true\"}\n",
        to: "more.ndjson")
      let done = try await spool.jobrun("submit", "--hold", "one.json", "more.ndjson")
      #expect(done.code == 0)
      #expect(done.lines == ["one", "two", "three"])
      #expect(try await spool.status("three").phase == "held")
      let missing = try await spool.jobrun("submit", "nowhere.json", "one.json")
      #expect(missing.code == 66)
      #expect(missing.err.contains("nowhere.json: open nowhere.json: No such file or directory"))
      #expect(missing.err.contains("job one exists already"))
    }
  }

  @Test(arguments: [
    #"{"id":"a","command":["true"]}"#,
    "[{\"id\":\"a\",\"command\":[\"true\"]},\n {\"id\":\"b\",\"command\":\"true\"}]",
    "{\"id\":\"a\",\"command\":[\"true\"]}\n\n  {\"id\":\"b\",\"command\":\"true\"}",
    "\n {\n  \"id\": \"a\",\n  \"command\": [\n \"true\"]\n}\n",
  ])
  func takesAnObjectAnArrayOrLinesFromStandardInput(text: String) async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.jobrun("submit", "-", input: text)
      #expect(done.code == 0)
      #expect(done.lines == (text.contains("\"b\"") ? ["a", "b"] : ["a"]))
    }
  }

  @Test func reportsBadLinesByNumberAndTakesTheOthers() async throws {
    try await JobrunFixture.with { spool in
      let input = """
        {"id":"first","command":["true"]}
        {"command":["true"],"retryCuont":1}
        {not json}

        {"id":"second","command":["true"]}
        {"command":["true"],"name":"a","name":"b"}
        7
        {"id":"third","command":["true"]}
        """
      let done = try await spool.jobrun("submit", "-", input: input)
      #expect(done.code == 65)
      #expect(done.lines == ["first", "second", "third"])
      try expectGolden(done.err, "submit-bad-lines.txt")
      #expect(spool.names("jobs") == ["first.json", "second.json", "third.json"])
    }
  }

  @Test func printsIdsInTheOrderOfTheInput() async throws {
    try await JobrunFixture.with { spool in
      let ids = (1...1500).map { "job-\($0 * 7919 % 1501)" }
      let input = ids.map { "{\"id\":\"\($0)\",\"command\":[\"true\"],\"hold\":true}\n" }.joined()
      let done = try await spool.jobrun("submit", "-", input: input)
      #expect(done.lines == ids)
      #expect(spool.names("jobs").count == 1500)
      #expect(spool.names("tmp") == [])
    }
  }

  @Test func submitsNothingWhenOneIsWrongAndStrictIsAsked() async throws {
    try await JobrunFixture.with { spool in
      let input = "{\"command\":[\"true\"]}\n{}\n"
      let done = try await spool.jobrun("submit", "--strict", "-", input: input)
      #expect(done.code == 65)
      #expect(done.out == "")
      #expect(
        done.err == """
          jobrun submit: line 2: command: a job needs a command, or a model that has one
          jobrun submit: nothing was submitted

          """)
      #expect(spool.names("jobs") == [])
    }
  }

  @Test func showsADocumentAndItsFiringsAndWritesNothing() async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.jobrun(
        "submit", "--dry-run", "--quartz", "0 30 2 ? * MON-FRI", "--tz", "Europe/Istanbul",
        "--start", "2090-01-01", "--retry", "3", "--value", "a=b", "--cwd", "/srv", "--umask", "22",
        "--", "backup", "--all")
      #expect(done.code == 0)
      try expectGolden(done.out, "submit-dry-run.txt")
      for folder in ["jobs", "done", "tmp", "runs", "events"] { #expect(spool.names(folder) == []) }
      #expect(!spool.names("").contains("numbers"))
    }
  }

  @Test func fillsDocumentsFromOptionsAndRefusesAConflict() async throws {
    try await JobrunFixture.with { spool in
      let input = #"{"id":"a","command":["true"]}"# + "\n" + #"{"command":["true"],"name":"own"}"#
      let done = try await spool.jobrun("submit", "--name", "given", "--hold", "-", input: input)
      #expect(done.code == 65)
      #expect(done.out == "a\n")
      #expect(
        done.err == "jobrun submit: line 2: name: the document says otherwise than the option: "
          + "leave one of the two out\n")
      #expect(try await spool.status("a").text("name") == "given")
    }
  }

  // MARK: Ids

  @Test func takesAnIdOnceAndTheSameJobAgainIfAsked() async throws {
    try await JobrunFixture.with { spool in
      func submit(_ options: String..., command: String = "true") async throws -> FinishedProcess {
        try await spool.start(["submit", "--id", "mine"] + options + ["--", command]).finished()
      }
      #expect(try await submit().out == "mine\n")
      let again = try await submit()
      #expect(again.code == 73)
      #expect(
        again.err
          == "jobrun submit: job mine exists already; choose another id, or use --if-absent or "
          + "--replace\n")
      let same = try await submit("--if-absent")
      #expect(same.code == 0)
      #expect(same.out == "mine\n")
      let other = try await submit("--if-absent", command: "false")
      #expect(other.code == 65)
      #expect(other.err == "jobrun submit: job mine exists already, with another document\n")
      // Also when it has ended.
      try await spool.work()
      #expect(try await submit().code == 73)
      #expect(try await submit("--if-absent").out == "mine\n")
      #expect(try await spool.status("mine").runs == 1)
    }
  }

  @Test func givesAnIdToOneOfManyWhoAskAtOnce() async throws {
    try await JobrunFixture.with { spool in
      let racing = try (0..<8).map { number in
        try spool.start(["submit", "--id", "mine", "--name", "\(number)", "--", "true"])
      }
      var codes: [Int32] = []
      for process in racing { codes.append(try await process.finished().code) }
      #expect(codes.sorted() == [0] + Array(repeating: 73, count: 7))
    }
  }

  @Test(arguments: ["123", ".hidden", "a/b", "", "ünï", String(repeating: "x", count: 65)])
  func refusesAWordThatCannotBeAnId(id: String) async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.jobrun("submit", "--id", id, "--", "true")
      #expect(done.code == 65)
      #expect(done.err.contains("--id: \"\(id)\" cannot be an id: 1 to 64 of"))
    }
  }

  // MARK: Waiting

  @Test func leavesWithTheCodeOfTheJob() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      func wait(_ line: String, _ options: String...) async throws -> Int32 {
        try await spool.start(["submit", "--wait"] + options + ["--shell", line]).finished().code
      }
      #expect(try await wait("exit 0") == 0)
      #expect(try await wait("exit 42") == 42)
      #expect(try await wait("exit 3", "--success-code", "3") == 0)
      #expect(try await wait("exit 0", "--success-code", "3") == 1)
      #expect(try await wait("kill -TERM $$") == 143)
      #expect(try await wait("exec sleep 60", "--timeout", "50ms") == 124)
      #expect(try await spool.jobrun("submit", "--wait", "--", "/no/such").code == 1)
      #expect(try await spool.jobrun("submit", "--wait=status", "--shell", "exit 42").code == 1)
      #expect(try await spool.jobrun("submit", "--wait=status", "--", "true").code == 0)
      #expect(try await spool.jobrun("submit", "--wait=code", "--", "true").code == 64)
      let two = #"[{"command":"exit 4"},{"command":"exit 0"}]"#
      #expect(try await spool.jobrun("submit", "--wait", "-", input: two).code == 1)
      try await daemon.end()
    }
  }

  // MARK: Errors

  @Test func explainsEveryWrongOption() async throws {
    try await JobrunFixture.with { spool in
      let wrong: [[String]] = [
        [], ["--retyr", "2", "--", "true"], ["--retry", "-1", "--", "true"],
        ["--retry", "many", "--", "true"], ["--retry-delay", "5x", "--", "true"],
        ["--retry-backoff", "0.5", "--", "true"], ["--timeout", "0", "--", "true"],
        ["--timeout", "1s", "--min-time", "2s", "--", "true"],
        ["--start", "2026-13-01", "--", "true"], ["--start", "tomorow", "--", "true"],
        ["--start", "2027-01-02", "--end", "2027-01-01", "--", "true"],
        ["--tz", "Europe/Atlantis", "--", "true"], ["--tz", "../../etc/passwd", "--", "true"],
        ["--quartz", "0 0 25 * * ?", "--", "true"], ["--quartz", "0 0 0 30 2 ?", "--", "true"],
        ["--quartz", "* * * *", "--", "true"], ["--quartz", "0 0 12 * * MON", "--", "true"],
        ["--umask", "999", "--", "true"], ["--cwd", "", "--", "true"],
        ["--name", "", "--", "true"],
        ["--name", "a\nb", "--", "true"], ["--env", "NOT_SET_ANYWHERE", "--", "true"],
        ["--env", "JOBRUN_SPOOL=x", "--", "true"], ["--value", "novalue", "--", "true"],
        ["--leftovers", "eat", "--", "true"], ["--success-code", "256", "--", "true"],
        ["--model", "missing"], ["--", ""], ["--shell", "  "], ["a.json", "b"], ["-", "a.json"],
        ["--id", "a", "--id", "b", "--", "true"],
      ]
      var text = ""
      for arguments in wrong {
        let done = try await spool.start(["submit"] + arguments).finished()
        #expect(done.out == "")
        text += "$ jobrun submit \(arguments.map { "'\($0)'" }.joined(separator: " "))\n"
        text += "\(done.err)=> \(done.code)\n\n"
      }
      try expectGolden(text, "submit-option-errors.txt")
      #expect(spool.names("jobs") == [])
    }
  }

  @Test func explainsEveryWrongDocument() async throws {
    try await JobrunFixture.with { spool in
      let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
      let wrong = [
        #"{"command":["true"],"endDaet":"2027-01-01"}"#,
        #"{"command":["true"],"needs":{"cpu":"x"}}"#,
        #"{"command":["true"],"queues":"big"}"#, #"{"command":["true"],"id":"a","id":"b"}"#,
        #"{"command":["true"],"startDate":"2027-02-30"}"#,
        #"{"command":["true"],"startDate":"2027-01-02","endDate":"2027-01-01"}"#,
        #"{"command":["true"],"timeZone":"Europe/Atlantis"}"#,
        #"{"command":["true"],"quartzDef":"0 0 25 * * ?"}"#,
        #"{"command":["true"],"quartzDef":["0 0 1 * * ?","0 0 x * * ?"]}"#,
        #"{"command":["true"],"quartzDef":[]}"#, "{\"command\":[\"true\"],\"values\":\(deep)}",
        #"{"command":[]}"#, #"{"command":""}"#, #"{"command":["a",1]}"#, #"{"command":["\u0000"]}"#,
        #"{"command":{}}"#, #"{}"#, #"{"name":"nothing"}"#, #"{"model":"nothing"}"#,
        #"{"command":["true"],"retryCount":1.5}"#, #"{"command":["true"],"runOnce":"maybe"}"#,
        #"{"command":["true"],"environment":{"A=B":"c"}}"#,
        #"{"command":["true"],"environment":["A"]}"#, #"{"command":["true"],"umask":22}"#,
        #"{"command":["true"],"successfulReturnCodes":[]}"#, #"{'command':['true']}"#,
        #"{"command":["true"]"#, #"{"command":["true"]} x"#, #""text""#, "\u{FEFF}{}",
      ]
      var text = ""
      for document in wrong {
        let done = try await spool.jobrun("submit", "-", input: document)
        #expect(done.code == 65)
        #expect(done.out == "")
        text += "\(document.count > 100 ? document.prefix(60) + "..." : document)\n\(done.err)\n"
      }
      try expectGolden(text, "submit-document-errors.txt")
      #expect(spool.names("jobs") == [])
    }
  }

  @Test func refusesADocumentThatIsTooLongOrNotUTF8AndTakesTheNext() async throws {
    try await JobrunFixture.with { spool in
      let long = String(repeating: "x", count: 1 << 20)
      let done = try await spool.jobrun(
        "submit", "-",
        input:
          "{\"command\":[\"true\"],\"stdin\":\"\(long)\"}\n{\"id\":\"next\",\"command\":\"true\"}\n"
      )
      #expect(done.code == 65)
      #expect(
        done.err
          == "jobrun submit: line 1, column 1048577: the document is longer than 1048576 bytes\n")
      #expect(done.out == "next\n")
      let bytes = try await spool.shell(
        "printf '{\"command\":[\"\\377\"]}\\n{\"id\":\"good\",\"command\":\"true\"}\\n' | $JOBRUN submit -"
      )
      #expect(bytes.code == 65)
      #expect(bytes.err.contains("line 1, column 14: the byte 0xFF is not UTF-8 here"))
      #expect(bytes.out == "good\n")
    }
  }

  @Test func acceptsAWindowThatIsOverAndSaysSo() async throws {
    try await JobrunFixture.with { spool in
      for schedule in [[], ["--quartz", "0 0 0 * * ?"]] {
        let done = try await spool.start(
          ["submit"] + schedule + ["--end", "2020-01-01", "--", "true"]
        ).finished()
        #expect(done.code == 0)
        #expect(done.err.contains("no firing is left in its window, and none ever ran"))
        let status = try await spool.status(done.lines[0])
        #expect(status.phase == "expired")
        #expect(status.runs == 0)
      }
      // A past start alone is no reason not to run.
      let late = try await spool.submit("--start", "2020-01-01", "--", "true")
      #expect(try await spool.status(late).phase == "queued")
    }
  }

  // MARK: Durability

  @Test func worksWhenManyAreTheFirstOnASpool() async throws {
    try await JobrunFixture.with { spool in
      for round in 1...5 {
        let path = spool.path("new-\(round)")
        let racing = try (0..<6).map { _ in
          try spool.start(["submit", "--spool", path, "--", "true"])
        }
        for process in racing {
          let done = try await process.finished()
          #expect(done.code == 0, "\(done.err)")
        }
      }
    }
  }

  @Test func printsNoIdThatACrashCouldForget() async throws {
    try await JobrunFixture.with { spool in
      let input = (1...3).map { "{\"id\":\"ID\($0)\",\"command\":[\"true\"]}\n" }.joined()
      for fault in ["kill", "28", "5"] {
        for step in 1...200 {
          let mark = "\(fault)-\(step)-"
          let done = try await spool.jobrun(
            "submit", "-", input: input.replacing("ID", with: mark),
            environment: ["JOBRUN_FAULT": "\(fault):\(step)"])
          let present = spool.names("jobs").filter { $0.hasPrefix(mark) }
          #expect(Set(done.lines.map { "\($0).json" }).isSubset(of: present))
          if done.lines.count < 3 { #expect(done.code != 0, "fault \(fault) at step \(step)") }
          if done.code == 0 {
            #expect(step > 10, "no fault was injected")
            break
          }
        }
      }
      // What stands is whole.
      let all = try await spool.jobrun("status", "--ndjson")
      #expect(all.err == "")
      #expect(all.lines.count == spool.names("jobs").count)
    }
  }
}
