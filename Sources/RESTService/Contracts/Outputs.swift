// What the links to outputs lead to (contracts, seed 004). The token lets a client find the output,
// the job's scope says who may have it.

internal import HTTPServer
internal import JobCore
internal import JobSpool
internal import LinuxIO

extension RequestHandler {
  /// `GET /reports/v1.0/publishlink/{jobID}/{token}`: standard output of the latest attempt.
  func publishedOutput(_ call: Call) throws(RequestFailure) -> Response {
    let (state, links) = try linked(call)
    let token = call.parameters["token"] ?? ""
    guard KeyedDigest.isEqual(token, links.publishToken(state.id)) else {
      throw RequestHandler.noSuchLink
    }
    try RequestHandler.admit(call.caller, to: state.spec)
    if state.runs == 0 { throw RequestFailure(.notFound, "the job has not run yet") }
    let source = try outputCalls { () throws(SystemError) -> LogSource? in
      guard let attempt = try spool.latestAttempt(state.id, run: state.runs) else { return nil }
      return try spool.log(state.id, attempt, RunDirectory.Name.stdout).map {
        log throws(SystemError) in try LogSource(log)
      }
    }
    // A run that has written nothing leaves no file; that is an answer too.
    return RequestHandler.output(
      source.map { BodyStream(source: $0.next) },
      headers: ["Content-Type": "text/plain; charset=utf-8"])
  }

  /// `GET /documentmanagement/v1.0/aimsdocument/{jobID}/{token}`: one file of a run. Its name is
  /// in no address: the token says which of the files that are there is meant.
  func downloadDocument(_ call: Call) throws(RequestFailure) -> Response {
    let (state, links) = try linked(call)
    let token = call.parameters["token"] ?? ""
    let found = try outputCalls { () throws(SystemError) -> (String, FileSource)? in
      for attempt in try spool.runNames(state.id).reversed() {
        for artifact in try spool.artifacts(state.id, attempt: attempt)
        where KeyedDigest.isEqual(
          token, links.documentToken(state.id, attempt: attempt, name: artifact.name))
        {
          guard
            let file = try spool.openArtifact(state.id, attempt: attempt, artifact.name)
          else { return nil }
          return (artifact.name, try FileSource(file))
        }
      }
      return nil
    }
    guard let (name, file) = found else { throw RequestHandler.noSuchLink }
    try RequestHandler.admit(call.caller, to: state.spec)
    return RequestHandler.download(file, name: name)
  }

  /// The same for a job that is not there and a token that is wrong: neither tells of the other.
  private static let noSuchLink = RequestFailure(.notFound, "there is no such link")

  private func linked(_ call: Call) throws(RequestFailure) -> (JobState, OutputLinks) {
    let links = try links(call.request)
    do throws(RequestFailure) {
      return (try job(call.parameters["jobID"] ?? ""), links)
    } catch {
      throw error.status == .notFound ? RequestHandler.noSuchLink : error
    }
  }

  /// Lets pass whom a job's publishLinkAccessScope lets have its output.
  private static func admit(_ caller: Caller, to spec: JobSpec) throws(RequestFailure) {
    let isAllowed =
      switch spec.publishLinkAccessScope {
      case .everybody: true
      case .organization: caller.isKnown
      case .creator: caller.has(.admin) || caller.name != nil && caller.name == spec.createdBy
      }
    if isAllowed { return }
    if !caller.isKnown { throw .unauthenticated }
    throw RequestFailure(.forbidden, "this output is for the job's creator alone")
  }
}
