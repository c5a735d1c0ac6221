// What a search and a parse cost, over all kinds of expressions: the best of several passes for
// each question, so that what else the machine does is left out. Only in a release build.
// JOBRUN_BENCHMARK=1 swift test -c release --filter CronBenchmarks

import Foundation
import JobCore
import JobSpool
import LinuxIO
import Testing
import TimeOracle

@Suite(
  .serialized,
  .enabled(if: isAsked && isOptimized, "set JOBRUN_BENCHMARK=1 to measure, in a release build"))
struct CronBenchmarks {
  private static let times = [
    "0 0 12", "0 30 2", "*/7 * *", "0 0/5 *", "0 */25 *", "59 59 23", "0 15,45 9-17",
    "50-10/15 0 22-2/3", "0 0 */5", "* * *",
  ]
  private static let days = [
    "* * ?", "? * MON-FRI", "? * 6L", "? * FRI#2", "? * 2#5", "? * TU/2,SAL", "L * ?", "L-3 * ?",
    "LW * ?", "15W * ?", "31W * ?", "L-2W * ?", "1,15W,L-1,LW * ?", "28-3/2 * ?", "1/3 JAN,JUL ?",
    "? NOV-FEB SA,SU", "13 * ? 2027-2199/4", "? 3 SUN#2 2026-2199", "1 1 ? 2199",
    // Leap days, and what never comes or not before many years.
    "29 2 ?", "? 2 SUN#5", "30 2 ?", "31 4,6,9,11 ?", "L-29 2 ?", "29 2 ? 2001/4",
  ]
  private static let expressions = times.flatMap { time in days.map { "\(time) \($0)" } }
  private static let zones = [
    "America/New_York", "Australia/Lord_Howe", "Pacific/Auckland", "Asia/Kolkata",
  ]
  /// What the shared machine takes away is left out by the best of so many.
  private static let passes = 7
  /// No clock changes within a day of it.
  private static let start = Instant(milliseconds: 1_781_517_600_000)

  @Test func theNextFiringTakesNanoseconds() throws {
    #expect(Self.expressions.count >= 200)
    for policy in [DaylightSaving.auto, SharedCase.policy] {
      var figures = Figures()
      var worst: (nanoseconds: Int64, question: String) = (0, "")
      for name in Self.zones {
        let zone = try #require(ZoneFiles().rules(name))
        for text in Self.expressions {
          let cron = try CronExpression(text)
          for at in questions(cron, zone, policy) {
            let best = best { _ = cron.next(after: at, in: zone, daylightSaving: policy) }
            figures.add(best)
            if best > worst.nanoseconds { worst = (best, "\(text), \(name), \(at.rfc3339)") }
          }
        }
      }
      print("next firing, gap \(policy.gap), overlap \(policy.overlap): \(figures.text)")
      print("  slowest: \(worst.nanoseconds) ns, \(worst.question)")
      #expect(figures.at(0.5) < 300)
      #expect(worst.nanoseconds < 20_000, "\(worst.question)")
    }
  }

  /// The instants of a series, from which the next ones are asked for.
  private func questions(
    _ cron: CronExpression, _ zone: TimeZoneRules, _ policy: DaylightSaving
  ) -> [Instant] {
    var questions = [Self.start]
    while questions.count < 32,
      let firing = cron.next(
        after: questions[questions.count - 1], in: zone, daylightSaving: policy)
    {
      questions.append(firing.instant)
    }
    return questions
  }

  @Test func parsingTakesAMicrosecond() throws {
    var figures = Figures()
    var worst: (nanoseconds: Int64, text: String) = (0, "")
    for text in Self.expressions {
      let best = best { _ = try? CronExpression(text) }
      figures.add(best)
      if best > worst.nanoseconds { worst = (best, text) }
    }
    print("parsing: \(figures.text)")
    print("  slowest: \(worst.nanoseconds) ns, \(worst.text)")
    #expect(worst.nanoseconds < 2_000, "\(worst.text)")
  }

  @Test func aSearchIsFasterThanAWalkOverEverySecond() throws {
    var search = Figures()
    var walk = Figures()
    var ratios: [Double] = []
    for name in Self.zones {
      let zone = try #require(ZoneFiles().rules(name))
      for text in Self.expressions {
        let cron = try CronExpression(text)
        let slow = SlowExpression(text)
        var found: Instant?
        let steps = Bench.time { found = Self.walk(slow, zone) }
        // The walk gives up after a day: compared is what it can finish.
        guard let found else { continue }
        let best = best { _ = cron.next(after: Self.start, in: zone) }
        #expect(cron.next(after: Self.start, in: zone)?.instant == found, "\(text), \(name)")
        search.add(best)
        walk.add(steps)
        ratios.append(Double(steps) / Double(best))
      }
    }
    ratios.sort()
    print("first firing within a day, \(ratios.count) times: search \(search.text)")
    print("  walk over every second \(walk.text)")
    print(String(format: "  ratio, median: %.0f", ratios[ratios.count / 2]))
    #expect(ratios[ratios.count / 2] > 100)
  }

  /// The first match within a day, second by second.
  private static func walk(_ slow: SlowExpression, _ zone: TimeZoneRules) -> Instant? {
    for second in 1...86_400 as ClosedRange<Int64> {
      let instant = Instant(milliseconds: start.milliseconds + second * 1_000)
      let civil = zone.civil(at: instant)
      if slow.matches(hour: civil.hour, minute: civil.minute, second: civil.second),
        slow.matches(year: civil.year, month: civil.month, day: civil.day)
      {
        return instant
      }
    }
    return nil
  }

  /// The best of several passes, in nanoseconds.
  private func best(_ body: () -> Void) -> Int64 {
    (0..<Self.passes).map { _ in Bench.time(body) }.min() ?? 0
  }
}
