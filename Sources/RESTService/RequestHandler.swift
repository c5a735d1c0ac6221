// The REST contracts, as a client of the spool: which request is which action, whether the caller
// may ask for it, and its answer.

internal import HTTPServer
internal import JobCore
internal import JobSpool
internal import LinuxIO

/// Answers the contracts' requests from one spool.
final class RequestHandler {
  let spool: Spool
  let zones = ZoneFiles()
  /// Clients that wait for a job ask for its status over and over.
  private let jobs: JobCache
  /// What links begin with, without a slash at the end; nil: the host that a client has asked for.
  let publicURL: String?
  /// The only agent that plans and events may be meant for; nil: any.
  let agentName: String?
  private var router = Router<Endpoint>(ignoringCase: true)

  init(spool: Spool, publicURL: String? = nil, agentName: String? = nil) {
    self.spool = spool
    jobs = JobCache(spool)
    self.publicURL = publicURL
    self.agentName = agentName
    for prefix in Endpoint.prefixes {
      for endpoint in Endpoint.all {
        router.add(endpoint.method, prefix + endpoint.path, endpoint)
      }
    }
  }

  /// The answer to one request of a caller.
  func answer(_ request: Request, _ caller: Caller) -> Response {
    let match = router.match(request)
    guard case .found(let endpoint, let parameters) = match else {
      return match.response ?? .text(.notFound, "there is nothing here\n")
    }
    do throws(RequestFailure) {
      try caller.require(endpoint.role)
      return try perform(endpoint.action, Call(request: request, parameters, caller))
    } catch {
      return endpoint.action.errorShape.response(error)
    }
  }

  /// What there is to say against a request before its body has come; nil if nothing.
  func objection(to request: Request, _ caller: Caller) -> Response? {
    let match = router.match(request)
    guard case .found(let endpoint, _) = match else { return match.response }
    do throws(RequestFailure) {
      // No contract takes a body from somebody unknown, even where the action decides itself.
      if !caller.isKnown { throw .unauthenticated }
      try caller.require(endpoint.role)
      return nil
    } catch {
      return endpoint.action.errorShape.response(error)
    }
  }

  /// What a caller is told that is not let in, in the words of the contract it asked for.
  func refusal(_ failure: RequestFailure, of request: Request) -> Response {
    guard case .found(let endpoint, _) = router.match(request) else {
      return ErrorShape.message.response(failure)
    }
    return endpoint.action.errorShape.response(failure)
  }

  private func perform(_ action: Action, _ call: Call) throws(RequestFailure) -> Response {
    switch action {
    case .startProcess: try startProcess(call)
    case .processStatus: try processStatus(call)
    case .cancelJob: try cancelJob(call)
    case .describeBackgroundJobs: describeBackgroundJobs(call)
    case .backgroundJobMetadata: backgroundJobMetadata()
    case .listBackgroundJobs: try listBackgroundJobs(call)
    case .countBackgroundJobs: try countBackgroundJobs(call)
    case .rerun: try rerun(call)
    case .publishedOutput: try publishedOutput(call)
    case .downloadDocument: try downloadDocument(call)
    case .initiate: try initiate(call)
    case .provision: try provision(call)
    case .removePlan: try removePlan(call)
    }
  }

  /// The wall clock now.
  var now: Instant { Instant(milliseconds: Clock.real.milliseconds) }

  /// The job of an id, exact and nothing else: a client that means one job must not hit another.
  func job(_ id: String) throws(RequestFailure) -> JobState {
    let found = try spoolCalls { () throws(SpoolError) in
      JobIdentifier.isValid(id) ? try jobs.job(id) : nil
    }
    guard let found else { throw RequestFailure(.notFound, "there is no such job") }
    return found.state
  }

  /// Lets a caller's event act on a job.
  /// - Throws: 404 without such a job, 409 if the event is not possible.
  func apply(
    _ event: JobEvent, to id: String, _ caller: Caller
  ) throws(RequestFailure) -> JobState {
    do {
      if JobIdentifier.isValid(id),
        let state = try spool.apply(event, to: id, by: caller.name, zones: zones, at: now)
      {
        return state
      }
    } catch let refusal as JobCore.Refusal {
      throw RequestFailure(.conflict, refusal.reason)
    } catch let error as SpoolError {
      throw RequestFailure(error)
    } catch {
      throw RequestFailure(.internalError, "the job cannot be changed now")
    }
    throw RequestFailure(.notFound, "there is no such job")
  }
}

/// One request, with what its path names and who makes it.
struct Call {
  let request: Request
  let parameters: [String: String]
  let caller: Caller

  init(request: Request, _ parameters: [String: String], _ caller: Caller) {
    self.request = request
    self.parameters = parameters
    self.caller = caller
  }
}

extension Response {
  /// A JSON body whose members stand as they were put together.
  static func json(_ json: JSON, headers: HeaderFields = [:]) -> Response {
    var headers = headers
    if headers["Content-Type"] == nil { headers["Content-Type"] = "application/json" }
    return Response(.ok, headers: headers, body: json.serialized(keepingOrder: true))
  }
}
