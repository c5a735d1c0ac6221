// Jobs as they are read: a page of them, or one.

internal import HTTPServer
internal import JobCore
internal import JobSpool

extension RequestHandler {
  /// `GET /v1/jobs`.
  func listJobs(_ values: QueryValues) throws(RequestFailure) -> Response {
    var query = try JobListing.Query(values, now: now)
    query.candidates = try spoolCalls { () throws(SpoolError) in
      try query.condition?.candidates(in: spool).map(Set.init)
    }
    let condition = query.condition
    let index = try jobIndex()
    let around = SurroundingsReader(
      spool, zones: zones, at: now, due: { index.identifiers(in: .queued) })
    let links = try condition == nil ? nil : links(base: "")
    let listing = JobListing(
      query, index,
      view: { [self] id throws(SpoolError) in
        try spool.job(id).map {
          spool.view($0.state, zones: zones, at: now, around: around)
        }
      },
      fits: { [self] view in
        guard let condition, let links else { return true }
        return condition.fits(BackgroundJob(view, in: spool, links))
      })
    return try spoolCalls { () throws(SpoolError) in
      try Response(
        ["Content-Type": "application/json", "Cache-Control": "no-store"], slices: listing)
    }
  }

  /// `GET /v1/jobs/{id}`.
  func showJob(_ call: Call) throws(RequestFailure) -> Response {
    let view = spool.view(
      try job(call.parameters["id"] ?? ""), zones: zones, at: now,
      around: surroundings(at: now))
    let tag = ETag(view.state)
    // What a running command reports of itself changes without a new revision, and so does what
    // keeps a job from starting.
    if view.state.phase.isFinal || view.state.phase.word == .held,
      tag.isMatched(by: call.request.headers.values(of: "If-None-Match"), weakly: true)
    {
      return Response(.notModified, headers: ["ETag": tag.text, "Cache-Control": "no-cache"])
    }
    return RequestHandler.response(.ok, view, to: call.caller)
  }

  /// `GET /v1/jobs/{id}/why`.
  func explainJob(_ call: Call) throws(RequestFailure) -> Response {
    let now = now
    let state = spool.current(try job(call.parameters["id"] ?? ""), zones: zones, at: now)
    let explanation = try spoolCalls { () throws(SpoolError) in
      try surroundings(at: now).explanation(of: state)
    }
    return .json(explanation.json(of: state), headers: ["Cache-Control": "no-store"])
  }

  private func surroundings(at now: Instant) -> SurroundingsReader {
    // Where jobs are listed, it is known which ones are due; else all live ones may have to be read.
    guard let index, (try? index.step()) == true else {
      return SurroundingsReader(spool, zones: zones, at: now)
    }
    return SurroundingsReader(
      spool, zones: zones, at: now, due: { index.identifiers(in: .queued) })
  }

  /// A job as the answer to something. Who may not see jobs is told which one it is, and how it
  /// stands.
  static func response(_ status: Status, _ view: JobView, to caller: Caller) -> Response {
    var json = view.json
    if !caller.has(.read), let members = json.object {
      json = .object(
        JSONObject(
          ["id", "number", "phase", "revision"].compactMap { key in
            members[key].map { (key, $0) }
          }))
    }
    return Response(
      status,
      headers: [
        "Content-Type": "application/json", "ETag": ETag(view.state).text,
        "Cache-Control": "no-cache",
      ],
      body: json.serialized())
  }
}

extension JobListing.Query {
  /// Reads what a client wants to see.
  /// - Throws: 400 with the parameter.
  fileprivate init(_ values: QueryValues, now: Instant) throws(RequestFailure) {
    selection.phases = Set(values.texts(.phase).compactMap(Phase.Word.init))
    selection.verdict = values.text(.outcome).flatMap(Outcome.Verdict.init)
    selection.pattern = values.text(.name)
    selection.since = values.instant(.since, now: now)
    if let text = values.text(.search), !text.isEmpty { selection.search(for: text) }
    if let text = values.text(.filter) {
      do throws(FilterError) {
        condition = try BackgroundJobFilter(text)
      } catch {
        throw QueryValues.failure("filter", error.message, column: error.column)
      }
    }
    order = values.text(.order).flatMap(JobOrder.init) ?? .newest
    limit = values.integer(.limit) ?? limit
    fields = values.text(.fields).map { Set($0.split(separator: ",").map(String.init)) }
    if let cursor = values.text(.cursor) {
      guard let position = order.position(of: cursor) else {
        throw QueryValues.failure(
          "cursor", "it is none of the order \"\(order.rawValue)\": begin without one")
      }
      start = position
    }
  }
}
