// What no hint has told of is found by a look at all names, and nothing else is.

import JobCore
import JobSpool
import LinuxIO
import Testing

@testable import JobDaemon

@Suite final class RescanTests {
  let folder: Folder
  let spool: Spool
  let jobs: Directory

  init() throws {
    folder = try Folder()
    spool = try Spool(path: folder.path + "/spool")
    jobs = try Directory(path: folder.path + "/spool/jobs")
  }

  private func state(_ id: String) -> JobState {
    let spec = JobSpec(
      command: .program(["true"]), name: "job", workingDirectory: "/", umask: 0, timeZone: "UTC")
    return JobState.submitted(
      id: id, number: 1, spec: spec, schedule: Schedule(spec, zone: .utc), at: .now)
  }

  private func put(_ name: String) throws { _ = try jobs.open(name, .createNew) }

  private func finish(
    _ rescan: inout Rescan, _ table: inout JobTable
  ) throws(SpoolError) -> Rescan.Found {
    var all = Rescan.Found()
    while rescan.isUnderWay {
      let found = try rescan.step(&table)
      all.ids += found.ids
      all.strange += found.strange
    }
    return all
  }

  @Test func whatIsInOnePlaceOnlyIsFoundEachTime() throws {
    var table = JobTable()
    for id in ["both", "gone"] { table.register(state(id), now: .now) }
    for name in ["both.json", "new.json", "odd"] { try put(name) }
    var rescan = Rescan()
    // A daemon makes as many in a day.
    for _ in 0..<300 {
      try rescan.begin(spool, &table)
      let found = try finish(&rescan, &table)
      #expect(found.ids.sorted() == ["gone", "new"])
      #expect(found.strange.map(\.path) == ["jobs/odd"])
    }
  }

  @Test func whatComesAndGoesMeanwhileIsNotTakenForMissing() throws {
    var table = JobTable()
    for id in ["stays", "ends", "changes"] {
      table.register(state(id), now: .now)
      try put("\(id).json")
    }
    var rescan = Rescan()
    try rescan.begin(spool, &table)
    table.register(state("born"), now: .now)
    table.register(state("changes"), now: .now)
    table.forget("ends")
    try jobs.remove("ends.json")
    let found = try finish(&rescan, &table).ids
    #expect(found.allSatisfy { $0 == "ends" })
    table.forget("born")
    try rescan.begin(spool, &table)
    let again = try finish(&rescan, &table).ids
    #expect(again.isEmpty)
  }

  @Test func aLookThatBeginsAnewForgetsTheOldOne() throws {
    var table = JobTable()
    table.register(state("both"), now: .now)
    try put("both.json")
    var rescan = Rescan()
    try rescan.begin(spool, &table)
    let isKnown = table.mark("both")
    #expect(isKnown)
    try rescan.begin(spool, &table)
    try jobs.remove("both.json")
    let found = try finish(&rescan, &table).ids
    #expect(found.allSatisfy { $0 == "both" })
    try rescan.begin(spool, &table)
    let again = try finish(&rescan, &table).ids
    #expect(again == ["both"])
  }
}
