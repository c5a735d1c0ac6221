// What ties a job to a plan (contracts, seeds 000 and 001): its key `plan`.

/// The place of a job in a plan.
public struct PlanReference: Hashable, Sendable {
  /// What makes the job's runs begin.
  public enum Kind: String, CaseIterable, Sendable {
    /// Somebody asks for a run of a command.
    case command
    /// An instant comes.
    case schedule
    /// A file comes.
    case file
  }

  /// What takes the place of the job's command in a run.
  public enum Instead: String, CaseIterable, Sendable {
    /// Nothing, because the job or the run is to be skipped.
    case skipped
    /// Something that only waits, and ends as was drawn.
    case dryRun
    /// Nothing, because today is none of its daysOfWeekToRun.
    case otherDay
  }

  /// The plan's name, `contextName` in the contracts.
  public let plan: String
  /// The job's name in the plan.
  public let job: String
  public let kind: Kind
  /// The agent that the plan means the job for.
  public var agent: String?
  /// Names of the parts of the plan that the job belongs to; passed on, not interpreted.
  public var children: [String]?
  /// The event that asked for the run, as it came; what is told of the run echoes it.
  public var event: JSONObject?
  /// nil: the command itself runs.
  public var instead: Instead?

  /// A place, and nothing known besides.
  public init(plan: String, job: String, kind: Kind) {
    self.plan = plan
    self.job = job
    self.kind = kind
  }

  /// The written form.
  public var json: JSON {
    var members: JSONObject = [
      "name": .string(plan), "job": .string(job), "kind": .string(kind.rawValue),
    ]
    members["agent"] = agent.map { .string($0) }
    members["children"] = children.map { .array($0.map { .string($0) }) }
    members["event"] = event.map { .object($0) }
    members["instead"] = instead.map { .string($0.rawValue) }
    return .object(members)
  }

  private static let keys = ["name", "job", "kind", "agent", "children", "event", "instead"]

  /// The members that this version knows, of a form that a newer one may have written.
  static func known(of members: JSONObject) -> JSONObject {
    JSONObject(members.members.filter { keys.contains($0.key) }.map { ($0.key, $0.value) })
  }

  /// Reads the written form.
  init(_ json: JSON, field: String) throws(DocumentError) {
    guard let members = json.object else {
      throw DocumentError(field, "an object is expected, not \(json.kindName)")
    }
    for key in members.keys where !PlanReference.keys.contains(key) {
      throw DocumentError(
        "\(field).\(key)",
        "there is no such key; \(PlanReference.keys.joined(separator: ", ")) are known")
    }
    func text(_ key: String) throws(DocumentError) -> String {
      guard let text = members[key]?.string, !text.isEmpty else {
        throw DocumentError("\(field).\(key)", "a string that is not empty is expected")
      }
      return try DocumentFields.checked(text, "\(field).\(key)")
    }
    plan = try text("name")
    job = try text("job")
    guard let kind = try DocumentFields.choice(members["kind"], "\(field).kind", Kind.self) else {
      throw DocumentError("\(field).kind", "it is missing")
    }
    self.kind = kind
    if members["agent"] != nil { agent = try text("agent") }
    if let json = members["children"] {
      guard let elements = json.array, elements.allSatisfy({ $0.string != nil }) else {
        throw DocumentError("\(field).children", "an array of strings is expected")
      }
      children = elements.compactMap(\.string)
    }
    if let json = members["event"] {
      guard let object = json.object else {
        throw DocumentError("\(field).event", "an object is expected, not \(json.kindName)")
      }
      event = object
    }
    instead = try DocumentFields.choice(members["instead"], "\(field).instead", Instead.self)
  }
}
