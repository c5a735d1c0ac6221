// Requests as a client of the spool: which one is which action, whether the caller may ask for it,
// and its answer.

internal import HTTPServer
internal import JobCore
internal import JobSpool
internal import LinuxIO

/// Answers requests from one spool.
final class RequestHandler {
  let spool: Spool
  let settings: Settings
  /// What streams are woken by.
  let watch: SpoolWatch
  let zones = ZoneFiles()
  /// Clients that wait for a job ask for its status over and over.
  let jobs: JobCache
  /// What lists are made of; nil until somebody asks for one.
  private(set) var index: JobIndex?
  /// Whether the spool could be written, and until when that is taken for true (milliseconds since
  /// boot).
  var writing: (fault: String?, until: Int64)?
  static let writingTime: Int64 = 1000
  /// What was asked so far.
  var counts = RequestCounts()
  private var router = Router<Endpoint>(ignoringCase: true)

  /// What answers depend on beside the spool.
  struct Settings {
    /// Of the program.
    var version = ""
    /// What links begin with, without a slash at the end; nil: the host that a client has asked
    /// for.
    var publicURL: String?
    /// The only agent that plans and events may be meant for; nil: any.
    var agentName: String?
    /// Told what people should know.
    var complain: (String) -> Void = { _ in }
  }

  init(spool: Spool, watch: SpoolWatch, _ settings: Settings = Settings()) {
    self.spool = spool
    self.watch = watch
    self.settings = settings
    jobs = JobCache(spool)
    for endpoint in Endpoint.native { router.add(endpoint.method, endpoint.path, endpoint) }
    for prefix in Endpoint.contractPrefixes {
      for endpoint in Endpoint.contracts {
        router.add(endpoint.method, prefix + endpoint.path, endpoint)
      }
    }
  }

  /// What a request is for.
  func match(_ request: Request) -> Router<Endpoint>.Match { router.match(request) }

  /// The answer to one request of a caller.
  func answer(_ request: Request, _ match: Router<Endpoint>.Match, _ caller: Caller) -> Response {
    guard case .found(let endpoint, let parameters) = match else {
      return RequestHandler.response(to: match)
    }
    do throws(RequestFailure) {
      try caller.require(endpoint.role)
      switch endpoint.action {
      case .contract(let action):
        return try perform(action, Call(request: request, parameters, caller))
      case .native(let action):
        let query = try QueryValues(request.query, endpoint.parameters)
        var response = try perform(action, Call(request: request, parameters, caller), query)
        // What is said of jobs is for the one who has asked.
        if response.headers["Cache-Control"] == nil {
          response.headers["Cache-Control"] = "no-store"
        }
        return response
      }
    } catch {
      return endpoint.action.errorShape.response(error)
    }
  }

  /// The answer where there is no action.
  private static func response(to match: Router<Endpoint>.Match) -> Response {
    switch match {
    case .found, .notFound: return ErrorShape.problem.response(.nothingHere)
    case .options: return match.response ?? Response(.noContent)
    case .methodNotAllowed:
      var response = ErrorShape.problem.response(
        RequestFailure(.methodNotAllowed, "the method is not allowed here"))
      response.headers["Allow"] = match.response?.headers["Allow"]
      return response
    }
  }

  /// What there is to say against a request before its body has come; nil if nothing.
  func objection(to match: Router<Endpoint>.Match, _ caller: Caller) -> Response? {
    guard case .found(let endpoint, _) = match else { return RequestHandler.response(to: match) }
    do throws(RequestFailure) {
      // Nothing takes a body from somebody unknown, even where the action decides itself.
      if !caller.isKnown { throw .unauthenticated }
      try caller.require(endpoint.role)
      return nil
    } catch {
      return endpoint.action.errorShape.response(error)
    }
  }

  /// What a caller is told that is not let in, in the words of what it asked for.
  func refusal(_ failure: RequestFailure, of match: Router<Endpoint>.Match) -> Response {
    guard case .found(let endpoint, _) = match else {
      return ErrorShape.problem.response(failure)
    }
    return endpoint.action.errorShape.response(failure)
  }

  private func perform(
    _ action: ContractAction, _ call: Call
  ) throws(RequestFailure) -> Response {
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

  private func perform(
    _ action: NativeAction, _ call: Call, _ query: QueryValues
  ) throws(RequestFailure) -> Response {
    switch action {
    case .summary: try summary(call)
    case .listJobs: try listJobs(query)
    case .submitJobs: try submitJobs(call)
    case .showJob: try showJob(call)
    case .explainJob: try explainJob(call)
    case .cancelJob: try cancel(call)
    case .rerunJob: try change(.rerun, call)
    case .holdJob: try change(.hold, call)
    case .releaseJob: try change(.release, call)
    case .readLog: try readLog(call, query)
    case .listArtifacts: try listArtifacts(call, query)
    case .downloadArtifact: try downloadArtifact(call, query)
    case .previewJob: try previewJob(call, query)
    case .previewExpression: try previewExpression(query)
    case .listModels: try listModels()
    case .showModel: try showModel(call)
    case .followEvents: try followEvents(call, query)
    case .liveness: .json(["status": "ok"])
    case .readiness: readiness()
    case .metrics: try metrics()
    case .describeService: describeService()
    case .page, .pageFile: try page(call)
    }
  }

  /// The index of all jobs, which may have to be stepped before it is complete.
  func jobIndex() throws(RequestFailure) -> JobIndex {
    if let index { return index }
    let made = try spoolCalls { () throws(SpoolError) in try JobIndex(spool) }
    index = made
    return made
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
  /// - Parameter condition: what the job's revision has to be.
  /// - Throws: 404 without such a job, 409 if the event is not possible, 412 if the condition
  ///   does not hold.
  func apply(
    _ event: JobEvent, to id: String, _ caller: Caller, if condition: RevisionCondition = .any
  ) throws(RequestFailure) -> JobState {
    do {
      if JobIdentifier.isValid(id),
        let state = try spool.apply(
          event, to: id, by: caller.name, if: condition, zones: zones, at: now)
      {
        return state
      }
    } catch is RevisionCondition.Failure {
      throw RequestFailure(
        .preconditionFailed, "the job has changed since: look at it again, then decide")
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
  /// What the path names.
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
