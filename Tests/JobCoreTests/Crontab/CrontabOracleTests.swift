import Testing

@testable import JobCore

/// Converted lines against cron's rules, asked of every minute of a year.
@Suite struct CrontabOracleTests {
  @Test(arguments: ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
  func aConvertedLineFiresInTheMinutesInWhichCronRunsIt(zone: String) throws {
    let year = try Year(ZoneFiles.rules(zone))
    let seed = UInt64.random(in: 0..<1_000_000)
    var generator = Xoshiro(seed: seed)
    var never = 0
    for round in 0..<20 {
      let fields = RandomCrontabFields(using: &generator)
      let note: Comment = "seed \(seed), round \(round), \(zone): \(fields.text)"
      let expected = year.minutes.filter(fields.matches).map(\.instant)
      let crontab = Crontab.reading("CRON_TZ=\(zone)\n\(fields.text) true\n")
      guard let job = crontab.jobs.first else {
        try #require(expected.isEmpty && crontab.remarks.map(\.isLoss) == [false], note)
        never += 1
        continue
      }
      let document = try JobDocument(.object(job.document), in: Documents.context())
      let schedule = Schedule(document.spec, zone: document.zone)
      var found: [Instant] = []
      var at = Instant(second: year.start - 1)
      while let next = schedule.next(after: at)?.instant, next.second < year.end {
        if !year.isNearChange(next) { found.append(next) }
        at = next
      }
      try #require(found == expected, note)
    }
    #expect(never < 10, "seed \(seed)")
  }
}

extension RandomCrontabFields {
  fileprivate func matches(_ minute: Year.Minute) -> Bool {
    matches(
      minute: minute.civil.minute, hour: minute.civil.hour, day: minute.civil.day,
      month: minute.civil.month, weekday: minute.weekday)
  }
}

/// What the clocks of a zone show in every minute of a year, but for some hours around each change.
private struct Year {
  struct Minute {
    let instant: Instant
    let civil: CivilTime
    /// 0 is Sunday.
    let weekday: Int
  }

  // 2026-01-01T00:00:00Z, and a year later.
  let start = 1_767_225_600
  let end = 1_767_225_600 + 365 * 86_400
  private(set) var minutes: [Minute] = []
  private var changes: [Int] = []

  init(_ rules: TimeZoneRules) {
    var last = rules.offset(at: Instant(second: start))
    for second in stride(from: start, to: end, by: 60) {
      let offset = rules.offset(at: Instant(second: second))
      if offset != last { changes.append(second) }
      last = offset
    }
    for second in stride(from: start, to: end, by: 60) {
      let instant = Instant(second: second)
      if isNearChange(instant) { continue }
      let local = second + rules.offset(at: instant)
      // 1970-01-01 was a Thursday.
      minutes.append(
        Minute(
          instant: instant, civil: CivilTime(millisecondsSinceEpochAsUTC: Int64(local) * 1_000),
          weekday: (local / 86_400 + 4) % 7))
    }
  }

  func isNearChange(_ instant: Instant) -> Bool {
    changes.contains { abs(instant.second - $0) < 3 * 3_600 }
  }
}

extension Crontab {
  /// A crontab read with the setting of the tests.
  static func reading(
    _ text: String, _ change: (inout Setting) -> Void = { _ in }
  ) -> Crontab {
    reading(Array(text.utf8), change)
  }

  static func reading(
    _ bytes: [UInt8], _ change: (inout Setting) -> Void = { _ in }
  ) -> Crontab {
    var setting = Setting(home: "/home/ada") { (try? ZoneFiles.rules($0)) != nil }
    setting.user = "ada"
    change(&setting)
    return Crontab(bytes, setting)
  }
}
