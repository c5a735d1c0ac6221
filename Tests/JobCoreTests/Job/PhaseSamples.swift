// One job in each phase, reached by real transitions: what the golden table and the sample state
// files are made of.

@testable import JobCore

/// Jobs in every phase on Monday, 2 March 2026; hourly ones fire on the hour.
enum PhaseSamples {
  private static let hourly = #""quartzDef":"0 0 * * * ?","retryCount":1"#

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
    try add("succeeded", "") { try $0.run() }
    try add("failed", "") { try $0.run(.lost(reason: "reboot")) }
    try add("cancelled", hourly) { try $0.apply($0.cancel()) }
    try add("expired", hourly + #","endDate":"2026-03-02T10:00:00Z""#) { _ in }
    return samples
  }

  /// Every kind of event, for a job where it stands.
  static func events(for life: Life) -> [(name: String, event: JobEvent)] {
    let other = Attempt(run: 77, scheduledAt: life.now, origin: .schedule)
    let foreign = Outcome(.exited(code: 0), of: other, startedAt: nil, endedAt: life.now)
    return [
      ("due", .due), ("launch", .launch), ("supervised", .supervised),
      ("ended, success", life.ending()), ("ended, failure", life.ending(.exited(code: 1))),
      ("ended, cancelled", life.ending(.cancelled(reason: "enough"))),
      ("ended, another attempt", .ended(ExitRecord(foreign))),
      ("cancel", life.cancel()), ("cancel --run", life.cancel(onlyRun: true)),
      ("retire", .retire(reason: "replaced")), ("rerun", .rerun), ("hold", .hold),
      ("release", .release),
    ]
  }
}
