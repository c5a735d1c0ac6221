import Testing

@testable import JobCore

/// Zone files built by hand: the parts of the format that the system's own files do not show.
@Suite struct ZoneFileTests {
  /// A zone file in the making.
  struct Builder {
    var version: UInt8 = 0x32
    var transitions: [(second: Int64, type: UInt8)] = []
    /// Offset and index into `names`.
    var types: [(offset: Int32, name: UInt8)] = [(0, 0)]
    var names = "AAA\0BBB\0"
    var leapSeconds: [(occurrence: Int64, correction: Int32)] = []
    var footer: String? = ""

    var bytes: [UInt8] {
      // The first block of a file with a second one may be all but empty.
      var all = block(timeSize: 4, empty: version != 0)
      if version != 0 {
        all += block(timeSize: 8, empty: false)
        if let footer { all += Array("\n\(footer)\n".utf8) }
      }
      return all
    }

    private func block(timeSize: Int, empty: Bool) -> [UInt8] {
      var out = Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15)
      func number(_ value: some FixedWidthInteger, _ size: Int) {
        for shift in stride(from: size * 8 - 8, through: 0, by: -8) {
          out.append(UInt8(truncatingIfNeeded: value >> shift))
        }
      }
      let counts =
        empty
        ? [0, 0, 0, 0, 1, 1]
        : [0, 0, leapSeconds.count, transitions.count, types.count, names.utf8.count]
      for count in counts { number(count, 4) }
      if empty { return out + [0, 0, 0, 0, 0, 0, 0] }
      for transition in transitions { number(transition.second, timeSize) }
      for transition in transitions { out.append(transition.type) }
      for type in types {
        number(type.offset, 4)
        out += [0, type.name]
      }
      out += Array(names.utf8)
      for leap in leapSeconds {
        number(leap.occurrence, timeSize)
        number(leap.correction, 4)
      }
      return out
    }
  }

  private func rules(_ builder: Builder) throws -> TimeZoneRules {
    try TimeZoneRules(name: "Test", compiled: builder.bytes)
  }

  private func offset(_ rules: TimeZoneRules, _ text: String) throws -> Int {
    rules.offset(at: try #require(Instant(rfc3339: text)))
  }

  @Test func aFileOfVersion1IsReadFromItsOnlyBlock() throws {
    var builder = Builder(version: 0)
    builder.types = [(3_600, 0), (7_200, 4)]
    builder.transitions = [(-100, 1), (1_000, 0)]
    let zone = try rules(builder)
    #expect(zone.offset(at: Instant(second: -101)) == 3_600)
    #expect(zone.offset(at: Instant(second: -100)) == 7_200)
    #expect(zone.abbreviation(at: Instant(second: 999)) == "BBB")
    #expect(zone.offset(at: Instant(second: 1_000)) == 3_600)
  }

  @Test(arguments: [0x32, 0x33, 0x34, 0x35] as [UInt8])
  func laterVersionsAreReadFromTheirSecondBlock(version: UInt8) throws {
    var builder = Builder(version: version)
    builder.transitions = [(-(1 << 40), 0)]
    builder.footer = "BBB-2"
    #expect(try offset(try rules(builder), "2026-01-01T00:00:00Z") == 0)
  }

  @Test func withoutTransitionsTheFooterAloneRules() throws {
    var builder = Builder()
    builder.footer = "EST5EDT,M3.2.0,M11.1.0"
    let zone = try rules(builder)
    #expect(try offset(zone, "2026-03-08T06:59:59Z") == -18_000)
    #expect(try offset(zone, "2026-03-08T07:00:00Z") == -14_400)
    #expect(try offset(zone, "2026-11-01T06:00:00Z") == -18_000)
    #expect(zone.abbreviation(at: Instant(second: 0)) == "EST")
  }

  @Test func footersMayCountDaysOfTheYear() throws {
    var builder = Builder()
    // Day 60 is 1 March with J in every year, and 29 February or 1 March without.
    builder.footer = "AAA0BBB,J60/0,300/0"
    let julian = try rules(builder)
    #expect(try offset(julian, "2024-02-29T23:59:59Z") == 0)
    #expect(try offset(julian, "2024-03-01T00:00:00Z") == 3_600)
    #expect(try offset(julian, "2023-03-01T00:00:00Z") == 3_600)
    builder.footer = "AAA0BBB,59/0,300/0"
    let ordinal = try rules(builder)
    #expect(try offset(ordinal, "2024-02-28T23:59:59Z") == 0)
    #expect(try offset(ordinal, "2024-02-29T00:00:00Z") == 3_600)
    #expect(try offset(ordinal, "2023-03-01T00:00:00Z") == 3_600)
  }

  @Test func footersMayHaveTimesOfMoreThanADay() throws {
    var builder = Builder(version: 0x33)
    // 167 hours after Sunday 8 March 2026 and 25 hours before Sunday 1 November.
    builder.footer = "<-03>3<-02>,M3.2.0/167,M11.1.0/-25:30:30"
    let zone = try rules(builder)
    #expect(try offset(zone, "2026-03-15T01:59:59Z") == -10_800)
    #expect(try offset(zone, "2026-03-15T02:00:00Z") == -7_200)
    #expect(try offset(zone, "2026-10-31T00:29:29Z") == -7_200)
    #expect(try offset(zone, "2026-10-31T00:29:30Z") == -10_800)
    #expect(zone.abbreviation(at: Instant(second: 0)) == "-03")
  }

  /// The example of RFC 9636, 3.3.2, and one on the other side of the date line.
  @Test(arguments: [("XXX3EDT4,0/0,J365/23", -14_400), ("XXX-10EDT-11,0/0,J365/25", 39_600)])
  func daylightSavingMayLastAllYear(footer: String, offset expected: Int) throws {
    var builder = Builder(version: 0x33)
    builder.footer = footer
    let zone = try rules(builder)
    for year in [1950, 2026, 2199, 2200, 2201, 2600] {
      for time in ["01-01T14:00:00", "12-31T12:59:59", "12-31T13:30:00", "12-31T23:59:59"] {
        #expect(try offset(zone, "\(year)-\(time)Z") == expected, "\(year)-\(time)")
      }
    }
  }

  /// Such a file contradicts itself (RFC 9636, 3.3); what counts is that all answers agree.
  @Test func aRuleThatNeverChangesLeavesTheLastTransitionInForce() throws {
    var builder = Builder(version: 0x33)
    builder.types = [(0, 0), (3_600, 4)]
    builder.transitions = [(1_000_000, 1)]
    builder.footer = "XXX3EDT4,0/0,J365/23"
    let zone = try rules(builder)
    let cron = try CronExpression("0 0 4 * * ?")
    for year in [1980, 2026, 2191, 2199, 2200, 2600] {
      #expect(try offset(zone, "\(year)-07-01T00:00:00Z") == 3_600, "\(year)")
      let firing = cron.next(
        after: try #require(Instant(rfc3339: "\(year)-07-01T00:00:00Z")), in: zone)
      if let firing { #expect(zone.civil(at: firing.instant).hour == 4, "\(year)") }
    }
  }

  @Test func leapSecondsAreTakenOutOfTransitions() throws {
    var builder = Builder()
    builder.leapSeconds = [(78_796_800, 1), (94_694_401, 2)]
    builder.types = [(0, 0), (3_600, 4)]
    builder.transitions = [(78_796_799, 1), (90_000_001, 0), (100_000_002, 1)]
    builder.footer = nil
    builder.version = 0
    let starts = try rules(builder).table.entries.dropFirst().map(\.start)
    #expect(starts == [78_796_799, 90_000_000, 100_000_000])
  }

  @Test func aFileThatCountsLeapSecondsHasTheInstantsOfItsTwin() throws {
    var plain = Builder()
    plain.types = [(0, 0), (3_600, 4)]
    plain.transitions = [
      (63_072_000, 1), (78_796_799, 0), (78_796_800, 1), (94_694_400, 0), (1_500_000_000, 1),
    ]
    plain.footer = "AAA0BBB,M3.5.0/1,M10.5.0"
    var right = plain
    // The leap seconds of June and December 1972 and, as right/ files count, of December 2016.
    right.leapSeconds = [(78_796_800, 1), (94_694_401, 2), (1_483_228_826, 27)]
    let counted: [Int64: Int64] = [78_796_800: 1, 94_694_400: 2, 1_500_000_000: 27]
    right.transitions = plain.transitions.map { ($0.second + (counted[$0.second] ?? 0), $0.type) }
    let (first, second) = (try rules(plain), try rules(right))
    #expect(first.table.entries.map(\.start) == second.table.entries.map(\.start))
    let cron = try CronExpression("0 30 0-2 ? * SUN")
    var now = Instant(milliseconds: 0)
    while now.milliseconds < 2_000_000_000_000 {
      let firing = try #require(cron.next(after: now, in: first))
      #expect(firing == cron.next(after: now, in: second))
      now = firing.instant
    }
  }

  @Test func transitionsOutsideEveryCalendarAreDropped() throws {
    var builder = Builder()
    builder.types = [(0, 0), (3_600, 4)]
    builder.transitions = [(.min, 1), (0, 0), (.max, 1)]
    let zone = try rules(builder)
    #expect(zone.offset(at: Instant(second: -1)) == 3_600)
    #expect(zone.offset(at: Instant(milliseconds: .max)) == 0)
    #expect(zone.table.entries.count == 2)
  }

  @Test(arguments: [
    "A", "AB3", "AAA", "AAA25", "AAA3:60", "AAA-3BBB", "AAA3BBB,M3.2.0", "AAA3BBB,M13.1.0,M1.1.0",
    "AAA3BBB,M3.6.0,M1.1.0", "AAA3BBB,M3.1.7,M1.1.0", "AAA3BBB,J0,J1", "AAA3BBB,366,1",
    "AAA3BBB,J1/168,J2", "AAA3BBB,J1,J2x", "<AAA3", "<A>3", "AAA3BBB,J1111,J2", "AAA3 ",
    "AAA3BBB,J1/,J2", "AAA3:", "AAA", "AAA+", "AAA3BBB,,",
  ])
  func footersThatAreNoRulesAreRefused(footer: String) {
    var builder = Builder()
    builder.footer = footer
    #expect(throws: TimeZoneFileError.self) { try rules(builder) }
  }

  @Test func brokenTablesAreRefusedWithTheirPlace() throws {
    var builder = Builder()
    builder.transitions = [(5, 0), (5, 0)]
    expectRefusal(builder.bytes, "transitions are not in order")
    builder.transitions = [(5, 1)]
    expectRefusal(builder.bytes, "there is no local type 1")
    builder.transitions = []
    builder.types = [(93_600, 0)]
    expectRefusal(builder.bytes, "an offset of 93600 s from UTC")
    builder.types = [(.min, 0)]
    expectRefusal(builder.bytes, "an offset of -2147483648 s from UTC")
    builder.types = [(0, 8)]
    expectRefusal(builder.bytes, "an abbreviation without an end")
    builder.types = []
    expectRefusal(builder.bytes, "0 local types")
    expectRefusal(Array("TZxf".utf8) + Builder().bytes.dropFirst(4), "no TZif")
    var unknown = Builder().bytes
    unknown[4] = 1
    expectRefusal(unknown, "unknown version 1")
    var huge = Builder().bytes
    for index in 20..<44 { huge[index] = 0xff }
    expectRefusal(huge, "local types")
  }

  private func expectRefusal(_ bytes: [UInt8], _ reason: String) {
    let error = #expect(throws: TimeZoneFileError.self) {
      try TimeZoneRules(name: "Test", compiled: bytes)
    }
    #expect(error?.reason.contains(reason) == true, "\(error.debugDescription)")
  }

  @Test(arguments: ["Europe/London", "America/Nuuk", "right/Europe/London"])
  func cutAndDamagedFilesNeverTrap(name: String) throws {
    guard let bytes = try? ZoneFiles.bytes(name) else { return }
    for length in stride(from: 0, to: bytes.count, by: 1 + bytes.count / 400) {
      #expect(throws: TimeZoneFileError.self) {
        try TimeZoneRules(name: name, compiled: Array(bytes[..<length]))
      }
    }
    let seed = UInt64.random(in: 0..<1_000_000)
    var generator = Xoshiro(seed: seed)
    print("damaged \(name): seed \(seed)")
    for _ in 0..<300 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        // Half of the damage goes where it hurts: the headers.
        let place = Int.random(
          in: 0..<(Bool.random(using: &generator) ? 44 : bytes.count), using: &generator)
        damaged[place] = UInt8.random(in: 0...255, using: &generator)
      }
      try useAll(of: damaged, &generator)
    }
  }

  /// Whatever such a file says, no question to it traps, and firings stay in order.
  private func useAll(of bytes: [UInt8], _ generator: inout Xoshiro) throws {
    guard let zone = try? TimeZoneRules(name: "Test", compiled: bytes) else { return }
    let cron = try CronExpression("0 0/30 1-3 * * ?")
    for _ in 0..<3 {
      var now = Instant(
        milliseconds: Int64.random(in: .min...(.max), using: &generator)
          >> Int64.random(in: 0..<40, using: &generator))
      _ = zone.resolve(zone.civil(at: now))
      for policy in [DaylightSaving.auto, DaylightSaving(gap: .run, overlap: .both)] {
        for _ in 0..<3 {
          guard let firing = cron.next(after: now, in: zone, daylightSaving: policy) else { break }
          #expect(firing.instant > now)
          now = firing.instant
        }
      }
    }
  }
}
