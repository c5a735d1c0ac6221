import Testing

@testable import JobCore

/// From lines to documents.
@Suite struct CrontabTests {
  private func documents(
    _ text: String, _ change: (inout Crontab.Setting) -> Void = { _ in }
  ) -> [JSONObject] {
    Crontab.reading(text, change).jobs.map(\.document)
  }

  @Test func everyDocumentIsOneThatCanBeSubmitted() throws {
    let crontab = Crontab.reading(
      """
      SHELL=/bin/bash
      HOME = /srv/site
      MAILTO=""
      RANDOM_DELAY=5
      # the report of the night
      -30 2 1,15 * mon  report --day $(date +\\%F)%Dear all,%%yours

      """
    ) { $0.timeZone = "Asia/Tokyo" }
    let expected: JSONObject = [
      "id": .string(crontab.jobs.first?.document["id"]?.string ?? ""), "name": "report",
      "description": "the report of the night",
      "quartzDef": ["0 30 2 1,15 * ?", "0 30 2 ? * MON"], "timeZone": "Asia/Tokyo", "jitter": "5m",
      "command": ["/bin/bash", "-c", "report --day $(date +%F)"],
      "stdin": "Dear all,\n\nyours\n",
      "environment": [
        "SHELL": "/bin/bash", "PATH": "/usr/bin:/bin", "HOME": "/srv/site", "MAILTO": "",
        "RANDOM_DELAY": "5",
      ],
      "workingDirectory": "/srv/site",
    ]
    #expect(crontab.jobs.map(\.document) == [expected])
    _ = try JobDocument(.object(expected), in: Documents.context())
    #expect(
      crontab.remarks.map(\.text) == [
        "line 6: the - asks cron not to log the command; here every run is recorded"
      ])
  }

  @Test(
    arguments: [
      (#"date +\%F"#, "date +%F", nil), ("a%b", "a", "b\n"), ("a%b%c", "a", "b\nc\n"),
      ("a%b%", "a", "b\n"), ("a%", "a", nil), (#"a%b\%c"#, "a", "b%c\n"), (#"a\nb"#, #"a\nb"#, nil),
      (#"a%b\nc\"#, "a", #"b\nc\"# + "\n"), (#"a\\%b"#, #"a\\"#, "b\n"),
      (#"a%b\\%c"#, "a", #"b\%c"# + "\n"),
    ] as [(String, String, String?)])
  func aPercentSignEndsTheCommand(text: String, line: String, input: String?) {
    let command = CrontabCommand(text[...])
    #expect(command.line == line)
    #expect(command.input == input)
  }

  @Test(arguments: [
    ("/opt/x/backup --all", "backup"), ("A=1 B='x' run", "run"),
    ("cd /srv && ./report x", "report"),
    ("test -x /bin/a || ( cd / && run-parts /etc/x )", "run-parts"), ("cd /srv; make", "make"),
    ("[ -x /bin/a ] && if true; then b; fi", "if"), ("(umask 77; x)", "umask"),
    ("\"/opt/my app/x\"", "my"), ("cd /", "cd"), ("$(x)", "x"), (">/tmp/a", "a"), ("/", "job"),
  ])
  func aJobIsCalledAfterWhatItDoes(command: String, name: String) {
    #expect(CrontabCommand(command[...]).name == name)
  }

  @Test(arguments: [
    ("A=1", "A", "1"), (" A = b c  ", "A", "b c"), ("A=", "A", ""), ("A=\"\"", "A", ""),
    ("\"A B\"='c d'  ", "A B", "c d"), ("A='b\"c'", "A", "b\"c"), ("A=b # c", "A", "b # c"),
    ("A=b\"c", "A", "b\"c"),
  ])
  func aVariableIsReadAsCronReadsIt(line: String, name: String, value: String) throws {
    #expect(try CrontabLine(line, hasUser: false) == .variable(name: name, value: value))
  }

  @Test func variablesHoldFromTheirLineOn() {
    let environments = documents("@daily a\nX=1\n@daily b\nX=2\nPATH=/opt\n@daily c\n")
      .map { ($0["environment"]?["X"]?.string, $0["environment"]?["PATH"]?.string) }
    #expect(environments.map(\.0) == [nil, "1", "2"])
    #expect(environments.map(\.1) == ["/usr/bin:/bin", "/usr/bin:/bin", "/opt"])
    let zones = documents("@daily a\nCRON_TZ=UTC\nTZ=Asia/Tokyo\n@daily b\n") {
      $0.timeZone = "Europe/Rome"
    }
    #expect(zones.map { $0["timeZone"]?.string } == ["Europe/Rome", "UTC"])
    #expect(zones.last?["environment"]?["TZ"]?.string == "Asia/Tokyo")
  }

  @Test(
    arguments: [
      ("# nightly", "nightly"), ("  ## nightly run\t", "nightly run"),
      ("# m h  dom mon dow   command", nil), ("#0 4 * * * old", nil), ("# A=1", nil), ("#", nil),
      ("# * * * * *", nil), ("# x\n", nil), ("# x\n# y", "y"), ("# x\nA=1", nil),
    ] as [(String, String?)])
  func theCommentDirectlyAboveDescribesTheJob(above: String, description: String?) {
    #expect(documents("\(above)\n@daily a\n").map { $0["description"]?.string } == [description])
  }

  @Test func onlyTheUsersOwnLinesOfASystemCrontabBecomeJobs() {
    let crontab = Crontab.reading(
      "# x\n17 * * * * ada run-parts /etc/h\n@daily root b\n@daily /bin/c\n@daily ada\n"
    ) { $0.isSystem = true }
    #expect(crontab.jobs.map { $0.document["command"]?.string } == ["run-parts /etc/h"])
    #expect(crontab.remarks.map(\.line) == [3, 4, 5])
    #expect(crontab.remarks.allSatisfy { $0.isLoss })
    #expect(crontab.remarks[0].text.contains("import it as root"))
    #expect(crontab.remarks[1].text.contains("line 4, column 8: user: \"/bin/c\" is no user"))
    let forgotten = Crontab.reading("17 * * * * root run-parts /etc/h\n")
    #expect(
      forgotten.remarks.map(\.text) == [
        "line 1: the command begins with root: for a system crontab, add --system"
      ])
  }

  @Test func namesAreUniqueAndIdsFollowFromTheLineAlone() {
    let before = documents("@daily a 1\n@daily a 2\n@daily b\n@daily b\n")
    #expect(before.map { $0["name"]?.string } == ["a", "a-2", "b", "b-2"])
    let ids = before.compactMap { $0["id"]?.string }
    #expect(Set(ids).count == 4 && ids.allSatisfy { JobIdentifier.isValid($0) })
    let known = Dictionary(uniqueKeysWithValues: zip(ids, ["a", "a-2", "b", "b-2"]))
    let after = documents("X=1\n@daily a 0\n@daily a 1\n @daily a 2 \n@daily b\n@daily b\n") {
      $0.knownName = { known[$0] }
    }
    #expect(after.dropFirst().compactMap { $0["id"]?.string } == ids)
    #expect(after.map { $0["name"]?.string } == ["a-3", "a", "a-2", "b", "b-2"])
  }

  @Test func aPrefixBeginsIdsAndNames() {
    let prefix = String(repeating: "p", count: Crontab.longestPrefix)
    let name = String(repeating: "ü", count: 200)
    let document = documents("@daily \(name) x\n") { $0.prefix = prefix }.first
    #expect(document?["name"]?.string?.hasPrefix("\(prefix)-üü") == true)
    let id = document?["id"]?.string ?? ""
    #expect(id.hasPrefix("\(prefix)-__") && JobIdentifier.isValid(id) && id.utf8.count == 64)
    #expect(Crontab.isPrefix(prefix) && !Crontab.isPrefix(prefix + "p"))
    #expect(["", ".x", "a b"].allSatisfy { !Crontab.isPrefix($0) })
  }

  @Test func lineEndsOfAllKindsAreUnderstood() {
    let crontab = Crontab.reading("\u{feff}@daily a\r\n\r\n@daily b\r\n@daily c")
    #expect(crontab.jobs.map { $0.document["command"]?.string } == ["a", "b", "c"])
    #expect(crontab.remarks.map(\.line) == [1, 4])
    #expect(crontab.remarks.allSatisfy { !$0.isLoss })
    #expect(Crontab.reading("").jobs.isEmpty && Crontab.reading("\n\n").remarks.isEmpty)
  }

  @Test func failuresAreMailedToWhomMailtoNames() throws {
    let crontab = Crontab.reading(
      """
      @daily a
      MAILTO=" ada@example.org,, o'brien@example.org "
      @daily b
      MAILTO=""
      @daily c
      MAILTO=eve$(reboot)
      @daily d
      """ + "\n")
    let commands = crontab.jobs.map {
      $0.document["hooks"]?.object?["onFailure"]?.object?["command"]
    }
    let head = "(printf 'To: %s\\nSubject: %s: %s\\n\\n' "
    let tail = #" "$JOBRUN_NAME" "$JOBRUN_MESSAGE"; cat) | sendmail -t"#
    #expect(
      commands.map { $0?.string } == [
        nil, head + #"'ada@example.org, o'\''brien@example.org'"# + tail, nil,
        head + "'eve$(reboot)'" + tail,
      ])
    #expect(crontab.remarks.map(\.line) == [2, 6])
    #expect(crontab.remarks.allSatisfy { $0.text.contains("only failures are mailed here") })
    for job in crontab.jobs {
      _ = try JobDocument(.object(job.document), in: Documents.context())
    }
  }

  @Test(arguments: ["-oQ/tmp", "ada lovelace", "ada\u{85}Bcc:eve", ","])
  func whatIsNoAddressIsNamed(text: String) {
    let crontab = Crontab.reading("MAILTO=\(text)\n@daily a\n")
    #expect(crontab.jobs.count == 1 && crontab.jobs[0].document["hooks"] == nil)
    #expect(crontab.remarks.map(\.isLoss) == [true])
  }

  @Test func anEmptyZoneIsNone() {
    let crontab = Crontab.reading("CRON_TZ=UTC\n@daily a\nCRON_TZ=\n@daily b\n")
    #expect(crontab.remarks.isEmpty)
    #expect(crontab.jobs.map { $0.document["timeZone"]?.string } == ["UTC", nil])
  }

  @Test func whatIsNotCarriedOverIsNamedAndCostsNothing() {
    let crontab = Crontab.reading("MAILTO=ada\nMAILFROM=x\nLOGNAME=eve\n0 0 31 2 * x\n@daily a\n")
    #expect(crontab.jobs.map { $0.document["environment"]?["MAILTO"]?.string } == ["ada"])
    #expect(crontab.jobs.first?.document["environment"]?["LOGNAME"] == nil)
    #expect(crontab.remarks.map(\.line) == [1, 2, 3, 4])
    #expect(crontab.remarks.allSatisfy { !$0.isLoss })
  }
}
