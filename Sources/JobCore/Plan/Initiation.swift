// An event that asks for one run of a plan's command (contracts, seed 000; ikasan.md 1.3).

/// A SchedulerJobInitiationEvent.
public struct Initiation: Sendable {
  /// The agent it is meant for.
  public let agent: String?
  /// The job's name.
  public let job: String
  /// The plan's name; nil: the one plan that has such a job.
  public let plan: String?

  private let children: [String]
  private let parameters: [String: String]?
  private let command: PlanCommand?
  private let isSkipped: Bool
  private let dryRun: DryRun?
  private let event: JSONObject

  /// Reads one. Members that are not known are passed over, as in the original.
  public init(_ json: JSON) throws(DocumentError) {
    let fields = try LenientFields(json, "")
    agent = try fields.text("agentName")
    guard let job = try fields.text("jobName") else {
      throw DocumentError("jobName", "it is missing")
    }
    self.job = job
    plan = try fields.text("contextName")
    children = try fields.texts("childContextNames") ?? []
    parameters = try ContextParameters.read("contextParameters", of: fields)
    command = try fields.object("internalEventDrivenJob").map(PlanCommand.init)
    isSkipped = try fields.flag("skipped")
    let parameters = try fields.object("dryRunParameters")
    dryRun = try fields.flag("dryRun") ? try DryRun(parameters) : nil
    event = fields.members
  }

  /// Fields of its own command that say something else than what was provisioned, by their place
  /// in the event: they count only if the caller may define commands.
  public func definitions(beyond job: PlanJob) -> [String] {
    command?.differences(from: job.command).map { "internalEventDrivenJob.\($0)" } ?? []
  }

  /// The document of the run that it asks for.
  /// - Parameters:
  ///   - zone: tells which day it is.
  ///   - random: decides how a dry run ends.
  public func document(
    of job: PlanJob, in plan: Plan, at now: Instant, zone: TimeZoneRules,
    random: inout some RandomNumberGenerator
  ) throws(DocumentError) -> JSONObject {
    var asked = command.map { job.command.under($0) } ?? job.command
    asked.isHeld = asked.isHeld(in: children) || command?.isHeld(in: children) ?? false
    asked.isSkipped =
      isSkipped || asked.isSkipped(in: children) || command?.isSkipped(in: children) ?? false
    if let parameters {
      asked.parameters = (asked.parameters ?? [:]).merging(parameters) { _, event in event }
    }
    let today = floorDivide(zone.civil(at: now).secondsAsUTC, Gregorian.secondsPerDay)
    let isOtherDay = asked.weekdays.map { !$0.contains(day: today) } ?? false
    let instead: PlanReference.Instead? =
      asked.isSkipped ? .skipped : dryRun != nil ? .dryRun : isOtherDay ? .otherDay : nil
    // What runs nothing needs no command line either.
    if instead != nil { asked.line = asked.line ?? "true" }
    var members = try plan.members(of: job, asked, event: event, instead: instead)
    if instead == .dryRun, let dryRun {
      members[DocumentKey.command.rawValue] = .array(dryRun.command(&random).map { .string($0) })
    }
    return members
  }
}
