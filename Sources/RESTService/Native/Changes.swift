// Changes of a job: cancel, rerun, hold, release.

internal import HTTPServer
internal import JobCore
internal import JobSpool

extension RequestHandler {
  /// `POST /v1/jobs/{id}/cancel`.
  func cancel(_ call: Call) throws(RequestFailure) -> Response {
    var request = CancelRequest(at: now, reason: "")
    if !call.request.body.isEmpty {
      guard call.mediaType == "application/json" else { throw .unsupported("application/json") }
      let body = try RequestBody(call.request, keys: ["reason", "reasonId", "onlyRun"])
      request = CancelRequest(
        at: now, reason: try body.text("reason") ?? "", reasonId: try body.integer("reasonId"),
        onlyRun: try body.truth("onlyRun") ?? false)
    }
    return try change(.cancel(request), call)
  }

  /// Lets an event act on the job of a path.
  func change(_ event: JobEvent, _ call: Call) throws(RequestFailure) -> Response {
    let state = try apply(
      event, to: call.parameters["id"] ?? "", call.caller,
      if: ETag.condition(call.request.headers.values(of: "If-Match")))
    return RequestHandler.response(
      .ok, spool.view(state, zones: zones, at: now), to: call.caller)
  }
}

extension Call {
  /// The media type of the body, in lower case and without parameters; nil if it is not said.
  var mediaType: String? {
    request.headers["Content-Type"].map { text in
      String(text.lowercased().prefix { $0 != ";" && $0 != " " })
    }
  }
}

extension RequestFailure {
  /// A body of another kind than those that are taken (415).
  static func unsupported(_ expected: String) -> RequestFailure {
    RequestFailure(.unsupportedMediaType, "Content-Type: \(expected) is expected")
  }
}
