// A libFuzzer target for what people write about time: cron expressions above all, and the short
// texts of dates and durations. Not part of the package; build and run it with
//
//   swiftc -O -parse-as-library -sanitize=fuzzer -swift-version 6 -module-name CronFuzzer \
//     Sources/JobCore/Time/*.swift Tests/TimeOracle/SlowExpression.swift \
//     Tests/Fuzz/CronFuzzer.swift -o /tmp/cronfuzzer
//   mkdir -p /tmp/croncorpus && gzip -dc Tests/JobCoreTests/Data/quartz-cases.tsv.gz | cut -f1 \
//     | sort -u | split -a 4 -l 1 - /tmp/croncorpus/
//   SWIFT_BACKTRACE=enable=no /tmp/cronfuzzer -max_total_time=600 -max_len=120 /tmp/croncorpus
//
// Any trap is a finding; so is a firing that differs from a walk over the days by SlowExpression,
// and a refusal that points outside the text. Without the variable, Swift's own report of a trap
// comes before libFuzzer can save the input.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  var bytes = UnsafeBufferPointer(start: start, count: count)[...]
  // The seeds are lines.
  if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
  let text = String(decoding: bytes, as: UTF8.self)
  checkTimes(text)
  do {
    let cron = try CronExpression(text)
    check(cron, SlowExpression(text))
  } catch {
    precondition(!error.rendered(text).isEmpty)
    precondition(error.column >= 1 && error.column <= text.count + 1)
  }
  return 0
}

/// Before 1970, at its beginning, in a leap year, in 2026, near the end of 2199, after it.
private let instants = [
  Int64.min, -1, 0, 951_782_399_999, 1_774_747_800_001, 7_258_118_399_000, 7_258_118_400_000,
].map { Instant(milliseconds: $0) }

private func check(_ cron: CronExpression, _ slow: SlowExpression) {
  for instant in instants {
    let firing = cron.next(after: instant, in: .utc)
    if let firing {
      precondition(firing.instant > instant && firing.rule == nil)
      precondition(firing.instant.milliseconds % 1_000 == 0)
      precondition(cron.canEverMatch)
    }
    check(firing, from: max(instant.second + 1, 0), slow)
  }
  precondition((cron.next(after: instants[1], in: .utc) != nil) == cron.canEverMatch)
}

/// Walks over the days from a second on, and over the hours, minutes and seconds of the first
/// days that match, to the firing: it must match, and nothing before it.
private func check(_ firing: Firing?, from start: Int, _ slow: SlowExpression) {
  let firstDay = start / 86_400
  // Leap days, weekdays and their pairs come again within a few years; rarer dates are left.
  for day in firstDay..<firstDay + 1_500 {
    let (year, month, dayOfMonth) = Gregorian.date(day: day)
    guard year < 2_200, slow.matches(year: year, month: month, day: dayOfMonth) else {
      continue
    }
    let from = max(start - day * 86_400, 0)
    guard let time = firstTime(from: from, slow) else { continue }
    precondition(firing?.instant.second == day * 86_400 + time, "another firing is expected")
    return
  }
  precondition(firing.map { $0.instant.second >= (firstDay + 1_500) * 86_400 } ?? true)
}

private func firstTime(from start: Int, _ slow: SlowExpression) -> Int? {
  for hour in start / 3_600..<24 where slow.hours.contains(hour) {
    for minute in 0..<60 where slow.minutes.contains(minute) {
      for second in 0..<60 where slow.seconds.contains(second) {
        let time = (hour * 60 + minute) * 60 + second
        if time >= start { return time }
      }
    }
  }
  return nil
}

private func checkTimes(_ text: String) {
  if let instant = Instant(rfc3339: text) {
    precondition(Instant(rfc3339: instant.rfc3339) == instant)
  }
  if let civil = try? CivilTime(parsing: text) {
    let milliseconds = civil.millisecondsSinceEpochAsUTC
    precondition(CivilTime(millisecondsSinceEpochAsUTC: milliseconds) == civil)
  }
  if let span = try? TimeSpan(parsing: text) {
    precondition((try? TimeSpan(parsing: span.description)) == span)
  }
}
