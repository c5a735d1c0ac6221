import Foundation
import Testing

@testable import JobCore

@Suite struct TimeZoneRulesTests {
  /// Prints, for each distinct zone file, its names and every change of offset or abbreviation
  /// from 1970 to 2100 as `second offset abbreviation`. Steps of 600,000 s are just
  /// shorter than the shortest span (a week in Gaza in 2072); a span they missed would show as a
  /// transition of ours that is not there.
  private static let python = #"""
    import os, sys, zoneinfo, datetime
    root = sys.argv[1]
    files = {}
    for folder, folders, names in os.walk(root):
        if folder == root:
            folders[:] = [f for f in folders if f not in ('posix', 'right')]
        for name in names:
            path = os.path.join(folder, name)
            try:
                data = open(path, 'rb').read()
            except OSError:
                continue
            if data[:4] == b'TZif':
                files.setdefault(data, []).append(os.path.relpath(path, root))
    utc, stamp = datetime.timezone.utc, datetime.datetime.fromtimestamp
    for data, names in files.items():
        import io
        zone = zoneinfo.ZoneInfo.from_file(io.BytesIO(data))
        def at(t):
            moment = stamp(t, zone)
            offset = moment.utcoffset()
            return offset.days * 86400 + offset.seconds, moment.tzname()
        step, t, state = 600000, 0, at(0)
        out = ['0 %d %s' % state]
        while t < 4102444800:
            after = at(t + step)
            if after != state:
                low, high = t, t + step
                while high - low > 1:
                    middle = (low + high) // 2
                    if at(middle) == state: low = middle
                    else: high = middle
                t, state = high, at(high)
                out.append('%d %d %s' % (t, *state))
            else:
                t += step
        print(','.join(names), ';'.join(out), sep='\t')
    """#

  @Test func everyTransitionOfEveryZoneFrom1970To2100IsPythons() throws {
    guard let python = Programs.path(of: "python3"),
      let output = try Programs.output(of: python, ["-c", Self.python, ZoneFiles.directory])
    else {
      print("python3 with zoneinfo is not here: zones not compared")
      return
    }
    let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
    #expect(lines.count > 100)
    for line in lines {
      let columns = line.split(separator: "\t")
      let names = columns[0].split(separator: ",").map(String.init)
      let rules = try ZoneFiles.rules(names[0])
      let expected = columns[1].split(separator: ";").map { change in
        let words = change.split(separator: " ", maxSplits: 2)
        return Change(second: Int(words[0]) ?? 0, offset: Int(words[1]) ?? 0, name: "\(words[2])")
      }
      let ours = changes(of: rules.table, from: 0, to: 4_102_444_800)
      #expect(ours == expected, "\(names)")
      expectOffsets(of: rules, around: expected)
    }
  }

  /// What callers see one second before, at and after each change.
  private func expectOffsets(of rules: TimeZoneRules, around changes: [Change]) {
    var wrong: [String] = []
    for (before, change) in zip(changes, changes.dropFirst()) {
      for (second, state) in [(-1, before), (0, change), (1, change)] {
        let instant = Instant(second: change.second + second)
        let wall = instant.milliseconds + Int64(state.offset) * 1_000
        if rules.offset(at: instant) != state.offset
          || rules.abbreviation(at: instant) != state.name
          || rules.civil(at: instant).millisecondsSinceEpochAsUTC != wall
        {
          wrong.append(instant.rfc3339)
        }
      }
    }
    #expect(wrong == [], "\(rules.name)")
  }

  private struct Change: Equatable {
    var second: Int
    var offset: Int
    var name: String
  }

  /// The changes that can be seen from outside, in Python's terms.
  private func changes(of table: ZoneTable, from start: Int, to end: Int) -> [Change] {
    var all: [Change] = []
    for index in table.index(at: start)..<table.entries.count {
      let entry = table.entries[index]
      guard entry.start < end else { break }
      let change = Change(
        second: max(entry.start, start), offset: Int(entry.offset),
        name: table.abbreviations[Int(entry.abbreviation)])
      if let last = all.last, last.offset == change.offset, last.name == change.name { continue }
      all.append(change)
    }
    return all
  }

  @Test func everyZoneThatCountsLeapSecondsGivesTheSameInstants() throws {
    // Files of right/ go on as the plain ones do, but may end where the list of leap seconds that
    // they were made with expires.
    let end = 1_735_689_600
    var compared = 0
    for name in try ZoneFiles.names(in: "right") {
      guard let bytes = try? ZoneFiles.bytes("right/\(name)"),
        let plain = try? ZoneFiles.rules(name)
      else {
        print("not both right/\(name) and \(name) are here: not compared")
        continue
      }
      let right = try TimeZoneRules(name: name, compiled: bytes)
      compared += 1
      #expect(
        changes(of: right.table, from: 0, to: end) == changes(of: plain.table, from: 0, to: end),
        "\(name)")
    }
    print("\(compared) zones with leap seconds compared")
  }

  @Test(arguments: ["Europe/London", "America/Nuuk", "Australia/Lord_Howe", "America/Sao_Paulo"])
  func theRuleGoesOnUnchangedAfterTheTable(name: String) throws {
    // The Gregorian calendar repeats every 400 years, weekdays included.
    let cycle = Int64(Gregorian.daysPer400Years * Gregorian.secondsPerDay) * 1_000
    let rules = try ZoneFiles.rules(name)
    var generator = Xoshiro(seed: 400)
    for _ in 0..<2_000 {
      let inTable = Instant(
        milliseconds: .random(in: 4_102_444_800_000..<7_258_118_400_000, using: &generator))
      let later = Instant(milliseconds: inTable.milliseconds + cycle * 7)
      #expect(rules.offset(at: later) == rules.offset(at: inTable))
      #expect(rules.abbreviation(at: later) == rules.abbreviation(at: inTable))
    }
  }

  @Test func civilTimesResolveToTheInstantsThatShowThem() throws {
    var generator = Xoshiro(seed: 7)
    for name in ["Europe/London", "Pacific/Apia", "Australia/Lord_Howe", "Antarctica/Troll"] {
      let rules = try ZoneFiles.rules(name)
      for entry in rules.table.entries.dropFirst() {
        let near =
          Int64(entry.start) * 1_000 + .random(in: -9_000_000...9_000_000, using: &generator)
        let instant = Instant(milliseconds: near)
        switch rules.resolve(rules.civil(at: instant)) {
        case .unique(let found):
          #expect(found == instant)
        case .overlap(let first, let second):
          #expect(first < second)
          #expect(instant == first || instant == second)
          #expect(rules.civil(at: first) == rules.civil(at: second))
        case .gap:
          Issue.record("\(name) shows \(instant.rfc3339), but resolves to a gap")
        }
      }
    }
  }

  @Test func aMissingTimeResolvesToTheFirstInstantAfterTheGap() throws {
    let apia = try ZoneFiles.rules("Pacific/Apia")
    let missing = try CivilTime(parsing: "2011-12-30 12:34:56.789")
    let after = try #require(Instant(rfc3339: "2011-12-30T10:00:00Z"))
    #expect(apia.resolve(missing) == .gap(firstInstantAfter: after))
  }

  @Test func aDoubledTimeResolvesToBothInstants() throws {
    let london = try ZoneFiles.rules("Europe/London")
    let doubled = try CivilTime(parsing: "2026-10-25 01:30:00.250")
    let first = try #require(Instant(rfc3339: "2026-10-25T00:30:00.250Z"))
    #expect(london.resolve(doubled) == .overlap(first: first, second: first + .seconds(3_600)))
  }

  @Test func localMeanTimeHasItsOddSeconds() throws {
    let newYork = try ZoneFiles.rules("America/New_York")
    let before = try #require(Instant(rfc3339: "1880-01-01T00:00:00Z"))
    #expect(newYork.offset(at: before) == -17_762)
    #expect(newYork.abbreviation(at: before) == "LMT")
  }

  @Test func utcNeedsNoFile() {
    let instant = Instant(milliseconds: 1)
    #expect(TimeZoneRules.utc.offset(at: instant) == 0)
    #expect(TimeZoneRules.utc.abbreviation(at: instant) == "UTC")
    #expect(TimeZoneRules.utc.civil(at: instant).millisecond == 1)
  }

  @Test func theEndsOfTimeDoNotTrap() throws {
    for name in ["Europe/London", "Asia/Tokyo", "America/Nuuk"] {
      let rules = try ZoneFiles.rules(name)
      for edge in [Int64.min, .min + 1, .max - 1, .max] {
        let instant = Instant(milliseconds: edge)
        _ = rules.offset(at: instant)
        _ = rules.resolve(rules.civil(at: instant))
        #expect(!rules.abbreviation(at: instant).isEmpty)
      }
    }
  }

  @Test(arguments: [
    ("Europe/London", true), ("UTC", true), ("Etc/GMT+1", true), ("GMT-0", true),
    ("America/Argentina/Buenos_Aires", true), ("a.b", true),
    ("", false), ("/", false), ("/UTC", false), ("UTC/", false), ("a//b", false), ("..", false),
    ("a/../b", false), ("a..b", false), ("Europe London", false), ("Zürich", false),
    ("a\0b", false), (String(repeating: "a", count: 255), true),
    (String(repeating: "a", count: 256), false),
  ])
  func namesAreSafeToLookUp(name: String, valid: Bool) {
    #expect(TimeZoneRules.isValidName(name) == valid)
  }
}
