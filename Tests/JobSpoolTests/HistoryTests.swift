// events/, zone files, and where the spool is.

import Glibc
import JobCore
import LinuxIO
import Testing

@testable import JobSpool

@Suite struct EventLogTests {
  @Test func `each decision is one line that parses, in the file of its day`() throws {
    let fixture = try SpoolFixture()
    let before = try fixture.submit(
      "{\"id\":\"a\",\"name\":\"a name\",\"command\":[\"true\"],\"hold\":true}")
    let after = try fixture.apply(.release, to: "a")
    fixture.spool.append(HistoryEntry.entries(from: before, to: after))
    fixture.spool.append([])
    let day = try #require(try fixture.names("events").first)
    #expect(day == "\(Instant.now.rfc3339.prefix(10)).ndjson")
    let lines = try #require(try fixture.text(day, in: "events")).split(separator: "\n")
    let events = try lines.map { try JSON(parsing: Array($0.utf8)) }
    #expect(events.map { $0.object?["what"]?.string } == ["submitted", "held", "released"])
    #expect(events.allSatisfy { $0.object?["id"]?.string == "a" })
    #expect(events.allSatisfy { $0.object?["name"]?.string == "a name" })
  }

  @Test func `a line that was cut short spoils no other`() throws {
    let fixture = try SpoolFixture()
    let state = try fixture.submit(id: "a")
    let day = try #require(try fixture.names("events").first)
    let whole = try #require(try fixture.text(day, in: "events"))
    try fixture.put(String(whole.dropLast(20)), as: day, in: "events")
    fixture.spool.append(HistoryEntry.entries(from: nil, to: state))
    fixture.spool.append(HistoryEntry.entries(from: nil, to: state))
    let text = try #require(try fixture.text(day, in: "events"))
    #expect(text == whole.dropLast(20) + "\n" + whole + whole)
  }

  @Test func `only what a transition added is told`() throws {
    let fixture = try SpoolFixture()
    let before = try fixture.submit(id: "a")
    let after = try fixture.apply(.hold, to: "a")
    #expect(HistoryEntry.entries(from: before, to: after).map(\.decision.kind) == [.held])
    #expect(HistoryEntry.entries(from: after, to: after).isEmpty)
  }

  @Test func `a history that cannot be written stops nothing`() throws {
    let fixture = try SpoolFixture()
    let state = try fixture.submit(id: "a")
    try fixture.spool.events.makeDirectory("\(Instant.now.rfc3339.prefix(10)).ndjson")
    fixture.spool.append(HistoryEntry.entries(from: nil, to: state))
  }
}

@Suite struct ZoneFilesTests {
  /// What a process with these variables says: setenv is nothing for a process with threads.
  private func asked(_ arguments: [String], _ environment: [String]) throws -> String? {
    try Helper(arguments, environment: environment).end().lines.first
  }

  @Test func `zones are those of the system`() {
    let zones = ZoneFiles()
    #expect(zones.rules("UTC") != nil)
    #expect(zones.rules("Europe/Istanbul") != nil)
    #expect(zones.rules("Europe/Nowhere") == nil)
  }

  @Test(arguments: ["../../etc/passwd", "Europe/../UTC", "/etc/passwd", "", "Europe/", ".", ".."])
  func `a name that leads elsewhere is no zone`(name: String) {
    #expect(ZoneFiles().rules(name) == nil)
  }

  @Test func `TZDIR says where zones are`() throws {
    let scratch = try Scratch()
    let other = ["TZDIR=\(scratch.path)"]
    _ = try Directory(path: scratch.path).open("Broken", .createNew)
    #expect(try asked(["zone", "Europe/Istanbul"], []) == "known")
    #expect(try asked(["zone", "Europe/Istanbul"], other) == "unknown")
    #expect(try asked(["zone", "Broken"], other) == "unknown")
    #expect(try asked(["zone", "UTC"], other) == "known")
    withExtendedLifetime(scratch) {}
  }

  @Test func `TZ is the default zone if it names one`() throws {
    #expect(try asked(["default-zone"], ["TZ=Europe/Istanbul"]) == "Europe/Istanbul")
    #expect(try asked(["default-zone"], ["TZ=:Asia/Tokyo"]) == "Asia/Tokyo")
    let system = try #require(try asked(["default-zone"], []))
    #expect(ZoneFiles().rules(system) != nil)
    #expect(try asked(["default-zone"], ["TZ=EET-2EEST"]) == system)
  }

  @Test func `the spool is the option, else the variable, else the user's own`() throws {
    #expect(SpoolLocation.path(option: "/x") == "/x")
    #expect(try asked(["location"], ["JOBRUN_SPOOL=/y"]) == "/y")
    let own = CurrentProcess.user == 0 ? "/var/spool/jobrun" : "/h/.local/state/jobrun"
    #expect(try asked(["location"], ["JOBRUN_SPOOL=", "HOME=/h"]) == own)
  }
}
