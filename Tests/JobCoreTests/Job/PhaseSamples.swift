// One job in each phase, reached by real transitions: what the golden table and the sample state
// files are made of.

@testable import JobCore

/// Jobs in every phase on Monday, 2 March 2026; hourly ones fire on the hour.
enum PhaseSamples {
  private static let hourly = #""quartzDef":"0 0 * * * ?","retryCount":1"#

  private static let files =
    #""fileTrigger":{"directory":"/in","pattern":".*","moveTo":"/done"},"retryCount":1"#
  private static let csv = TriggerFile(path: "/in/a.csv", inode: 12, modified: 1_000)

  static func all() throws -> [(name: String, life: Life)] {
    var samples: [(String, Life)] = []
    func add(_ name: String, _ members: String, _ live: (inout Life) throws -> Void) throws {
      var life = try Life(members, at: "10:30")
      try live(&life)
      samples.append((name, life))
    }
    func begin(_ life: inout Life) throws {
      try life.apply(.due, at: "11:00")
      try life.start()
    }
    try add("held", hourly) { try $0.apply(.hold) }
    try add("held with a run", "") { try $0.apply(.hold) }
    try add("waiting", hourly) { _ in }
    try add("waiting, due", hourly) { $0.now = try Life.instant("11:00") }
    try add("waiting, one-shot", #""startDate":"2026-03-02T12:00:00Z""#) { _ in }
    let child = #""after":["build","test:any"]"#
    try add("waiting for others", child) { _ in }
    try add("waiting for others, hourly", hourly + "," + child) { _ in }
    try add("waiting for one more", child) {
      try $0.apply(.parents(["build": .there(number: 7, name: "build", phase: .succeeded)]))
    }
    try add("held, after others", child) { try $0.apply(.hold) }
    try add("failed, as another failed", child) {
      try $0.apply(
        .parents(["build": .there(number: 7, name: "build", phase: .expired(reason: "over"))]))
    }
    try add("queued", hourly) { try $0.apply(.due, at: "11:00") }
    try add("queued, one-shot", "") { _ in }
    try add("starting", hourly) {
      try $0.apply(.due, at: "11:00")
      try $0.apply(.launch)
    }
    try add("running", hourly, begin)
    try add("running, one-shot", "") { try $0.start() }
    try add("running, to be cancelled", hourly) {
      try begin(&$0)
      try $0.apply($0.cancel())
    }
    try add("running, run to be cancelled", hourly) {
      try begin(&$0)
      try $0.apply($0.cancel(onlyRun: true))
    }
    try add("running, to be held", hourly) {
      try begin(&$0)
      try $0.apply(.hold)
    }
    try add("running, last attempt", hourly) {
      try begin(&$0)
      try $0.end(.exited(code: 1))
      try $0.apply(.due, at: "11:00:10")
      try $0.start()
    }
    try add("backoff", hourly) {
      try begin(&$0)
      try $0.end(.exited(code: 1))
    }
    try add("backoff, due", hourly) {
      try begin(&$0)
      try $0.end(.exited(code: 1), at: "11:05")
      $0.now = try Life.instant("11:05:10")
    }
    func come(_ life: inout Life) throws {
      try life.apply(.files(FilesSeen(next: csv)), at: "11:00")
    }
    try add("held, for files", files) { try $0.apply(.hold) }
    try add("waiting for files", files) { _ in }
    try add("waiting for files, blocked", files) {
      try $0.apply(.files(FilesSeen(trouble: "/in: No such file or directory")))
    }
    try add("queued for a file", files, come)
    try add("running for a file", files) {
      try come(&$0)
      try $0.apply(.fetched(.moved(to: "/done/a.csv")))
      try $0.start()
    }
    try add("backoff for a file", files) {
      try come(&$0)
      try $0.apply(.fetched(.failed(reason: "it cannot be moved")))
    }
    try add("succeeded", "") { try $0.run() }
    try add("failed", "") { try $0.run(.lost(reason: "reboot")) }
    try add("cancelled", hourly) { try $0.apply($0.cancel()) }
    try add("expired", hourly + #","endDate":"2026-03-02T10:00:00Z""#) { _ in }
    return samples
  }

  /// Every kind of event, for a job where it stands.
  static func events(for life: Life) throws -> [(name: String, event: JobEvent)] {
    let other = Attempt(run: 77, scheduledAt: life.now, origin: .schedule)
    let foreign = Outcome(.exited(code: 0), of: other, startedAt: nil, endedAt: life.now)
    let build = ParentSight.there(number: 7, name: "build", phase: .succeeded)
    let test = ParentSight.there(number: 8, name: "test", phase: .failed(reason: "exit 1"))
    let running = ParentSight.there(number: 7, name: "build", phase: .running(other))
    return [
      ("due", .due), ("launch", .launch), ("supervised", .supervised),
      ("ended, success", life.ending()), ("ended, failure", life.ending(.exited(code: 1))),
      ("ended, cancelled", life.ending(.cancelled(reason: "enough"))),
      ("ended, another attempt", .ended(ExitRecord(foreign))),
      ("cancel", life.cancel()), ("cancel --run", life.cancel(onlyRun: true)),
      ("parents, both", .parents(["build": build, "test": test])),
      ("parents, failed", .parents(["build": test])),
      ("parents, gone", .parents(["build": .gone(reason: "there is no such job")])),
      ("parents, running", .parents(["build": running])),
      ("redefine, half past", try life.redefining(#""quartzDef":"0 30 * * * ?""#)),
      ("redefine, no schedule", try life.redefining("")),
      ("redefine, hold", try life.redefining(hourly + #","hold":true"#)),
      ("redefine, after another", try life.redefining(hourly + #","after":"build""#)),
      ("files, one", .files(FilesSeen(next: TriggerFile(path: "/in/b", inode: 7, modified: 5)))),
      ("files, none", .files(FilesSeen())),
      ("files, trouble", .files(FilesSeen(trouble: "/in: Permission denied"))),
      ("fetched, moved", .fetched(.moved(to: "/done/a.csv"))),
      ("fetched, gone", .fetched(.gone(reason: "it is gone"))),
      ("fetched, failed", .fetched(.failed(reason: "it cannot be moved"))),
      ("retire", .retire(reason: "replaced")),
      ("rerun", .rerun), ("hold", .hold), ("release", .release),
    ]
  }
}

extension FilesSeen {
  /// What somebody has seen.
  init(
    next: TriggerFile? = nil, gone: Set<FileDigest> = [], unnameable: [FileDigest: String] = [:],
    trouble: String? = nil
  ) {
    self.init()
    self.next = next
    self.gone = gone
    self.unnameable = unnameable
    self.trouble = trouble
  }
}
