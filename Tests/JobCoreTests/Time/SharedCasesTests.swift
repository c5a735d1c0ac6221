import JobCore
import Testing
import TimeOracle

@Suite struct SharedCasesTests {
  @Test(arguments: SharedCase.File.allCases)
  func everySharedCaseHasItsIntendedAnswer(file: SharedCase.File) throws {
    let text = try #require(try Programs.output(of: "/usr/bin/gzip", ["-dc", file.path]))
    let cases = SharedCase.all(in: text, of: file)
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
