// Answers that go on: the output of a run, and the history as it is written.

internal import HTTPServer
internal import JobCore
internal import JobSpool
internal import LinuxIO

extension RequestHandler {
  /// `GET /v1/jobs/{id}/logs`.
  func readLog(_ call: Call, _ query: QueryValues) throws(RequestFailure) -> Response {
    let state = try job(call.parameters["id"] ?? "")
    let run = query.integer(.run)
    let name =
      query.text(.stream) == "stderr" ? RunDirectory.Name.stderr : RunDirectory.Name.stdout
    let isFollowed = query.flag(.follow)
    // The run to come can be waited for.
    if let run, run > state.runs + (isFollowed ? 1 : 0) {
      throw RequestFailure(.notFound, "run: the job has had \(state.runs.counted("run"))")
    }
    if state.runs == 0, !isFollowed {
      throw RequestFailure(.notFound, "the job has not run yet")
    }
    let stream = try outputCalls { () throws(SystemError) -> BodyStream? in
      if isFollowed {
        return try LogStream.body(
          of: LogFollow(
            spool, zones: zones, job: state.id, run: run, stream: name,
            lines: query.integer(.lines), within: RequestHandler.longestSearch),
          watch: watch)
      }
      guard let attempt = try spool.latestAttempt(state.id, run: run),
        let log = try spool.log(state.id, attempt, name)
      else { return nil }
      if let lines = query.integer(.lines) {
        try log.seek(toLast: lines, within: RequestHandler.longestSearch)
      }
      return BodyStream(source: try LogSource(log).next)
    }
    // What a proxy would keep back to fill a buffer comes too late.
    return RequestHandler.output(
      stream,
      headers: ["Content-Type": "text/plain; charset=utf-8", "X-Accel-Buffering": "no"])
  }

  /// Last lines are looked for among so many last bytes: others wait meanwhile, and a line may
  /// have no end.
  private static let longestSearch: Int64 = 4 << 20

  /// `GET /v1/events`.
  func followEvents(_ call: Call, _ query: QueryValues) throws(RequestFailure) -> Response {
    var mark: EventMark?
    if let text = call.request.headers["Last-Event-ID"], !text.isEmpty {
      guard let read = EventMark(parsing: text) else {
        throw RequestFailure(.badRequest, "Last-Event-ID: it is none that was given out")
      }
      mark = read
    }
    let stream = try outputCalls { () throws(SystemError) in
      // Whoever was cut off goes on from there, wherever it began.
      let history =
        if mark == nil, let since = query.instant(.since, now: now) {
          try EventHistory(spool, since: since, isFollowed: true)
        } else {
          try EventHistory(following: spool, from: mark)
        }
      return try EventStream.body(
        of: history, job: query.text(.eventsJob), watch: watch, complain: settings.complain)
    }
    return Response(.ok, headers: EventStream.headers, stream: stream)
  }
}
