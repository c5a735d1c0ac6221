// What `events` prints, in each form, and how long it goes on.

import Foundation
import Glibc
import Testing

@Suite struct EventsTests {
  private static let plan = #"""
    {"id":"one","name":"one","command":["sh","-c","echo out; echo err >&2; exit $((2 - $JOBRUN_ATTEMPT))"],
     "retryCount":1,"retryDelay":"0s",
     "plan":{"name":"P","job":"J","kind":"command","agent":"A","children":["C"],
             "event":{"contextInstanceId":"ci","internalEventDrivenJob":{"commandLine":"pwd"}}}}
    """#
  private static let old =
    #"{"at":"2020-01-01T22:30:00.000Z","id":"x","name":"old","number":9,"reason":"r","what":"held"}"#

  private func objects(_ text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map { line in
      try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }

  private func today(_ spool: JobrunFixture) throws -> String {
    let name = try #require(spool.names("events").last { !$0.hasPrefix("2020") })
    return "spool/events/\(name)"
  }

  @Test func printsTheLinesAsTheyAreRecorded() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.jobrun("submit", "-", input: EventsTests.plan)
      try await spool.work()
      let events = try await spool.jobrun("events")
      #expect(events.code == 0 && events.err == "")
      let today = try today(spool)
      #expect(events.out == spool.read(today))
      let lines = try objects(events.out)
      #expect(
        lines.map { $0["what"] as? String ?? "" } == [
          "submitted", "started", "ended", "retried", "started", "ended", "finished",
        ])
      for line in lines {
        #expect(
          line["plan"] as? [String: String] == [
            "name": "P", "job": "J", "kind": "command", "agent": "A",
          ])
      }
      let attempts = lines.compactMap { $0["attempt"] as? [String: Any] }
      #expect(attempts.map { $0["attempt"] as? Int } == [1, 2])
      let outcomes = lines.compactMap { $0["outcome"] as? [String: Any] }
      #expect(outcomes.map { $0["code"] as? Int } == [1, 0])
      #expect(outcomes.allSatisfy { $0["pid"] as? Int ?? 0 > 1 })
      #expect(lines.map { $0["retried"] as? Bool ?? false }.filter { $0 }.count == 1)
      #expect(try await spool.jobrun("events", "--format", "ndjson").out == events.out)
    }
  }

  @Test func printsALineForPeople() async throws {
    try await JobrunFixture.with { spool in
      try spool.write(EventsTests.old + "\n", to: "spool/events/2020-01-01.ndjson")
      _ = try await spool.jobrun(
        "submit", "--hold", "--name", "a job with a long name", "--", "true")
      _ = try await spool.jobrun("cancel", "1", "--reason", "red \u{1b}[31m\ntwo\u{7f}lines")
      let text = try await spool.jobrun("events", "--format", "text", "--tz", "Europe/Istanbul")
      #expect(text.lines.first == "2020-01-02 01:30:00  9     old           held       r")
      #expect(text.lines.count == 4)
      let rest = text.lines.dropFirst().map { String($0.dropFirst(19)) }
      #expect(
        rest == [
          "  1     a job with a long name  submitted  submitted",
          "  1     a job with a long name  held       submitted on hold",
          "  1     a job with a long name  cancelled  red  [31m two lines",
        ])
      let utc = try await spool.jobrun("events", "--format", "text")
      #expect(utc.lines.first?.hasPrefix("2020-01-01 22:30:00  ") == true)
    }
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script")))
  func isForPeopleOnATerminal() async throws {
    try await JobrunFixture.with { spool in
      try spool.write(EventsTests.old + "\n", to: "spool/events/2020-01-01.ndjson")
      let shown = try await spool.shell(#"script -qec "$JOBRUN events" /dev/null </dev/null"#)
      #expect(shown.out.hasPrefix("2020-01-01 22:30:00  9     old "), "\(shown.out)")
      #expect(try await spool.jobrun("events").out == EventsTests.old + "\n")
    }
  }

  @Test func tellsAnotherSchedulerOfRuns() async throws {
    try await JobrunFixture.with { spool in
      let schedule =
        #"{"id":"two","command":["true"],"quartzDef":"0 0 0 1 1 ? 2199","runImmediately":true,"#
        + #""timeZone":"UTC","description":"D","plan":{"name":"P","job":"S","kind":"schedule"}}"#
      _ = try await spool.jobrun("submit", "-", input: EventsTests.plan + "\n" + schedule)
      let killed = try await spool.submit("--shell", "kill -9 $$")
      try await spool.work()
      let done = try await spool.jobrun("events", "--format", "scheduled-process")
      #expect(done.code == 0 && done.err == "")
      #expect(done.lines.allSatisfy { $0.hasPrefix(#"{"id":null,"agentName":"#) })
      #expect(done.lines.allSatisfy { $0.hasSuffix(#""harvested":false,"harvestedDateTime":0}"#) })
      let events = try objects(done.out)
      #expect(events.allSatisfy { $0.count == 30 })

      let one = events.filter { $0["jobName"] as? String == "J" }
      #expect(one.map { $0["jobStarting"] as? Bool } == [true, false])
      #expect(one.map { $0["successful"] as? Bool } == [false, true])
      #expect(one.allSatisfy { $0["contextInstanceId"] as? String == "ci" })
      #expect(one[0]["fireTime"] as? Int == one[1]["fireTime"] as? Int)
      #expect(one[1]["completionTime"] as? Int ?? 0 >= one[1]["fireTime"] as? Int ?? 0)
      #expect(one[1]["commandLine"] as? String == "pwd")
      // Logs of the attempt that decided.
      for (key, text) in [("resultOutput", "out\n"), ("resultError", "err\n")] {
        let path = try #require(one[1][key] as? String)
        #expect(path.hasPrefix(spool.spool) && path.contains("/runs/one/1.2/std"))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
      }

      let two = events.filter { $0["jobName"] as? String == "S" }
      #expect(two.count == 1)
      #expect(two[0]["nextFireTime"] as? Int == 7_226_582_400_000)
      #expect(two[0]["successful"] as? Bool == true && two[0]["jobDescription"] as? String == "D")

      let plain = events.filter { $0["contextName"] is NSNull }
      #expect(plain.map { $0["returnCode"] is NSNull } == [false, true], "job \(killed)")

      // What only the job tells goes with it.
      try await spool.jobrun("purge", "one")
      let later = try objects(try await spool.jobrun("events", "--format", "scheduled-process").out)
      let gone = later.filter { $0["jobName"] as? String == "J" }
      #expect(gone.count == 2)
      #expect(gone.allSatisfy { $0["contextInstanceId"] is NSNull && $0["resultOutput"] is NSNull })
      #expect(gone[1]["returnCode"] as? Int == 0 && gone[1]["contextName"] as? String == "P")
    }
  }

  @Test func followsToTheNextDayAndEndsQuietly() async throws {
    try await JobrunFixture.with { spool in
      let first = EventsTests.old.replacing("2020", with: "2021")
      try spool.write(first + "\n", to: "spool/events/2021-01-01.ndjson")
      let followers = try [
        spool.start(["events", "-f"]),
        spool.start(["events", "--follow", "--format", "text", "--since", "2021-01-02"]),
      ]
      try await eventually { followers[0].out == first + "\n" }
      #expect(followers[1].out == "")
      _ = try await spool.submit("--hold", "--id", "second", "--", "true")
      for follower in followers {
        try await eventually { follower.out.contains("submitted on hold") }
        #expect(follower.isRunning)
      }
      // Only what ends is a line; the next day's file is another one.
      let line = EventsTests.old.replacing("2020", with: "2999")
      try spool.write(String(line.dropLast(5)), to: "spool/events/2999-01-01.ndjson")
      try spool.write(line + "\n", to: "spool/events/2999-01-02.ndjson")
      try await eventually { followers[0].out.hasSuffix(line + "\n") }
      let whole = followers[0].out
      #expect(whole.components(separatedBy: line).count == 2)
      let ended = try await followers[0].end(SIGTERM)
      #expect(ended.code == 128 + SIGTERM)
      #expect(ended.err.contains("2999-01-01.ndjson: line 1: it has no end"))
      try await eventually { followers[1].out.contains("old") }
      #expect(try await followers[1].end(SIGINT).code == 128 + SIGINT)
    }
  }

  @Test func followsADaemonAtWork() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let follower = try spool.start(["events", "-f", "--format", "scheduled-process"])
      for _ in 0..<5 { _ = try await spool.submit("--", "true") }
      try await eventually { follower.out.split(separator: "\n").count == 10 }
      #expect(try objects(follower.out).filter { $0["jobStarting"] as? Bool == true }.count == 5)
      #expect(try await follower.end().err == "")
      try await daemon.end()
    }
  }

  /// No event has to come for it to be noticed.
  @Test func endsWithItsReader() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.submit("--hold", "--", "true")
      let head = try spool.startShell("$JOBRUN events -f | head -n 1")
      let done = try await head.finished(within: 30)
      #expect(done.lines.count == 1 && done.err == "")
    }
  }

  @Test func beginsWhereItIsAsked() async throws {
    try await JobrunFixture.with { spool in
      try spool.write(EventsTests.old + "\n", to: "spool/events/2020-01-01.ndjson")
      _ = try await spool.submit("--hold", "--", "true")
      func count(_ arguments: String...) async throws -> Int {
        try await spool.start(["events"] + arguments).finished().lines.count
      }
      #expect(try await count() == 3)
      #expect(try await count("--since", "1h") == 2)
      #expect(try await count("--since", "2020-01-01T22:30:00Z") == 3)
      #expect(try await count("--since", "2020-01-01 22:30:01") == 2)
      #expect(try await count("--since", "2020-01-02 01:30:00", "--tz", "Europe/Istanbul") == 3)
      #expect(try await count("--since", "2020-01-02 01:30:01", "--tz", "Europe/Istanbul") == 2)
      #expect(try await count("--since", "2999-01-01") == 0)
    }
  }

  @Test func tellsOfDamageAndGoesOn() async throws {
    try await JobrunFixture.with { spool in
      let file = try spool.write(
        "\(EventsTests.old)\nrubbish\n{}\n\(EventsTests.old.dropLast(9))\(EventsTests.old)\n",
        to: "spool/events/2020-01-01.ndjson")
      let done = try await spool.jobrun("events")
      #expect(done.code == 0)
      #expect(done.out == "\(EventsTests.old)\n\(EventsTests.old)\n")
      #expect(done.err.hasPrefix("jobrun events: \(file): line 2: column 1: "), "\(done.err)")
      #expect(done.err.hasSuffix("; what cannot be read in this file is passed over\n"))
      #expect(done.err.split(separator: "\n").count == 1)
    }
  }

  @Test func saysWhatItDoesNotUnderstand() async throws {
    try await JobrunFixture.with { spool in
      let format = try await spool.jobrun("events", "--format", "test")
      #expect(format.code == 64)
      #expect(
        format.err == "jobrun events: the option \"--format\" cannot be \"test\": it must be one "
          + "of ndjson, text, scheduled-process; did you mean \"text\"?\n")
      let since = try await spool.jobrun("events", "--since", "2026-13-01")
      #expect(since.code == 64)
      #expect(
        since.err == "jobrun events: the option \"--since\" cannot be \"2026-13-01\": it is no "
          + "time: column 6: month 13 is out of range; expected 1-12; write \"2026-11-21 16:56:00\", "
          + "2026-11-21T16:56:00+01:00, 14:30, \"tomorrow 03:00\", \"mon 08:00\" or +2h\n")
      let operand = try await spool.jobrun("events", "backup")
      #expect(operand.code == 64)
      #expect(
        operand.err == "jobrun events: \"backup\" is one argument too many "
          + "(\"jobrun events --help\" shows the usage)\n")
      let zone = try await spool.jobrun("events", "--tz", "Europe/Nowhere")
      #expect(zone.code == 64)
      #expect(zone.out == "" && zone.err.contains("Europe/Nowhere"))
      // A mistake makes no spool.
      #expect(spool.names("") == [])
    }
  }
}
