// One run of a plan's command, asked for by an event (contracts, seed 000).

internal import HTTPServer
internal import JobCore
internal import JobSpool

extension RequestHandler {
  /// Longest event, in bytes: it is kept in the job's state.
  private static let longestEvent = 256 << 10

  /// `PUT /rest/schedulerJobInitiation`.
  func initiate(_ call: Call) throws(RequestFailure) -> Response {
    guard call.request.body.count <= RequestHandler.longestEvent else {
      throw RequestFailure(
        .contentTooLarge, "an event has \(RequestHandler.longestEvent >> 10) KiB at most")
    }
    let event: JSON
    do throws(JSONError) {
      event = try JSON(parsing: call.request.body)
    } catch {
      throw RequestFailure(.badRequest, error.message)
    }
    let initiation = try documentCalls { () throws(DocumentError) in try Initiation(event) }
    let (plan, job) = try place(initiation)
    if !call.caller.has(.provision), let field = initiation.definitions(beyond: job).first {
      throw RequestFailure(
        .forbidden,
        "\(field): it is not what was provisioned; to change it needs the role \"provision\"")
    }
    let document = try documentCalls { () throws(DocumentError) in
      var random = SystemRandomNumberGenerator()
      var members = try initiation.document(
        of: job, in: plan, at: now, zone: zones.rules(zones.defaultName()) ?? .utc,
        random: &random)
      members[DocumentKey.createdBy.rawValue] = call.caller.name.map { .string($0) }
      return try JobDocument(.object(members), in: spool.unattendedContext(zones: zones))
    }
    let results = try spoolCalls { () throws(SpoolError) in
      try spool.submit([NewJob(document)], at: now)
    }
    if case .failed(let error)? = results.first { throw RequestFailure(error) }
    return Response(.ok)
  }

  /// The job that an event means. What cannot be placed is told, where the original drops it.
  private func place(_ initiation: Initiation) throws(RequestFailure) -> (Plan, PlanJob) {
    if let agentName = settings.agentName, let agent = initiation.agent, agent != agentName {
      throw RequestFailure(
        .badRequest,
        "agentName: it is meant for \"\(printable(agent))\", and this is \"\(agentName)\"")
    }
    var isComplete = true
    let plans = try spoolCalls { () throws(SpoolError) -> [Plan] in
      guard let name = initiation.plan else {
        return try spool.allPlans { _ in isComplete = false }
      }
      return try spool.plan(name).map { [$0] } ?? []
    }
    guard isComplete else {
      // The job of that name may be in the plan that nobody can read.
      throw RequestFailure(
        .internalError, "contextName: it is missing, and a plan here cannot be read; name the plan")
    }
    if let name = initiation.plan, plans.isEmpty {
      throw RequestFailure(
        .badRequest, "contextName: there is no plan \"\(printable(name))\" here")
    }
    let name = printable(initiation.job)
    let candidates = plans.compactMap { plan in plan.command(initiation.job).map { (plan, $0) } }
    let found = candidates.filter { _, job in
      initiation.agent == nil || job.agent == nil || initiation.agent == job.agent
    }
    if found.count > 1 {
      let names = found.map { "\"\(printable($0.0.name))\"" }.joined(separator: ", ")
      throw RequestFailure(
        .badRequest, "contextName: it is missing, and more than one plan has \"\(name)\": \(names)")
    }
    if let only = found.first { return only }
    if let agent = candidates.first?.1.agent {
      throw RequestFailure(
        .badRequest, "agentName: \"\(name)\" was provisioned for \"\(printable(agent))\"")
    }
    if let other = plans.lazy.compactMap({ plan in plan.jobs.first { $0.name == initiation.job } })
      .first
    {
      throw RequestFailure(
        .badRequest, "jobName: \"\(name)\" is a \(other.kind.rawValue) job, which begins by itself")
    }
    var message = "jobName: no plan here has a command job \"\(name)\""
    let known = plans.flatMap(\.jobs).filter { $0.kind == .command }.map(\.name)
    if let near = nearest(initiation.job, in: known) {
      message += "; did you mean \"\(printable(near))\"?"
    }
    throw RequestFailure(.badRequest, message)
  }
}
