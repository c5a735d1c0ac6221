import Testing

@testable import JobCore

/// What a line's fields become, as people will read it.
@Suite struct CrontabScheduleTests {
  @Test(arguments: [
    ("0 5 * * *", ["0 0 5 * * ?"]), ("*/15 * * * *", ["0 */15 * * * ?"]),
    ("30 2 * * 1-5", ["0 30 2 ? * MON-FRI"]), ("0 9-17/2 * * *", ["0 0 9-17/2 * * ?"]),
    ("0 0 * * 0", ["0 0 0 ? * SUN"]), ("0 0 * * 7", ["0 0 0 ? * SUN"]),
    ("0 0 * * 5-7", ["0 0 0 ? * FRI-SUN"]), ("0 0 * * 0-7", ["0 0 0 * * ?"]),
    ("0 0 * * sat,SUN", ["0 0 0 ? * SAT,SUN"]), ("0 0 * feb-APR *", ["0 0 0 * 2-4 ?"]),
    ("0 0 1-31 * *", ["0 0 0 * * ?"]), ("0-59 0-23 * * *", ["0 * * * * ?"]),
    ("*/100 */24 * * *", ["0 0 0 * * ?"]), ("5-9/30 0 * * *", ["0 5 0 * * ?"]),
    ("0 0 */40 * *", ["0 0 0 1 * ?"]), ("0 0 * * */8", ["0 0 0 ? * SUN"]),
    ("\t1  2\t3 4 *", ["0 1 2 3 4 ?"]),
    ("@daily", ["0 0 0 * * ?"]), ("@midnight", ["0 0 0 * * ?"]), ("@hourly", ["0 0 * * * ?"]),
    ("@weekly", ["0 0 0 ? * 1"]), ("@monthly", ["0 0 0 1 * ?"]), ("@yearly", ["0 0 0 1 1 ?"]),
    ("@annually", ["0 0 0 1 1 ?"]),
  ])
  func oneExpressionSaysWhatOneDayFieldSays(fields: String, expected: [String]) throws {
    let schedule = try schedule(fields)
    #expect(schedule.expressions == expected && schedule.weekdays == nil)
  }

  @Test(arguments: [
    ("0 0 1,15 * mon", ["0 0 0 1,15 * ?", "0 0 0 ? * MON"]),
    ("0 0 13 * 5", ["0 0 0 13 * ?", "0 0 0 ? * FRI"]),
    // One of the two halves takes in the other, or never comes.
    ("0 0 1-31 * mon", ["0 0 0 * * ?"]), ("0 0 13 * 0-6", ["0 0 0 * * ?"]),
    ("0 0 31 2 mon", ["0 0 0 ? 2 MON"]),
  ])
  func eitherOfTwoDaysIsEnough(fields: String, expected: [String]) throws {
    let schedule = try schedule(fields)
    #expect(schedule.expressions == expected && schedule.weekdays == nil)
  }

  @Test(arguments: [
    ("0 0 1-7 * */7", "0 0 0 1-7 * ?", ["SUN"]),
    ("0 0 */2 * mon", "0 0 0 */2 * ?", ["MON"]),
    ("0 0 */2 * 7,6", "0 0 0 */2 * ?", ["SUN", "SAT"]),
  ])
  func bothDaysAreNeededAsSoonAsOneBeginsWithAStar(
    fields: String, expression: String, weekdays: [String]
  ) throws {
    let schedule = try schedule(fields)
    #expect(schedule.expressions == [expression] && schedule.weekdays == weekdays)
  }

  @Test(arguments: ["0 0 31 2 *", "0 0 30 2 */2", "0 0 31 4,6,9,11 *"])
  func aDayThatNeverComesLeavesNothing(fields: String) throws {
    #expect(try schedule(fields).expressions == [])
  }

  @Test func aDayThatBothHalvesMeanHasOneFiring() throws {
    let job = try #require(Crontab.reading("CRON_TZ=UTC\n0 0 13 * 5 true\n").jobs.first)
    let document = try JobDocument(.object(job.document), in: Documents.context())
    let schedule = Schedule(document.spec, zone: document.zone)
    // 13 November 2026 is a Friday.
    let from = try #require(Instant(rfc3339: "2026-11-12T12:00:00Z"))
    let first = try #require(schedule.next(after: from)?.instant)
    #expect(first.rfc3339 == "2026-11-13T00:00:00.000Z")
    #expect(schedule.next(after: first)?.instant.rfc3339 == "2026-11-20T00:00:00.000Z")
  }

  private func schedule(_ fields: String) throws -> CrontabSchedule {
    guard case .job(let entry) = try CrontabLine("\(fields) true", hasUser: false),
      case .schedule(let schedule) = entry.time
    else { throw TestError() }
    return schedule
  }

  private struct TestError: Error {}
}
