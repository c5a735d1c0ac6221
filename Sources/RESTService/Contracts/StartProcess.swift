// Start and status of a process (contracts, seed 002).

internal import HTTPServer
internal import JobCore
internal import JobSpool

extension RequestHandler {
  /// What a body may hold.
  static let startKeys = [
    "values", "quartzDef", "startDate", "endDate", "runOnce", "runImmediately", spelledApart,
    "retryCount", "name", "worker",
  ]
  /// As the published sample spells `runImmediately`.
  private static let spelledApart = "run immediately"

  /// `POST /scheduler/connector-API/process/start`.
  func startProcess(_ call: Call) throws(RequestFailure) -> Response {
    let body = try RequestBody(call.request, keys: RequestHandler.startKeys)
    let document = try documentCalls { () throws(DocumentError) in
      try JobDocument(
        try RequestHandler.document(body, by: call.caller),
        in: spool.unattendedContext(zones: zones))
    }
    let results = try spoolCalls { () throws(SpoolError) in
      try spool.submit([NewJob(document)], at: now)
    }
    switch results.first {
    case .submitted(let state)?, .present(let state)?, .redefined(let state)?:
      return .json(["robustaSpid": .string(state.id), "message": "Process saved"])
    case .failed(let error)?: throw RequestFailure(error)
    case nil: throw RequestFailure(.internalError, "the process was not saved")
    }
  }

  /// The job document that a body asks for. It names no command, so that whoever may only run
  /// things runs what somebody else has defined.
  private static func document(_ body: RequestBody, by caller: Caller) throws(DocumentError) -> JSON
  {
    var members = body.members
    if let value = members[spelledApart] {
      guard members["runImmediately"] == nil else {
        throw DocumentError(
          spelledApart, "it means the same as runImmediately, which is there too: remove one")
      }
      members[spelledApart] = nil
      members["runImmediately"] = value
    }
    guard body["name"] != nil else {
      throw DocumentError("name", "the name of a process model is needed")
    }
    if let name = caller.name { members[DocumentKey.createdBy.rawValue] = .string(name) }
    return .object(members)
  }

  /// `GET /scheduler/connector-api/process/status/{robustaSpid}`.
  func processStatus(_ call: Call) throws(RequestFailure) -> Response {
    let state = try job(call.parameters["robustaSpid"] ?? "")
    return .json(ProcessStatus(spool.view(state, zones: zones, at: now)).json)
  }
}
