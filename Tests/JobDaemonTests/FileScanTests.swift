// One look for files: what is found, what is passed over, and that it can be cut in slices.

import Foundation
import Glibc
import JobCore
import LinuxIO
import Testing

@testable import JobDaemon

@Suite struct FileScanTests {
  private let folder: Folder
  init() throws { folder = try Folder() }

  private func trigger(_ pattern: String = ".*", _ members: String = "") throws -> FileTrigger {
    let json = try JSON(
      parsing: Array(
        (#"{"command":"true","fileTrigger":{"directory":"\#(folder.path)","#
          + #""pattern":"\#(pattern)"\#(members)}}"#).utf8))
    let context = DocumentContext(
      workingDirectory: folder.path, umask: 0, timeZone: "UTC", model: { _ in nil },
      modelNames: { [] }, zone: { _ in .utc })
    return try #require(try JobDocument(json, in: context).spec.fileTrigger)
  }

  private func scan(
    _ trigger: FileTrigger, known: Set<FileDigest> = []
  ) throws -> FileScan.Findings {
    let scan = FileScan(
      trigger, try NamePattern(trigger.expression), known: known, at: .now, watch: { _ in nil })
    #expect(scan.step(for: 60_000))
    return scan.findings
  }

  private func found(_ trigger: FileTrigger) throws -> [String] {
    try scan(trigger).files.map { String($0.path.dropFirst(folder.path.count + 1)) }
  }

  @Test func findsTheOldestFirstThenByName() throws {
    try folder.put("young")
    try folder.put("old", age: 100)
    try folder.put("b", age: 50)
    for name in ["same-2", "same-1"] {
      try folder.put(name)
      folder.setDate(of: name, to: 1_000_000_000)
    }
    #expect(try found(trigger()) == ["same-1", "same-2", "old", "b", "young"])
  }

  @Test func findsRegularFilesWhoseWholeNameMatches() throws {
    for name in ["a.csv", "a.csvx", "xa.csv", "acsv", "ä.csv"] { try folder.put(name) }
    try folder.make("b.csv")
    try folder.link("c.csv", to: "a.csv")
    mkfifo("\(folder.path)/d.csv", 0o600)
    #expect(try found(trigger(#"a\\.csv"#)) == ["a.csv"])
    #expect(try found(trigger(#"(a|ä)\\.csv"#)).sorted() == ["a.csv", "ä.csv"])
  }

  @Test func walksAsDeepAsItIsTold() throws {
    try folder.make("one/two/three")
    for path in ["f", "one/f", "one/two/f", "one/two/three/f"] { try folder.put(path) }
    try folder.link("link", to: "one")
    #expect(try found(trigger()) == ["f"])
    #expect(try found(trigger("f", #","depth":3"#)).sorted() == ["f", "one/f", "one/two/f"])
    #expect(try found(trigger("f", #","depth":16"#)).count == 4)
    // What was moved does not come again, whatever the path it is named by.
    try folder.link("done", to: "one/two")
    #expect(
      try found(trigger("f", #","depth":16,"moveTo":"done""#)).sorted() == ["f", "one/f"])
  }

  @Test func leavesYoungFilesForLater() throws {
    try folder.put("young", age: 10)
    try folder.put("old", age: 61)
    let findings = try scan(trigger(".*", #","minAge":"1m""#))
    #expect(findings.files.map(\.name) == ["old"])
    let wait = try #require(findings.youngUntil) - .now
    #expect(wait > .seconds(40) && wait <= .seconds(50))
  }

  @Test func tellsWhatIsKnownAndWhatIsGone() throws {
    try folder.put("a", age: 3)
    try folder.put("b", age: 2)
    let first = try scan(trigger())
    let known = Set(first.files.map(\.digest))
    #expect(known.count == 2)
    #expect(try scan(trigger(), known: known).files.isEmpty)
    #expect(try scan(trigger(), known: known).gone.isEmpty)
    try folder.remove("a")
    folder.setAge(of: "b", to: 1)
    let second = try scan(trigger(), known: known)
    #expect(second.gone == known && second.files.map(\.name) == ["b"])
  }

  @Test func forgetsNothingThatItCannotSee() throws {
    try folder.make("in")
    try folder.put("in/a")
    let deep = try trigger(".*", #","depth":2"#)
    let known = Set(try scan(deep).files.map(\.digest))
    let missing = try trigger(".*", #","depth":2"#)
    try FileManager.default.moveItem(atPath: folder.path, toPath: folder.path + "-away")
    defer { try? FileManager.default.moveItem(atPath: folder.path + "-away", toPath: folder.path) }
    let findings = try scan(missing, known: known)
    #expect(findings.gone.isEmpty)
    #expect(findings.trouble == "\(folder.path): No such file or directory")
  }

  @Test func passesOverNamesThatAreNotUTF8() throws {
    folder.put(bytes: [0x61, 0xFF])
    folder.put(bytes: [0x62, 0xFE])
    try folder.put("a")
    let findings = try scan(trigger("a.*"))
    #expect(findings.files.map(\.name) == ["a"])
    #expect(Array(findings.unnameable.values) == ["\(folder.path)/a\u{FFFD}"])
    let known = Set(findings.unnameable.keys)
    let second = try scan(trigger("a.*"), known: known)
    #expect(second.unnameable.isEmpty && second.gone.isEmpty)
  }

  @Test func findsSomeOfManyAndTakesPauses() throws {
    for number in 0..<2500 { try folder.put("f\(number)", "", age: number) }
    let trigger = try trigger()
    let scan = FileScan(
      trigger, try NamePattern(trigger.expression), known: [], at: .now, watch: { _ in nil })
    var slices = 1
    // A slice of no time at all ends at the first look at the clock.
    while !scan.step(for: 0) { slices += 1 }
    #expect(slices > 20)
    #expect(scan.findings.files.count == 1000 && scan.findings.files.first?.name == "f2499")
    #expect(scan.findings.files.last?.name == "f1500")
  }

  @Test func refusesToLookWhereItMovesTo() throws {
    try folder.link("done", to: ".")
    let findings = try scan(trigger(".*", #","moveTo":"done""#))
    #expect(findings.trouble == "\(folder.path): it is the directory moveTo itself")
  }

  @Test func datesOutOfReckoningAreDates() throws {
    try folder.put("far")
    folder.setDate(of: "far", to: .max / 2)
    #expect(try found(trigger()) == ["far"])
    #expect(try found(trigger(".*", #","minAge":1"#)) == [])
  }
}
