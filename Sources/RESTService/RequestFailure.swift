// What a contract answers when it cannot do what was asked, as data. Every contract has its own
// shape for it, and the shapes are here, side by side.

internal import HTTPServer
internal import JobCore
internal import JobSpool

/// A request that is refused or has failed.
struct RequestFailure: Error {
  let status: Status
  /// What was wrong, where, and what to do.
  let message: String
  /// The contract's own word for it, where it has one.
  var code: String?
  /// The part of the request that was wrong, such as `$filter`, and the column in it.
  var target: String?
  var line: Int?
  var column: Int?

  init(_ status: Status, _ message: String, code: String? = nil) {
    self.status = status
    self.message = message
    self.code = code
  }

  static let unauthenticated = RequestFailure(
    .unauthorized, "this needs a name and a password")

  /// A failure of the spool. Paths stay here: they are no business of a client.
  init(_ error: SpoolError) {
    switch error {
    case .busy:
      self.init(.unavailable, "the spool is busy; try again")
    case .damaged:
      self.init(
        .internalError, "a file of the spool cannot be understood; the daemon will keep it apart")
    case .exists(let id), .differs(let id):
      self.init(.conflict, "job \(id) exists already")
    case .invalid(let error):
      self.init(.badRequest, error.message)
      target = error.field.isEmpty ? nil : error.field
    case .system, .refused:
      self.init(.internalError, "the spool cannot be read or written now")
    }
  }
}

/// Runs calls of the spool; their errors become failures.
func spoolCalls<Result>(
  _ body: () throws(SpoolError) -> Result
) throws(RequestFailure) -> Result {
  do {
    return try body()
  } catch {
    throw RequestFailure(error)
  }
}

/// Reads a document; its faults become failures.
func documentCalls<Result>(
  _ body: () throws(DocumentError) -> Result
) throws(RequestFailure) -> Result {
  do {
    return try body()
  } catch {
    var failure = RequestFailure(.badRequest, error.message)
    failure.target = error.field.isEmpty ? nil : error.field
    throw failure
  }
}

/// How a contract words a failure.
enum ErrorShape: Hashable {
  /// Problem details (RFC 9457), for all that is native.
  case problem
  /// `{"message": ...}`, as in the replies of seed 002.
  case message
  /// `{"errorMessage": ...}`, as the original of seeds 000 and 001 words it (ikasan.md 2.2).
  case errorMessage
  /// The error of seed 003, with a code of the table in `CancelJob`.
  case cancelJob
  /// The error of OData 4 (JSON format, section 21.1), for all of seed 004.
  case odata

  func response(_ failure: RequestFailure) -> Response {
    var response = Response(
      failure.status, headers: ["Content-Type": content.type],
      body: json(failure).serialized(keepingOrder: true))
    if failure.status == .unavailable { response.headers["Retry-After"] = "1" }
    if failure.status == .unauthorized {
      response.headers["WWW-Authenticate"] = "Basic realm=\"jobrun\", charset=\"UTF-8\""
    }
    return response
  }

  /// What kind of body that is.
  var content: Operation.Content {
    switch self {
    case .problem: Operation.Content(type: "application/problem+json", schema: "Problem")
    case .message: .json("MessageError")
    case .errorMessage: .json("ErrorMessageError")
    case .cancelJob: .json("CancelJobError")
    case .odata: .json("ODataError")
    }
  }

  private func json(_ failure: RequestFailure) -> JSON {
    switch self {
    case .problem: return failure.problem
    case .message: return ["message": .string(failure.message)]
    case .errorMessage: return ["errorMessage": .string(failure.message)]
    case .cancelJob: return CancelJob.error(failure)
    case .odata:
      var error: JSONObject = [
        "code": .string(failure.status.name.filter { $0 != " " }),
        "message": .string(failure.message),
      ]
      error["target"] = failure.target.map { .string($0) }
      error["innererror"] = failure.column.map { ["column": .number(JSONNumber($0))] }
      return ["error": .object(error)]
    }
  }
}

extension RequestFailure {
  /// The failure as problem details (RFC 9457): no type but the status, which says it all.
  var problem: JSON {
    var members: JSONObject = [
      "type": "about:blank", "title": .string(status.name),
      "status": .number(JSONNumber(status.rawValue)), "detail": .string(message),
    ]
    members["field"] = target.map { .string($0) }
    members["line"] = line.map { .number(JSONNumber($0)) }
    members["column"] = column.map { .number(JSONNumber($0)) }
    return .object(members)
  }

  /// A body that is no JSON.
  init(_ error: JSONError) {
    self.init(.badRequest, error.message)
    (line, column) = (error.line, error.column)
  }

  /// A request that the server refuses before anybody has looked at what it is for.
  init(_ refusal: HTTPServer.Refusal) { self.init(refusal.status, refusal.reason) }

  /// A path that leads nowhere.
  static let nothingHere = RequestFailure(.notFound, "there is nothing here")
}
