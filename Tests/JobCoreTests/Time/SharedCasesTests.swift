import JobCore
import Testing
import TimeOracle

@Suite struct SharedCasesTests {
  private func cases(of file: SharedCase.File) throws -> [SharedCase] {
    let text = try #require(try Programs.output(of: "/usr/bin/gzip", ["-dc", file.path]))
    return SharedCase.all(in: text, of: file)
  }

  @Test func theSlowReadingMatchesEveryIntendedAnswer() throws {
    var zones: [String: TimeZoneRules] = [:]
    for shared in try cases(of: .cases) {
      guard case .fires(let fires) = shared.answer else { continue }
      let zone = try zones[shared.zone] ?? ZoneFiles.rules(shared.zone)
      zones[shared.zone] = zone
      let slow = SlowExpression(shared.expression)
      for case .some(let milliseconds) in fires {
        let civil = zone.civil(at: Instant(milliseconds: milliseconds))
        let matches =
          slow.matches(year: civil.year, month: civil.month, day: civil.day)
          && slow.matches(hour: civil.hour, minute: civil.minute, second: civil.second)
        // Of the excused lines some lie an hour off.
        #expect(matches || shared.excuse(for: shared.ours(in: zone)) != nil, "\(shared)")
      }
    }
  }

  @Test(arguments: SharedCase.File.allCases)
  func everySharedCaseHasItsIntendedAnswer(file: SharedCase.File) throws {
    let cases = try cases(of: file)
    var zones: [String: TimeZoneRules] = [:]
    var excused: [SharedCase.Excuse: Int] = [:]
    for shared in cases {
      let zone = try zones[shared.zone] ?? ZoneFiles.rules(shared.zone)
      zones[shared.zone] = zone
      let ours = shared.ours(in: zone)
      if ours == shared.answer { continue }
      if let excuse = shared.excuse(for: ours) {
        excused[excuse, default: 0] += 1
      } else {
        #expect(ours == shared.answer, "\(shared)")
      }
    }
    for (excuse, count) in excused { #expect(count <= excuse.limit, "\(excuse)") }
    print("\(file): \(cases.count) cases, excused: \(excused)")
  }
}
