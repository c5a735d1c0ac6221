// Reading plans in tests.

@testable import JobCore

enum Plans {
  static let now = Instant(milliseconds: 1_795_255_200_000)  // 2026-11-21T10:00:00Z, a Saturday
  static let generation = "0195d000-0000-7000-8000-000000000000"

  static func plan(_ text: String) throws -> Plan {
    try Plan(
      provisioning: JSON(parsing: Array(text.utf8)), generation: generation, at: now, by: "ann")
  }

  /// A plan "billing" of jobs that are given as members.
  static func plan(jobs: String...) throws -> Plan {
    try plan("[\(jobs.map { "{\"contextName\":\"billing\",\($0)}" }.joined(separator: ","))]")
  }

  /// What a plan is refused with, when it is read or when it is checked; nil if it is not.
  static func fault(_ text: String) throws -> String? {
    do {
      try plan(text).check(in: Documents.context())
      return nil
    } catch let error as DocumentError {
      return error.message
    }
  }

  /// The specification of the only live job.
  static func live(_ plan: Plan) throws -> JobSpec {
    let (id, job) = plan.liveJobs[0]
    return try plan.document(of: job, id: id, in: Documents.context()).spec
  }

  /// The specification of a run that an event asks for.
  static func run(
    _ plan: Plan, _ event: String, seed: UInt64 = 1, at now: Instant = now
  ) throws -> JobSpec {
    let initiation = try Initiation(JSON(parsing: Array(event.utf8)))
    guard let job = plan.command(initiation.job) else {
      throw DocumentError("jobName", "the test's plan has no such command")
    }
    var random = Xoshiro(seed: seed)
    let members = try initiation.document(
      of: job, in: plan, at: now, zone: .utc, random: &random)
    return try JobDocument(.object(members), in: Documents.context()).spec
  }
}
