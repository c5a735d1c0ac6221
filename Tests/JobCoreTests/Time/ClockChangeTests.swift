import Testing
import TimeOracle

@testable import JobCore

/// A table of clock changes for people to read, each line also found by a walk over every second.
@Suite struct ClockChangeTests {
  @Test(arguments: changes)
  func theSearchFindsWhatAWalkOverEverySecondFinds(change: ClockChange) throws {
    let rules = try ZoneFiles.rules(change.zone)
    let walk = WallClockWalk(change, in: rules)
    for expression in change.expressions {
      for (name, policy) in change.policies(in: rules) {
        let found = try change.firings(of: expression, in: rules, policy)
        #expect(found == walk.firings(of: expression, policy), "\(expression), \(name)")
      }
    }
  }

  @Test func theTableIsTheRecordedOne() throws {
    try expectGolden(
      Self.changes.map(table).joined(separator: "\n"), "daylight-saving.txt")
  }

  /// The change in a line; each expression with the policies that agree, and their firings.
  private func table(of change: ClockChange) throws -> String {
    let rules = try ZoneFiles.rules(change.zone)
    let after = Instant(second: change.second)
    let before = rules.offset(at: Instant(second: change.second - 1))
    var text = "\(change.zone), \(change.at): \(clock(after, before, "")) becomes "
    text += "\(clock(after, rules.offset(at: after), rules.abbreviation(at: after)))\n"
    for expression in change.expressions {
      var groups: [(names: [String], firings: [Firing])] = []
      for (name, policy) in change.policies(in: rules) {
        let firings = try change.firings(of: expression, in: rules, policy)
        let word = String(name.split(separator: " ")[1])
        if let same = groups.firstIndex(where: { $0.firings == firings }) {
          groups[same].names.append(word)
        } else {
          groups.append((names: [name], firings: firings))
        }
      }
      for group in groups {
        text += "  \(expression)    \(group.names.joined(separator: ", "))\n"
        for firing in group.firings { text += "    \(line(firing, rules))\n" }
        if group.firings.isEmpty { text += "    -\n" }
      }
    }
    return text
  }

  private func line(_ firing: Firing, _ rules: TimeZoneRules) -> String {
    let utc = firing.instant.rfc3339.replacing(".000Z", with: "Z")
    let name = rules.abbreviation(at: firing.instant)
    let local = clock(firing.instant, rules.offset(at: firing.instant), name)
    return "\(local) = \(utc)" + (firing.rule.map { "  \($0)" } ?? "")
  }

  /// `2026-03-29 03:00:00 +02:00 CEST`
  private func clock(_ instant: Instant, _ offset: Int, _ name: String) -> String {
    let shown = Instant(second: instant.second + offset).rfc3339
    let minutes = CivilTime(millisecondsSinceEpochAsUTC: Int64(abs(offset)) * 1_000)
    let time = Instant(milliseconds: minutes.millisecondsSinceEpochAsUTC).rfc3339
    let sign = offset < 0 ? "-" : "+"
    return "\(shown.prefix(10)) \(shown.dropFirst(11).prefix(8)) "
      + "\(sign)\(time.dropFirst(11).prefix(5))" + (name.isEmpty ? "" : " \(name)")
  }

  private static let changes = [
    ClockChange(
      zone: "Europe/Berlin", at: "2026-03-29T01:00:00Z",
      expressions: [
        "0 30 2 * * ?", "0 */20 2 * * ?", "0 0 2,3 * * ?", "0 30 2,3 * * ?", "0 30 * * * ?",
        "0 30 0-23 * * ?",
      ]),
    ClockChange(
      zone: "Europe/Berlin", at: "2026-10-25T01:00:00Z",
      expressions: [
        "0 30 2 * * ?", "0 */20 2 * * ?", "0 0 2,3 * * ?", "0 30 * * * ?", "0 30 0-23 * * ?",
      ]),
    ClockChange(
      zone: "America/New_York", at: "2026-03-08T07:00:00Z",
      expressions: ["0 30 2 * * ?", "0 0 1-3 ? * SUN", "0 30 2 ? * 1#2", "0 0/30 * * * ?"]),
    ClockChange(
      zone: "America/New_York", at: "2026-11-01T06:00:00Z",
      expressions: ["0 30 1 * * ?", "0 0 1-3 ? * SUN", "0 0 2 1 11 ?", "0 0/30 * * * ?"]),
    // Half an hour.
    ClockChange(
      zone: "Australia/Lord_Howe", at: "2026-04-04T15:00:00Z",
      expressions: ["0 45 1 * * ?", "0 15 1 * * ?", "0 0 1,2 * * ?", "0 45 * * * ?"]),
    ClockChange(
      zone: "Australia/Lord_Howe", at: "2026-10-03T15:30:00Z",
      expressions: ["0 15 2 * * ?", "0 30 2 * * ?", "0 15,30 2 * * ?", "0 15 * * * ?"]),
    // At midnight, forward and back over the end of the day.
    ClockChange(
      zone: "America/Sao_Paulo", at: "2018-11-04T03:00:00Z",
      expressions: ["0 0 0 * * ?", "0 30 0,1 4 11 ?", "0 0 0 ? * SAT", "0 0 * * * ?"]),
    ClockChange(
      zone: "America/Sao_Paulo", at: "2018-02-18T02:00:00Z",
      expressions: ["0 30 23 * * ?", "0 0 0 * * ?", "0 30 23 ? * SUN", "0 0 * * * ?"]),
    ClockChange(
      zone: "Africa/Cairo", at: "2024-04-25T22:00:00Z",
      expressions: ["0 0 0 26W 4 ?", "0 30 23,0,1 * * ?"]),
    ClockChange(
      zone: "Africa/Cairo", at: "2024-10-31T21:00:00Z",
      expressions: ["0 30 23 L * ?", "0 15 0 1 * ?"]),
    ClockChange(
      zone: "Asia/Beirut", at: "2024-03-30T22:00:00Z",
      expressions: ["0 0 0 L * ?", "59 59 23,0 * * ?"]),
    ClockChange(
      zone: "Asia/Beirut", at: "2024-10-26T21:00:00Z",
      expressions: ["0 0 23 ? * 7L", "0 0 0 ? * 1L"]),
    // Up to midnight: the whole next day is there.
    ClockChange(
      zone: "America/Nuuk", at: "2024-03-31T01:00:00Z",
      expressions: [
        "0 0 22 * * ?", "0 30 23 * * ?", "0 0 23,0 * * ?", "0 30 23 ? * SAT", "0 0 0 ? * SUN",
      ]),
    ClockChange(
      zone: "America/Nuuk", at: "2024-10-27T01:00:00Z",
      expressions: ["0 30 23 * * ?", "0 0 0 * * ?"]),
    // A day that was not.
    ClockChange(
      zone: "Pacific/Apia", at: "2011-12-30T10:00:00Z",
      expressions: [
        "0 0 12 * * ?", "0 0 12 30W * ?", "0 0 0,12 * * ?", "0 0 0 ? * FRI", "0 30 * * * ?",
      ]),
    // Winter time counts as the exception.
    ClockChange(
      zone: "Europe/Dublin", at: "2026-03-29T01:00:00Z",
      expressions: ["0 30 1 * * ?", "0 30 * * * ?"]),
    ClockChange(
      zone: "Europe/Dublin", at: "2026-10-25T01:00:00Z",
      expressions: ["0 30 1 * * ?", "0 30 * * * ?"]),
    // The last change, and the one that did not come.
    ClockChange(
      zone: "Europe/Istanbul", at: "2016-03-27T01:00:00Z",
      expressions: ["0 30 3 * * ?", "0 30 * * * ?"]),
    ClockChange(
      zone: "Europe/Istanbul", at: "2016-10-30T01:00:00Z",
      expressions: ["0 30 3 * * ?", "0 30 * * * ?"]),
    ClockChange(
      zone: "America/Sao_Paulo", at: "2019-02-17T02:00:00Z",
      expressions: ["0 30 23 * * ?", "0 30 * * * ?"]),
    ClockChange(
      zone: "America/Sao_Paulo", at: "2019-11-03T03:00:00Z",
      expressions: ["0 30 0 * * ?", "0 30 * * * ?"]),
    // Ramadan.
    ClockChange(
      zone: "Africa/Casablanca", at: "2024-03-10T02:00:00Z",
      expressions: ["0 30 2 * * ?", "0 30 * * * ?"]),
    ClockChange(
      zone: "Africa/Casablanca", at: "2024-04-14T02:00:00Z",
      expressions: ["0 30 2 * * ?", "0 30 * * * ?"]),
    // Two hours.
    ClockChange(
      zone: "Antarctica/Troll", at: "2026-03-29T01:00:00Z",
      expressions: ["0 30 1,2 * * ?", "0 0 2,3 * * ?", "0 30 3 * * ?", "0 30 * * * ?"]),
    ClockChange(
      zone: "Antarctica/Troll", at: "2026-10-25T01:00:00Z",
      expressions: ["0 30 1,2 * * ?", "0 0 3 * * ?", "0 30 * * * ?"]),
  ]
}
