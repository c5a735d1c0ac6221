// One round of chores over a spool that needs all of them.

import Foundation
import JobCore
import JobSpool
import LinuxIO
import Testing

@testable import JobDaemon

@Suite struct HousekeepingTests {
  let path: String
  let spool: Spool

  init() throws {
    let random = try Randomness.bytes(8).map { String($0, radix: 16) }.joined()
    path = "/tmp/jobrun-chores-\(random)"
    spool = try Spool(path: path)
  }

  private func put(_ text: String, _ name: String, daysOld: Int64 = 0) throws {
    let parts = name.split(separator: "/").map(String.init)
    let file = try Directory(path: "\(path)/\(parts[0])").open(parts[1], .updateOrCreate)
    try file.write(Array(text.utf8), at: 0)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: Double(-daysOld) * 86_400)],
      ofItemAtPath: "\(path)/\(name)")
  }

  private func names(_ place: String) throws -> [String] {
    try Directory(path: "\(path)/\(place)").names().sorted()
  }

  private func finish(_ id: String) throws {
    let context = spool.documentContext(
      zones: ZoneFiles(), timeZone: "UTC", workingDirectory: "/", umask: 0o077)
    let document = try JobDocument(
      JSON(parsing: "{\"id\":\"\(id)\",\"command\":[\"true\"],\"purgeDays\":1}"), in: context)
    _ = try spool.submit([NewJob(document)], at: .now)
    let cancel = CancelRequest(at: .now, reason: "test")
    _ = try spool.apply(.cancel(cancel), to: id, zones: ZoneFiles(), at: .now)
  }

  @Test func doesAllOfThemInSlices() throws {
    defer { _ = try? Directory(path: "/tmp").removeTree(String(path.dropFirst(5))) }
    for number in 0..<120 { try finish("old-\(number)") }
    try put("{", "done/bad.json")
    try put("x", "done/README")
    try put("x", "tmp/old", daysOld: 2)
    try put("{}", "events/2020-01-01.ndjson")
    try put("x", "corrupt/y")
    try put("why", "corrupt/y.why", daysOld: 91)
    try Directory(path: "\(path)/runs").makeDirectory("nobody")
    var chores = Housekeeping()
    let later = Instant.now + .seconds(2 * 86_400)
    var steps = 0
    repeat {
      try chores.step(spool, Log(), at: later, isKept: { _ in false })
      steps += 1
    } while chores.hasMore && steps < 10_000
    #expect(steps > 4)
    #expect(try names("done").isEmpty && names("runs").isEmpty && names("tmp").isEmpty)
    #expect(try names("corrupt") == ["README", "README.why", "bad.json", "bad.json.why"])
    #expect(try !names("events").contains("2020-01-01.ndjson"))
  }
}
