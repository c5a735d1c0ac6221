// One job of a plan, as it was provisioned (contracts, ikasan.md 1.9).

/// A job of a plan.
public struct PlanJob: Hashable, Sendable {
  /// Whether it begins by itself (`startupControlType`).
  enum Startup: String, CaseIterable {
    case automatic = "AUTOMATIC"
    /// It is held until somebody releases it.
    case manual = "MANUAL"
    /// It cannot be used.
    case disabled = "DISABLED"
  }

  public let name: String
  public let kind: PlanReference.Kind
  /// The agent it is meant for.
  public let agent: String?
  let description: String?
  /// `jobGroup`, which events of its runs repeat.
  let group: String?
  let children: [String]?
  let startup: Startup
  /// What there is to run, for the kinds `command`; the flags of it for all.
  let command: PlanCommand
  /// As it came, in the plain form.
  let source: JSONObject

  var fields: LenientFields {
    get throws(DocumentError) { try LenientFields(.object(source), "") }
  }

  /// Reads one in the plain form.
  init(_ fields: LenientFields) throws(DocumentError) {
    kind = try PlanJob.kind(fields)
    guard let name = try fields.text("jobName") else {
      throw DocumentError(fields.field("jobName"), "it is missing")
    }
    if let objection = Plan.objection(toJobName: name) {
      throw DocumentError(fields.field("jobName"), objection)
    }
    self.name = name
    agent = try fields.text("agentName")
    group = try fields.text("jobGroup")
    description = try fields.text("jobDescription")
    children = try fields.texts("childContextNames")
    startup =
      try DocumentFields.choice(
        try fields.text("startupControlType").map { .string($0) },
        fields.field("startupControlType"), Startup.self) ?? .automatic
    command = try PlanCommand(fields)
    source = fields.members
  }

  /// Its class, or what its members show it to be.
  private static func kind(_ fields: LenientFields) throws(DocumentError) -> PlanReference.Kind {
    if let type = fields.members[JSON.classKey]?.string {
      switch type.split(separator: ".").last {
      case "InternalEventDrivenJobImpl": return .command
      case "QuartzScheduleDrivenJobImpl": return .schedule
      case "FileEventDrivenJobImpl": return .file
      default:
        throw DocumentError(
          fields.field("jobName"),
          "an agent runs no jobs of the class \(type); known are InternalEventDrivenJobImpl, "
            + "QuartzScheduleDrivenJobImpl and FileEventDrivenJobImpl")
      }
    }
    // A file job is a schedule job with more members, and has to be asked for first.
    if fields["filenames"] != nil || fields["filePath"] != nil { return .file }
    if fields["cronExpression"] != nil { return .schedule }
    let ofCommands = [
      "commandLine", "workingDirectory", "successfulReturnCodes", "daysOfWeekToRun",
      "executionEnvironmentProperties", "participatesInLock", "minExecutionTime",
    ]
    if ofCommands.contains(where: { fields[$0] != nil }) { return .command }
    throw DocumentError(
      fields.field("jobName"),
      "it has neither commandLine, cronExpression nor filenames, so what kind of job it is cannot "
        + "be told")
  }
}
