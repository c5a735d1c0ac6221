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
    throw RequestFailure(.badRequest, error.message)
  }
}

/// How a contract words a failure.
enum ErrorShape {
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
      failure.status, headers: ["Content-Type": "application/json"],
      body: json(failure).serialized(keepingOrder: true))
    if failure.status == .unauthorized {
      response.headers["WWW-Authenticate"] = "Basic realm=\"jobrun\", charset=\"UTF-8\""
    }
    return response
  }

  private func json(_ failure: RequestFailure) -> JSON {
    switch self {
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
