import JobCore
import Testing

/// The daylight-saving rules as a table of real clock changes, worked out by hand.
@Suite struct DaylightSavingTests {
  struct Row: CustomTestStringConvertible {
    var expression: String
    var zone: String
    var after: String
    var gap = DaylightSaving.Gap.auto
    var overlap = DaylightSaving.Overlap.auto
    /// The next firings: RFC 3339, followed by the rule if there is one.
    var fires: [String]

    var testDescription: String { "\(expression) in \(zone) after \(after), \(gap), \(overlap)" }
  }

  @Test(arguments: gaps + overlaps + severals)
  func clockChangesFollowTheTable(row: Row) throws {
    let zone = try ZoneFiles.rules(row.zone)
    let cron = try CronExpression(row.expression)
    let policy = DaylightSaving(gap: row.gap, overlap: row.overlap)
    var now = try #require(Instant(rfc3339: row.after))
    var fires: [String] = []
    while fires.count < row.fires.count,
      let firing = cron.next(after: now, in: zone, daylightSaving: policy)
    {
      let time = firing.instant.rfc3339.replacing(".000Z", with: "Z")
      fires.append(time + (firing.rule.map { " \($0)" } ?? ""))
      now = firing.instant
    }
    #expect(fires == row.fires)
  }

  static let gaps = [
    // New York, 8 March 2026: 02:00 EST becomes 03:00 EDT at 07:00Z.
    Row(
      expression: "0 30 2 * * ?", zone: "America/New_York", after: "2026-03-07T12:00:00Z",
      fires: ["2026-03-08T07:00:00Z shifted", "2026-03-09T06:30:00Z"]),
    Row(
      expression: "0 30 2 * * ?", zone: "America/New_York", after: "2026-03-07T12:00:00Z",
      gap: .skip, fires: ["2026-03-09T06:30:00Z"]),
    Row(
      expression: "0 */20 2 * * ?", zone: "America/New_York", after: "2026-03-07T12:00:00Z",
      fires: ["2026-03-08T07:00:00Z shifted", "2026-03-09T06:00:00Z"]),
    Row(
      expression: "0 30 2,3 * * ?", zone: "America/New_York", after: "2026-03-07T12:00:00Z",
      fires: ["2026-03-08T07:00:00Z shifted", "2026-03-08T07:30:00Z"]),
    Row(
      expression: "0 0 2,3 * * ?", zone: "America/New_York", after: "2026-03-07T12:00:00Z",
      fires: ["2026-03-08T07:00:00Z", "2026-03-09T06:00:00Z"]),
    Row(
      expression: "0 30 * * * ?", zone: "America/New_York", after: "2026-03-08T06:00:00Z",
      fires: ["2026-03-08T06:30:00Z", "2026-03-08T07:30:00Z"]),
    Row(
      expression: "0 30 * * * ?", zone: "America/New_York", after: "2026-03-08T06:00:00Z",
      gap: .run,
      fires: ["2026-03-08T06:30:00Z", "2026-03-08T07:00:00Z shifted", "2026-03-08T07:30:00Z"]),
    // The search may begin in the last second before the change, and at the change itself.
    Row(
      expression: "0 30 2 * * ?", zone: "America/New_York", after: "2026-03-08T06:59:59.999Z",
      fires: ["2026-03-08T07:00:00Z shifted"]),
    Row(
      expression: "0 30 2 * * ?", zone: "America/New_York", after: "2026-03-08T07:00:00Z",
      fires: ["2026-03-09T06:30:00Z"]),
    Row(
      expression: "0 30 1 * * ?", zone: "Europe/London", after: "2026-03-28T12:00:00Z",
      fires: ["2026-03-29T01:00:00Z shifted", "2026-03-30T00:30:00Z"]),
    // Dublin has "winter time" of -1 hour in its data: the wall clock is London's.
    Row(
      expression: "0 30 1 * * ?", zone: "Europe/Dublin", after: "2026-03-28T12:00:00Z",
      fires: ["2026-03-29T01:00:00Z shifted", "2026-03-30T00:30:00Z"]),
    // Lord Howe moves by half an hour: 02:00 becomes 02:30 at 15:30Z on 3 October 2026.
    Row(
      expression: "0 15,45 2 * * ?", zone: "Australia/Lord_Howe", after: "2026-10-03T00:00:00Z",
      fires: ["2026-10-03T15:30:00Z shifted", "2026-10-03T15:45:00Z", "2026-10-04T15:15:00Z"]),
    Row(
      expression: "0 30 2 * * ?", zone: "Australia/Lord_Howe", after: "2026-10-03T00:00:00Z",
      fires: ["2026-10-03T15:30:00Z", "2026-10-04T15:30:00Z"]),
    // Apia went from the end of 29 December 2011 to the start of the 31st at 10:00Z.
    Row(
      expression: "0 0 12 * * ?", zone: "Pacific/Apia", after: "2011-12-29T00:00:00Z",
      fires: [
        "2011-12-29T22:00:00Z", "2011-12-30T10:00:00Z shifted", "2011-12-30T22:00:00Z",
      ]),
    Row(
      expression: "0 0 12 30W * ?", zone: "Pacific/Apia", after: "2011-12-01T00:00:00Z",
      gap: .skip, fires: ["2012-01-29T22:00:00Z"]),
    Row(
      expression: "0 0 0 30,31 * ?", zone: "Pacific/Apia", after: "2011-12-01T00:00:00Z",
      fires: ["2011-12-30T10:00:00Z", "2012-01-29T10:00:00Z"]),
    Row(
      expression: "0 0 * * * ?", zone: "Pacific/Apia", after: "2011-12-30T08:30:00Z",
      fires: ["2011-12-30T09:00:00Z", "2011-12-30T10:00:00Z", "2011-12-30T11:00:00Z"]),
    // Nuuk, 28 March 2026: 23:00 becomes midnight at 01:00Z on the 29th.
    Row(
      expression: "0 0 22 * * ?", zone: "America/Nuuk", after: "2026-03-28T12:00:00Z",
      fires: ["2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z"]),
    Row(
      expression: "0 30 23 * * ?", zone: "America/Nuuk", after: "2026-03-28T12:00:00Z",
      fires: ["2026-03-29T01:00:00Z shifted", "2026-03-30T00:30:00Z"]),
    Row(
      expression: "0 30 23 * * ?", zone: "America/Nuuk", after: "2026-03-28T12:00:00Z",
      gap: .skip, fires: ["2026-03-30T00:30:00Z"]),
    // Troll jumps two hours: 01:00 becomes 03:00 at 01:00Z.
    Row(
      expression: "0 30 1,2 * * ?", zone: "Antarctica/Troll", after: "2026-03-28T12:00:00Z",
      fires: ["2026-03-29T01:00:00Z shifted", "2026-03-29T23:30:00Z"]),
    Row(
      expression: "0 30 3 * * ?", zone: "Antarctica/Troll", after: "2026-03-28T12:00:00Z",
      gap: .skip, fires: ["2026-03-29T01:30:00Z"]),
    // São Paulo's clocks jumped at midnight: 00:00 became 01:00 at 03:00Z on 4 November 2018.
    Row(
      expression: "0 0 0 * * ?", zone: "America/Sao_Paulo", after: "2018-11-03T12:00:00Z",
      fires: ["2018-11-04T03:00:00Z shifted", "2018-11-05T02:00:00Z"]),
    Row(
      expression: "0 0 0 24W 4 ?", zone: "Africa/Cairo", after: "2026-04-01T00:00:00Z",
      fires: ["2026-04-23T22:00:00Z shifted"]),
  ]

  static let overlaps = [
    // New York, 1 November 2026: 02:00 EDT becomes 01:00 EST at 06:00Z.
    Row(
      expression: "0 30 1 * * ?", zone: "America/New_York", after: "2026-10-31T12:00:00Z",
      fires: ["2026-11-01T05:30:00Z repeatedFirst", "2026-11-02T06:30:00Z"]),
    Row(
      expression: "0 30 1 * * ?", zone: "America/New_York", after: "2026-10-31T12:00:00Z",
      overlap: .second, fires: ["2026-11-01T06:30:00Z repeatedSecond", "2026-11-02T06:30:00Z"]),
    Row(
      expression: "0 30 1 * * ?", zone: "America/New_York", after: "2026-10-31T12:00:00Z",
      overlap: .both,
      fires: [
        "2026-11-01T05:30:00Z repeatedFirst", "2026-11-01T06:30:00Z repeatedSecond",
        "2026-11-02T06:30:00Z",
      ]),
    // From inside the first pass the second is still to come.
    Row(
      expression: "0 30 1 * * ?", zone: "America/New_York", after: "2026-11-01T05:45:00Z",
      overlap: .second, fires: ["2026-11-01T06:30:00Z repeatedSecond"]),
    Row(
      expression: "0 30 1 * * ?", zone: "America/New_York", after: "2026-11-01T05:45:00Z",
      fires: ["2026-11-02T06:30:00Z"]),
    Row(
      expression: "0 30 * * * ?", zone: "America/New_York", after: "2026-11-01T05:00:00Z",
      fires: [
        "2026-11-01T05:30:00Z repeatedFirst", "2026-11-01T06:30:00Z repeatedSecond",
        "2026-11-01T07:30:00Z",
      ]),
    Row(
      expression: "0 30 0-23 * * ?", zone: "America/New_York", after: "2026-11-01T05:00:00Z",
      overlap: .first,
      fires: ["2026-11-01T05:30:00Z repeatedFirst", "2026-11-01T07:30:00Z"]),
    // An every-second job is silent for an hour if only the second pass counts.
    Row(
      expression: "* * * * * ?", zone: "America/New_York", after: "2026-11-01T04:59:58Z",
      overlap: .second,
      fires: ["2026-11-01T04:59:59Z", "2026-11-01T06:00:00Z repeatedSecond"]),
    Row(
      expression: "* * * * * ?", zone: "America/New_York", after: "2026-11-01T05:59:58Z",
      overlap: .both,
      fires: ["2026-11-01T05:59:59Z repeatedFirst", "2026-11-01T06:00:00Z repeatedSecond"]),
    Row(
      expression: "0 30 1 * * ?", zone: "Europe/London", after: "2026-10-24T12:00:00Z",
      fires: ["2026-10-25T00:30:00Z repeatedFirst", "2026-10-26T01:30:00Z"]),
    Row(
      expression: "0 30 1 * * ?", zone: "Europe/Dublin", after: "2026-10-24T12:00:00Z",
      overlap: .second, fires: ["2026-10-25T01:30:00Z repeatedSecond"]),
    // Lord Howe, 5 April 2026: 02:00 becomes 01:30 at 15:00Z on the 4th.
    Row(
      expression: "0 15,45 1 * * ?", zone: "Australia/Lord_Howe", after: "2026-04-04T12:00:00Z",
      overlap: .both,
      fires: [
        "2026-04-04T14:15:00Z", "2026-04-04T14:45:00Z repeatedFirst",
        "2026-04-04T15:15:00Z repeatedSecond", "2026-04-05T14:45:00Z",
      ]),
    Row(
      expression: "0 0 * * * ?", zone: "Australia/Lord_Howe", after: "2026-04-04T13:30:00Z",
      fires: ["2026-04-04T14:00:00Z", "2026-04-04T15:30:00Z", "2026-04-04T16:30:00Z"]),
    // Troll repeats two hours: 03:00 becomes 01:00 at 01:00Z.
    Row(
      expression: "0 0 1,2 * * ?", zone: "Antarctica/Troll", after: "2026-10-24T12:00:00Z",
      overlap: .both,
      fires: [
        "2026-10-24T23:00:00Z repeatedFirst", "2026-10-25T00:00:00Z repeatedFirst",
        "2026-10-25T01:00:00Z repeatedSecond", "2026-10-25T02:00:00Z repeatedSecond",
      ]),
    // São Paulo repeated the last hour of 17 February 2018; the change was at 02:00Z.
    Row(
      expression: "0 30 23 * * ?", zone: "America/Sao_Paulo", after: "2018-02-17T12:00:00Z",
      overlap: .both,
      fires: ["2018-02-18T01:30:00Z repeatedFirst", "2018-02-18T02:30:00Z repeatedSecond"]),
    Row(
      expression: "0 0 0 * * ?", zone: "America/Sao_Paulo", after: "2018-02-17T12:00:00Z",
      fires: ["2018-02-18T03:00:00Z", "2018-02-19T03:00:00Z"]),
    // Casablanca left summer time for Ramadan 2025 at 02:00Z on 23 February.
    Row(
      expression: "0 30 2 * * ?", zone: "Africa/Casablanca", after: "2025-02-22T12:00:00Z",
      fires: ["2025-02-23T01:30:00Z repeatedFirst", "2025-02-24T02:30:00Z"]),
  ]

  static let severals = [
    // Istanbul kept summer time for good in 2016: nothing happens in October.
    Row(
      expression: "0 30 3 30 10 ?", zone: "Europe/Istanbul", after: "2016-10-01T00:00:00Z",
      fires: ["2016-10-30T00:30:00Z", "2017-10-30T00:30:00Z"]),
    // Ramadan 2025 in Casablanca, over both of its clock changes.
    Row(
      expression: "0 30 2 23 2 ?", zone: "Africa/Casablanca", after: "2025-01-01T00:00:00Z",
      overlap: .second, fires: ["2025-02-23T02:30:00Z repeatedSecond"]),
    Row(
      expression: "0 30 2 6 4 ?", zone: "Africa/Casablanca", after: "2025-01-01T00:00:00Z",
      fires: ["2025-04-06T02:00:00Z shifted"]),
    // Firings only ever due in a gap.
    Row(
      expression: "0 30 2 ? 3 SUN#2 2026-2027", zone: "America/New_York",
      after: "2026-01-01T00:00:00Z",
      fires: ["2026-03-08T07:00:00Z shifted", "2027-03-14T07:00:00Z shifted"]),
  ]

  @Test func firingsThatAllLieInGapsAreNeverFoundWhenGapsAreSkipped() throws {
    let zone = try ZoneFiles.rules("America/New_York")
    let cron = try CronExpression("0 30 2 ? 3 SUN#2 2007-2199")
    let start = try #require(Instant(rfc3339: "2026-01-01T00:00:00Z"))
    #expect(cron.next(after: start, in: zone, daylightSaving: DaylightSaving(gap: .skip)) == nil)
    #expect(cron.canEverMatch)
  }

  @Test func autoIsTheDefaultOfBothRules() {
    #expect(DaylightSaving.auto == DaylightSaving(gap: .auto, overlap: .auto))
    #expect(DaylightSaving.Gap(rawValue: "skip") == .skip)
    #expect(DaylightSaving.Overlap(rawValue: "both") == .both)
  }
}
