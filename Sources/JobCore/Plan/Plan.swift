// A provisioned plan: the one file from which its models and its live jobs are derived.

/// A plan as it stands in plans/.
public struct Plan: Hashable, Sendable {
  public let name: String
  /// An id of this version of the plan; those of its live jobs follow from it.
  public let generation: String
  public let provisionedAt: Instant
  public let provisionedBy: String?
  public let jobs: [PlanJob]
  /// The plan is to go, once its jobs have been told.
  public let isRemoved: Bool
  /// Ids of live jobs of earlier versions, which are to end.
  public var retiring: [String]
  /// Its live jobs have been submitted and those of earlier versions told to end.
  public var isSettled: Bool

  /// Reads a plan that somebody provisions: `{"jobs": [...]}`, an array of jobs, or the typed
  /// form of the original's dashboard.
  /// - Throws: the first fault, with its place: a plan is taken whole or not at all.
  public init(
    provisioning body: JSON, generation: String, at now: Instant, by who: String?
  ) throws(DocumentError) {
    let plain = body.isTyped ? try body.untyped("") : body
    let list: JSON =
      if case .array = plain { ["jobs": plain] } else { plain }
    guard let entries = try LenientFields(list, "").objects("jobs"), !entries.isEmpty else {
      throw DocumentError("jobs", "a plan has at least one job; to remove it, say so")
    }
    guard let name = try entries[0].text("contextName") else {
      throw DocumentError(entries[0].field("contextName"), "it is missing: which plan is it?")
    }
    if let objection = Plan.objection(toName: name) {
      throw DocumentError(entries[0].field("contextName"), objection)
    }
    var jobs: [PlanJob] = []
    for entry in entries {
      let own = try entry.text("contextName")
      guard own == nil || own == name else {
        throw DocumentError(
          entry.field("contextName"), "\"\(own ?? "")\" is another plan than \"\(name)\" before it")
      }
      let job = try PlanJob(entry)
      if jobs.contains(where: { $0.name == job.name && $0.kind == job.kind }) {
        throw DocumentError(
          entry.field("jobName"), "there are two \(job.kind.rawValue) jobs \"\(job.name)\"")
      }
      jobs.append(job)
    }
    self.name = name
    self.generation = generation
    self.jobs = jobs
    provisionedAt = now
    provisionedBy = who
    isRemoved = false
    retiring = []
    isSettled = false
  }

  /// The last version of a plan: one without jobs.
  public init(removing name: String, generation: String, at now: Instant, by who: String?) {
    self.name = name
    self.generation = generation
    jobs = []
    provisionedAt = now
    provisionedBy = who
    isRemoved = true
    retiring = []
    isSettled = false
  }

  /// The job of a name that somebody can ask to run.
  public func command(_ name: String) -> PlanJob? {
    jobs.first { $0.kind == .command && $0.name == name }
  }

  /// Jobs that wait for an instant or a file by themselves, with their ids.
  public var liveJobs: [(id: String, job: PlanJob)] {
    jobs.enumerated().compactMap { index, job in
      guard job.kind != .command, job.startup != .disabled else { return nil }
      return (JobIdentifier.derived(from: generation, line: index + 1), job)
    }
  }

  // MARK: The record

  /// For what is provisioned: 16 MiB, the contracts' limit of a body.
  public static let limits = JSONLimits(depth: 64, bytes: 16 << 20)
  /// Longest file of a plan, in bytes: the longest body of a request fits, and what is added.
  public static let longestFile = 32 << 20

  /// The bytes of plans/<name>.json.
  public var bytes: [UInt8] {
    var members: JSONObject = [
      "format": 1, "name": .string(name), "generation": .string(generation),
      "provisionedAt": .string(provisionedAt.rfc3339),
      "jobs": .array(jobs.map { .object($0.source) }),
      "settled": .bool(isSettled),
    ]
    members["provisionedBy"] = provisionedBy.map { .string($0) }
    if isRemoved { members["removed"] = true }
    if !retiring.isEmpty { members["retiring"] = .array(retiring.map { .string($0) }) }
    return JSON.object(members).serialized()
  }

  /// Reads the record back.
  public init(parsing bytes: [UInt8]) throws(RecordError) {
    let json = try JSON(record: bytes, limit: Plan.longestFile)
    let fields = try RecordFields(json, "")
    guard try fields.integer("format") == 1 else {
      throw RecordError("format", "a newer jobrun has written it")
    }
    name = try fields.text("name")
    generation = try fields.text("generation")
    provisionedAt = try fields.instant("provisionedAt")
    provisionedBy = try fields.optionalText("provisionedBy")
    isRemoved = try fields.optionalFlag("removed") ?? false
    isSettled = try fields.optionalFlag("settled") ?? false
    retiring = fields.members["retiring"] == nil ? [] : try fields.texts("retiring")
    for id in retiring where !JobIdentifier.isValid(id) {
      throw RecordError("retiring", "\"\(id)\" is no id")
    }
    if let objection = Plan.objection(toName: name) { throw RecordError("name", objection) }
    do throws(DocumentError) {
      jobs = try (LenientFields(json, "").objects("jobs") ?? []).map(PlanJob.init)
    } catch {
      throw RecordError(error.field, error.reason)
    }
  }
}
