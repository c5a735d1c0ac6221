// A libFuzzer target for the two readers of foreign bytes in Sources/JobCore/Time: cron
// expressions and compiled zone files. Not part of the package; build and run it with
//
//   swiftc -O -parse-as-library -sanitize=fuzzer -swift-version 6 -module-name TimeFuzzer \
//     Sources/JobCore/Time/*.swift Tests/Fuzz/TimeFuzzer.swift -o /tmp/timefuzzer
//   mkdir -p /tmp/timecorpus && cp /usr/share/zoneinfo/Europe/* /tmp/timecorpus
//   /tmp/timefuzzer -max_total_time=60 -max_len=4096 /tmp/timecorpus
//
// Any trap is a finding; so is a firing that is not after the instant it was asked for.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
  if bytes.starts(with: "TZif".utf8) { fuzzZone(bytes) } else { fuzzTexts(bytes) }
  return 0
}

private let instants = [Int64.min, -1, 0, 1_143_945_060_000, 1_774_747_800_000, 7_000_000_000_000]
  .map { Instant(milliseconds: $0) }

private func fuzzZone(_ bytes: [UInt8]) {
  guard let zone = try? TimeZoneRules(name: "Fuzz", compiled: bytes),
    let cron = try? CronExpression("0 */20 1-3 * * ?")
  else { return }
  for instant in instants + [Instant(milliseconds: .max)] {
    _ = zone.resolve(zone.civil(at: instant))
    _ = zone.abbreviation(at: instant)
    for policy in [DaylightSaving.auto, DaylightSaving(gap: .run, overlap: .both)] {
      if let firing = cron.next(after: instant, in: zone, daylightSaving: policy) {
        precondition(firing.instant > instant)
      }
    }
  }
}

private func fuzzTexts(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  _ = Instant(rfc3339: text)
  _ = try? CivilTime(parsing: text)
  if let span = try? TimeSpan(parsing: text) {
    precondition((try? TimeSpan(parsing: span.description)) == span)
  }
  do {
    let cron = try CronExpression(text)
    for instant in instants {
      let firing = cron.next(after: instant, in: .utc)
      precondition(firing.map { $0.instant > instant } ?? true)
    }
    precondition((cron.next(after: instants[1], in: .utc) != nil) == cron.canEverMatch)
  } catch {
    _ = error.rendered(text)
    precondition(error.column >= 1 && error.column <= text.count + 1)
  }
}
