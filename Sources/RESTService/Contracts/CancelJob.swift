// CancelJob (contracts, seed 003).

internal import HTTPServer
internal import JobCore

extension RequestHandler {
  /// `PUT /up/v5/rest/scheduling/CancelJob`.
  func cancelJob(_ call: Call) throws(RequestFailure) -> Response {
    let body = try RequestBody(call.request, keys: ["Id", "CancelReason"])
    let reason = try body.object("CancelReason", keys: ["cancelReasonId", "cancelReasonDesc"])
    let request = CancelRequest(
      at: now, reason: try reason?.text("cancelReasonDesc") ?? "",
      reasonId: try reason?.integer("cancelReasonId"))
    guard let id = body["Id"]?.string, id.utf8.count <= CancelJob.longestId,
      JobIdentifier.isValid(id)
    else {
      throw RequestFailure(.badRequest, "Id: the id of a job is needed", code: CancelJob.badId)
    }
    do throws(RequestFailure) {
      _ = try apply(.cancel(request), to: id, call.caller)
    } catch {
      switch error.status {
      case .notFound: throw RequestFailure(.notFound, error.message, code: CancelJob.badId)
      // The contract knows no 409.
      case .conflict: throw RequestFailure(.badRequest, error.message, code: CancelJob.ended)
      default: throw error
      }
    }
    return .json(CancelJob.success)
  }
}

/// The replies of CancelJob.
enum CancelJob {
  /// What the original takes, in bytes; jobrun's own ids have 36.
  static let longestId = 50

  static let badId = "SP_JOBID_INVALID"
  static let ended = "SP_JOB_ENDED"

  static let success: JSON = [
    "Success": true, "Code": "0", "Message": "",
    "Payload": ["result": ["type": "OK", "code": "0"]],
  ]

  /// The error of the seed. A bad Id has that form to the byte; the codes that are jobrun's own
  /// also say what was wrong, under the key that the success has for it.
  static func error(_ failure: RequestFailure) -> JSON {
    let (number, code) = word(failure)
    var members: JSONObject = ["Success": false, "Code": .number(JSONNumber(number))]
    if code != badId { members["Message"] = .string(failure.message) }
    members["Payload"] = ["returnCode": ["type": "Error", "code": .string(code)]]
    return .object(members)
  }

  /// Number and word of a failure (man/jobrun-serve.8).
  private static func word(_ failure: RequestFailure) -> (Int, String) {
    switch (failure.code, failure.status) {
    case (badId?, _): (1, badId)
    case (ended?, _): (10, ended)
    case (_, .unauthorized), (_, .forbidden): (11, "SP_NOT_PERMITTED")
    case (_, let status) where status.rawValue >= 500: (12, "SP_UNAVAILABLE")
    default: (9, "SP_REQUEST_INVALID")
    }
  }
}
