// What each key of a document means, in every spelling that is allowed.

import Testing

@testable import JobCore

@Suite struct JobDocumentTests {
  @Test func needsNothingButACommand() throws {
    let spec = try Documents.spec(#""command":["/usr/bin/env","a b"]"#)
    var expected = JobSpec(
      command: .program(["/usr/bin/env", "a b"]), name: "env", workingDirectory: "/work",
      umask: 0o022, timeZone: "Europe/London")
    #expect(spec == expected)
    expected.retry.count = 1
    #expect(spec != expected)
  }

  @Test func hasTheDefaultsOfTheManual() throws {
    let spec = try Documents.job("")
    #expect(spec.successfulReturnCodes == [0])
    #expect(spec.retry.count == 0 && spec.retry.delay == .seconds(10))
    #expect(spec.retry.backoff == 1 && spec.retry.maxDelay == .seconds(3600))
    #expect(spec.maxExecutionTime == nil && spec.minExecutionTime == nil)
    #expect(spec.killGrace == .seconds(10) && spec.leftovers == .leave)
    #expect(!spec.hold && !spec.runOnce && !spec.runImmediately)
    #expect(spec.purgeDays == 30 && spec.canReRun)
    #expect(spec.publishLinkAccessScope == .creator)
    #expect(spec.quartz.isEmpty && spec.startDate == nil && spec.endDate == nil)
  }

  @Test(arguments: [
    (#"["/bin/a","b c"]"#, ["/bin/a", "b c"]), (#""a | b""#, ["/bin/sh", "-c", "a | b"]),
    (#"["a","","{{x}}"]"#, ["a", "", "{{x}}"]),
  ])
  func runsProgramsOrShellLines(command: String, arguments: [String]) throws {
    #expect(try Documents.spec(#""command":\#(command)"#).command.arguments == arguments)
  }

  @Test(arguments: [
    (#"["/opt/x/run.sh","y"]"#, "run.sh"), (#""/usr/bin/curl -s x""#, "curl"),
    (#"["/"]"#, "job"), (#"["a\nb"]"#, "job"), (#"["tool"],"name":"Night 5""#, "Night 5"),
  ])
  func isNamedAfterItsProgramUnlessItSaysOtherwise(command: String, name: String) throws {
    #expect(try Documents.spec(#""command":\#(command)"#).name == name)
  }

  @Test(arguments: [
    (#"["/bin/\#(String(repeating: "x", count: 300))"]"#), (#"["a\u0001b"]"#),
    (#""\#(String(repeating: "y;", count: 150))""#), (#"["e\#("\u{301}")\u0007"]"#),
  ])
  func givesItselfOnlyNamesThatItWouldAccept(command: String) throws {
    let spec = try Documents.spec(#""command":\#(command)"#)
    #expect(throws: Never.self) { try JobSpec(canonical: spec.document) }
  }

  @Test(arguments: [
    ("true", true), ("false", false), (#""Y""#, true), (#""y""#, true), (#""N""#, false),
    (#""Yes""#, true), (#""no""#, false), (#""true""#, true), (#""FALSE""#, false),
  ])
  func takesFlagsInTheSpellingsOfTheContracts(text: String, flag: Bool) throws {
    let keys = ["runOnce", "runImmediately", "hold", "canReRun"]
    let spec = try Documents.job(keys.map { "\"\($0)\":\(text)" }.joined(separator: ","))
    #expect(
      [spec.runOnce, spec.runImmediately, spec.hold, spec.canReRun].allSatisfy { $0 == flag })
  }

  @Test func takesNumbersAlsoInStrings() throws {
    let plain = try Documents.job(
      #""retryCount":3,"retryBackoff":1.5,"purgeDays":7,"successfulReturnCodes":[0,3]"#)
    let quoted = try Documents.job(
      #""retryCount":"3","retryBackoff":"1.5","purgeDays":"7","successfulReturnCodes":["0","3"]"#)
    #expect(plain == quoted)
    #expect(plain.retry.count == 3 && plain.retry.backoff == 1.5 && plain.purgeDays == 7)
    #expect(plain.successfulReturnCodes == [0, 3])
    #expect(try Documents.job(#""retryCount":3.0"#).retry.count == 3)
  }

  @Test(
    arguments: [
      ("90", 90_000), (#""90""#, 90_000), (#""90s""#, 90_000), (#""5m""#, 300_000),
      (#""2h30m""#, 9_000_000), (#""PT5M30S""#, 330_000), (#""P1DT2H""#, 93_600_000),
      (#""250ms""#, 250),
    ] as [(String, Int64)])
  func takesDurationsInThreeForms(text: String, milliseconds: Int64) throws {
    let keys = ["retryDelay", "retryMaxDelay", "maxExecutionTime", "minExecutionTime", "killGrace"]
    let spec = try Documents.job(keys.map { "\"\($0)\":\(text)" }.joined(separator: ","))
    let spans = [
      spec.retry.delay, spec.retry.maxDelay, spec.maxExecutionTime, spec.minExecutionTime,
      spec.killGrace,
    ]
    #expect(spans.allSatisfy { $0?.milliseconds == milliseconds })
  }

  @Test(arguments: [
    ("2026-06-01 12:00:00", "2026-06-01T11:00:00.000Z"),
    ("2026-06-01T12:00", "2026-06-01T11:00:00.000Z"),
    ("2026-01-01", "2026-01-01T00:00:00.000Z"),
    ("2026-06-01T12:00:00Z", "2026-06-01T12:00:00.000Z"),
    ("2026-06-01T12:00:00.125+03:00", "2026-06-01T09:00:00.125Z"),
    // Clocks jump over 01:30 (first instant after), and show 01:30 twice (the first).
    ("2026-03-29 01:30:00", "2026-03-29T01:00:00.000Z"),
    ("2026-10-25 01:30:00", "2026-10-25T00:30:00.000Z"),
  ])
  func takesDatesWithAZoneOfTheirOwnOrInTheJobs(text: String, instant: String) throws {
    for key in ["startDate", "endDate", "maximumDateTimeToExecuteJob"] {
      let spec = try Documents.job(#""\#(key)":"\#(text)""#)
      let read = spec.startDate ?? spec.endDate ?? spec.maximumDateTimeToExecuteJob
      #expect(read?.rfc3339 == instant, "\(key)")
    }
  }

  @Test func readsDatesInTheZoneThatTheDocumentNames() throws {
    let spec = try Documents.job(
      #""timeZone":"Asia/Kathmandu","startDate":"2026-06-01 12:00:00""#)
    #expect(spec.timeZone == "Asia/Kathmandu")
    #expect(spec.startDate?.rfc3339 == "2026-06-01T06:15:00.000Z")
  }

  @Test(arguments: ["America/New_York", "Asia/Tokyo"])
  func keepsTheEndsOfTimeWritable(zone: String) throws {
    let spec = try Documents.job(
      #""timeZone":"\#(zone)","startDate":"0001-01-01","endDate":"9999-12-31 23:59:59""#)
    #expect(try JobSpec(canonical: spec.document) == spec)
  }

  @Test func takesOneExpressionOrSeveral() throws {
    #expect(try Documents.job(#""quartzDef":"0 0 3 * * ?""#).quartz.map(\.text) == ["0 0 3 * * ?"])
    let several = try Documents.job(#""quartzDef":["0 0 3 * * ?","0 0 9 ? * FR"]"#)
    #expect(several.quartz.map(\.text) == ["0 0 3 * * ?", "0 0 9 ? * FR"])
  }

  @Test func findsRelativeDirectoriesFromWhereItWasSubmitted() throws {
    #expect(try Documents.job(#""workingDirectory":"a/b""#).workingDirectory == "/work/a/b")
    #expect(try Documents.job(#""workingDirectory":"/a""#).workingDirectory == "/a")
  }

  @Test func writesNumbersAndFlagsOfTextMapsAsTheyStand() throws {
    let spec = try Documents.job(
      #""environment":{"A":"x","B":1.50,"C":true},"labels":{"n":7}"#)
    #expect(spec.environment == ["A": "x", "B": "1.50", "C": "true"])
    #expect(spec.labels == ["n": "7"])
  }

  @Test func recordsWhatItDoesNotInterpret() throws {
    let spec = try Documents.job(
      #""worker":3,"description":"d","createdBy":"c","category":"a","subCategory":"s","#
        + #""clientRequestId":12,"publishLinkAccessScope":"Public","stdin":"in\n","umask":"077","#
        + #""leftovers":"kill","id":"a.b-c_1""#)
    #expect(spec.worker == "3" && spec.clientRequestId == "12" && spec.description == "d")
    #expect(spec.createdBy == "c" && spec.category == "a" && spec.subCategory == "s")
    #expect(spec.publishLinkAccessScope == .everybody && spec.stdin == "in\n")
    #expect(spec.umask == 0o077 && spec.leftovers == .kill)
  }

  @Test func countsNullAsAbsent() throws {
    let nulls = DocumentKey.allCases.filter { $0 != .command }.map { "\"\($0.rawValue)\":null" }
    #expect(try Documents.job(nulls.joined(separator: ",")) == Documents.job(""))
  }

  @Test func waitsInTheDefaultQueueWithPriorityNoughtUnlessItSaysOtherwise() throws {
    let plain = try Documents.job("")
    #expect(plain.queue == nil && plain.priority == 0)
    #expect(try Documents.job(#""queue":"default","priority":"0""#) == plain)
    #expect(plain.document["queue"] == nil && plain.document["priority"] == nil)
    let other = try Documents.job(#""queue":"big","priority":"-3""#)
    #expect(other.queue == "big" && other.priority == -3)
    #expect(other.document["queue"] == "big" && other.document["priority"] == -3)
    let beside = try Documents.job(#""queue":"default","worker":"big""#)
    #expect(beside.queue == "default", "its worker's name could be that of a queue")
    #expect(try JobSpec(canonical: beside.document) == beside)
  }

  @Test func takesAmountsOfPools() throws {
    let spec = try Documents.job(#""needs":{"gpu":"2","licence":1}"#)
    #expect(spec.needs == ["gpu": 2, "licence": 1])
    #expect(spec.document["needs"] == ["gpu": 2, "licence": 1])
    #expect(try Documents.job(#""needs":{}"#).document["needs"] == nil)
  }
}
