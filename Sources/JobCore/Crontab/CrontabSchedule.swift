// When a crontab line runs, in the terms of a job document. Cron's rule for its two day fields has
// two halves, and each is something else here: either day is enough (two expressions), or, as soon
// as one of the fields begins with *, both must match (an expression and a rule of days).

/// The schedule of one line.
struct CrontabSchedule: Hashable {
  /// Quartz expressions, each of which matches some date; empty if the line never runs.
  var expressions: [String]
  /// `SUN` to `SAT`: a day must be one of these besides; nil for no such rule.
  var weekdays: [String]?

  /// The schedule of a macro such as `@daily`; nil if it is none, or has no time.
  init?(macro: String) {
    guard let expression = UnixCron.expression(forMacro: macro) else { return nil }
    expressions = [expression]
  }

  /// The schedule of the five fields in their order.
  init(
    _ minute: CrontabValues, _ hour: CrontabValues, _ dayOfMonth: CrontabValues,
    _ month: CrontabValues, _ dayOfWeek: CrontabValues
  ) {
    func expression(_ day: String, _ weekday: String) -> String {
      "0 \(minute.quartz) \(hour.quartz) \(day) \(month.quartz) \(weekday)"
    }
    let byNumber = expression(dayOfMonth.quartz, "?")
    let byName = expression("?", dayOfWeek.quartz)
    if dayOfMonth.beginsWithStar || dayOfWeek.beginsWithStar {
      if dayOfMonth.isEverything, !dayOfWeek.isEverything {
        expressions = [byName]
      } else {
        expressions = [byNumber]
        if !dayOfWeek.isEverything {
          weekdays = dayOfWeek.numbers.sorted().map(CrontabValues.weekday)
        }
      }
    } else if dayOfMonth.isEverything || dayOfWeek.isEverything {
      expressions = [expression("*", "?")]
    } else {
      expressions = [byNumber, byName]
    }
    // A document may not name a day that never comes, such as the first half of 0 0 31 2 1.
    expressions.removeAll { (try? CronExpression($0))?.canEverMatch != true }
  }
}
