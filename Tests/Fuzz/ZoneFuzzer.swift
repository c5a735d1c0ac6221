// A libFuzzer target for the reader of compiled zone files, and for the search in the zones that
// come out of it. Not part of the package; build and run it with
//
//   swiftc -O -parse-as-library -sanitize=fuzzer -swift-version 6 -module-name ZoneFuzzer \
//     Sources/JobCore/Time/*.swift Tests/Fuzz/ZoneFuzzer.swift -o /tmp/zonefuzzer
//   mkdir -p /tmp/zonecorpus && find /usr/share/zoneinfo -type f -exec grep -q ^TZif {} ';' \
//     -exec cp --backup=numbered {} /tmp/zonecorpus ';'
//   SWIFT_BACKTRACE=enable=no /tmp/zonefuzzer -max_total_time=600 -max_len=4096 /tmp/zonecorpus
//
// Any trap is a finding; so is a zone in which an instant does not come back from its wall clock,
// or an expression fires too early or at a time that it does not match.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
  do {
    check(try TimeZoneRules(name: "Fuzz", compiled: bytes))
  } catch {
    precondition(error.byte >= 0 && error.byte <= count)
  }
  return 0
}

private let cron = try? CronExpression("0 */20 1-3 * * ?")

private func check(_ zone: TimeZoneRules) {
  let entries = zone.table.entries
  precondition(zip(entries, entries.dropFirst()).allSatisfy { $0.start < $1.start })
  var seconds = [
    -1, 0, 1_143_945_060, 1_774_747_800, 7_000_000_000, 7_258_118_399, 90_000_000_000,
  ]
  // The changes of some spans: the first, the last, and some between.
  for index in stride(from: 1, to: entries.count, by: 1 + entries.count / 6) {
    seconds += [entries[index].start - 1, entries[index].start]
  }
  if let last = entries.dropFirst().last { seconds.append(last.start - 1) }
  let instants =
    seconds.map { Instant(second: $0) } + [Int64.min, .max].map { Instant(milliseconds: $0) }
  for instant in instants {
    checkWallClock(zone, instant)
    for gap in DaylightSaving.Gap.allCases {
      for overlap in DaylightSaving.Overlap.allCases {
        checkFirings(zone, after: instant, DaylightSaving(gap: gap, overlap: overlap))
      }
    }
  }
}

private func checkWallClock(_ zone: TimeZoneRules, _ instant: Instant) {
  precondition(ZoneFile.offsets.contains(zone.offset(at: instant)))
  precondition(!zone.abbreviation(at: instant).utf8.contains(0))
  let span = zone.table.span(at: instant.second)
  precondition(span.start <= instant.second && instant.second < span.end)
  let civil = zone.civil(at: instant)
  let resolved = zone.resolve(civil)
  // At the ends of time, wall clocks stop.
  if instant.milliseconds == .min || instant.milliseconds == .max { return }
  switch resolved {
  case .unique(let found): precondition(found == instant)
  case .overlap(let first, let second):
    // A hostile file may show a time more than twice.
    precondition(first < second && first <= instant && instant <= second)
    precondition(zone.civil(at: first) == civil && zone.civil(at: second) == civil)
  case .gap: preconditionFailure("the clock shows a time that does not exist")
  }
}

private func checkFirings(_ zone: TimeZoneRules, after start: Instant, _ policy: DaylightSaving) {
  var now = start
  for _ in 0..<4 {
    guard let firing = cron?.next(after: now, in: zone, daylightSaving: policy) else { return }
    precondition(firing.instant > now && firing.instant.milliseconds % 1_000 == 0)
    now = firing.instant
    if firing.rule == .shifted {
      let before = zone.offset(at: Instant(second: now.second - 1))
      precondition(zone.offset(at: now) > before, "shifted, but there is no gap")
    } else {
      let civil = zone.civil(at: now)
      precondition(1...3 ~= civil.hour && civil.minute % 20 == 0 && civil.second == 0)
    }
  }
}
