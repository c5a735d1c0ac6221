// Plans: provision and removal (contracts, seed 001).

internal import HTTPServer
internal import JobCore
internal import JobSpool

extension RequestHandler {
  /// `PUT /rest/jobProvision`.
  func provision(_ call: Call) throws(RequestFailure) -> Response {
    let body: JSON
    do throws(JSONError) {
      body = try JSON(parsing: call.request.body, limits: Plan.limits)
    } catch {
      throw RequestFailure(.badRequest, error.message)
    }
    do {
      try spool.provision(
        body, agent: settings.agentName, by: call.caller.name, zones: zones, at: now)
    } catch let error as DocumentError {
      throw RequestFailure(.badRequest, error.message)
    } catch let error as SpoolError {
      throw RequestFailure(error)
    } catch {
      throw RequestFailure(.internalError, "the plan cannot be put in place now")
    }
    return Response(.ok)
  }

  /// `DELETE /rest/jobProvision/remove`. The body is the plan's name: raw text, or a JSON string.
  func removePlan(_ call: Call) throws(RequestFailure) -> Response {
    guard let text = String(validating: call.request.body, as: UTF8.self) else {
      throw RequestFailure(.badRequest, "the name of the plan is not UTF-8")
    }
    let json = try? JSON(parsing: call.request.body)
    if json?.object != nil || json?.array != nil {
      throw RequestFailure(.badRequest, "the body is the name of the plan, and nothing around it")
    }
    let quoted = json?.string
    let name = quoted ?? RequestHandler.trimmed(text)
    if name.isEmpty {
      throw RequestFailure(.badRequest, "the body is the name of the plan, and it is empty")
    }
    _ = try spoolCalls { () throws(SpoolError) in
      try spool.removePlan(name, by: call.caller.name, zones: zones, at: now)
    }
    // Also if there is no such plan, as in the original: that is what was asked for.
    return Response(.ok)
  }

  /// Without the line end and the blanks that clients put around a text.
  private static func trimmed(_ text: String) -> String {
    var rest = text.drop(while: \.isWhitespace)
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
