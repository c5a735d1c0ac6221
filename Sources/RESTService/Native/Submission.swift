// Jobs that come over HTTP: one document, or many in one body.

internal import HTTPServer
internal import JobCore
internal import JobSpool

extension RequestHandler {
  /// `POST /v1/jobs`.
  func submitJobs(_ call: Call) throws(RequestFailure) -> Response {
    switch call.mediaType {
    case "application/json": return try submitOne(call)
    case "application/x-ndjson": return try submitMany(call)
    default: throw .unsupported("application/json or application/x-ndjson")
    }
  }

  private func submitOne(_ call: Call) throws(RequestFailure) -> Response {
    let json: JSON
    do throws(JSONError) {
      json = try JSON(parsing: call.request.body)
    } catch {
      throw RequestFailure(error)
    }
    let key = try call.idempotencyKey()
    let job = try newJob(
      json, call.caller, id: key, in: spool.unattendedContext(zones: zones))
    let results = try spoolCalls { () throws(SpoolError) in
      try spool.submit([job], at: now, ifAbsent: key != nil)
    }
    switch results.first {
    case .submitted(let state)?:
      var response = RequestHandler.response(
        .created, spool.view(state, zones: zones, at: now), to: call.caller)
      response.headers["Location"] = "\(settings.publicURL ?? "")/v1/jobs/\(state.id)"
      return response
    case .present(let state)?, .redefined(let state)?:
      return RequestHandler.response(
        .ok, spool.view(state, zones: zones, at: now), to: call.caller)
    case .failed(.differs)?:
      throw RequestFailure(
        .unprocessable, "Idempotency-Key: another document has had this key before")
    case .failed(let error)?: throw RequestFailure(error)
    case nil: throw RequestFailure(.internalError, "the job was not saved")
    }
  }

  private func submitMany(_ call: Call) throws(RequestFailure) -> Response {
    if call.request.headers["Idempotency-Key"] != nil {
      throw RequestFailure(
        .badRequest,
        "Idempotency-Key: it is for one job; of many, give each document an id of its own")
    }
    var context = spool.unattendedContext(zones: zones)
    // To propose a name for each of many wrong ones would read all names as often.
    context.modelNames = { [] }
    let batches = SubmissionBatches(call.request.body) {
      [context, self] json throws(RequestFailure) in
      try newJob(json, call.caller, id: nil, in: context)
    } submit: { [self] jobs throws(SpoolError) in
      try spool.submit(jobs, at: now)
    }
    return try spoolCalls { () throws(SpoolError) in
      try Response(["Content-Type": "application/x-ndjson"], slices: batches)
    }
  }

  /// A job of a caller, checked.
  private func newJob(
    _ json: JSON, _ caller: Caller, id: String?, in context: DocumentContext
  ) throws(RequestFailure) -> NewJob {
    guard var members = json.object else {
      throw RequestFailure(.badRequest, "a job is a JSON object, not \(json.kindName)")
    }
    if !caller.has(.provision) { try RequestHandler.checkRights(members) }
    if let id {
      if let own = members[DocumentKey.id.rawValue]?.string, own != id {
        throw RequestFailure(.badRequest, "id: the Idempotency-Key is another one")
      }
      members[DocumentKey.id.rawValue] = .string(id)
    }
    if let name = caller.name {
      let key = DocumentKey.createdBy.rawValue
      if let other = members[key]?.string, other != name, !caller.has(.admin) {
        throw RequestFailure(.forbidden, "createdBy: this is \"\(printable(name))\"")
      }
      if members[key]?.string == nil { members[key] = .string(name) }
    }
    return try documentCalls { () throws(DocumentError) in
      NewJob(try JobDocument(.object(members), in: context))
    }
  }

  /// What says when a model is run, and with which values. All else says what is run, and how.
  static let keysOfRunners: Set<DocumentKey> = [
    .id, .model, .name, .values, .quartzDef, .timeZone, .startDate, .endDate, .runOnce,
    .runImmediately, .dst, .misfire, .misfireGrace, .overlap, .daysOfWeekToRun, .blackout, .jitter,
    .retryCount, .retryDelay, .retryBackoff, .retryMaxDelay, .queue, .priority, .after, .hold,
    .worker,
    .expect, .description, .createdBy, .category, .subCategory, .clientRequestId, .labels,
  ]

  /// Sees that a document is one that whoever may only run things can submit.
  private static func checkRights(_ members: JSONObject) throws(RequestFailure) {
    for key in members.keys {
      // Unknown ones are told where all documents are read.
      guard let known = DocumentKey(rawValue: key), !keysOfRunners.contains(known) else { continue }
      throw RequestFailure(
        .forbidden,
        "\(key): it says what is run, or how, which needs the role \"provision\"; make the job "
          + "from a model")
    }
  }
}

extension Call {
  /// The key under which a request may be sent again (draft-ietf-httpapi-idempotency-key-header,
  /// where it stands in quotes; most clients leave them out).
  fileprivate func idempotencyKey() throws(RequestFailure) -> String? {
    let fields = request.headers.values(of: "Idempotency-Key")
    guard var key = fields.first else { return nil }
    if key.count > 1, key.hasPrefix("\""), key.hasSuffix("\"") {
      key = String(key.dropFirst().dropLast())
    }
    guard fields.count == 1, JobIdentifier.isValid(key) else {
      throw RequestFailure(
        .badRequest,
        "Idempotency-Key: it becomes the id, so 1 to 64 of A-Z a-z 0-9 . _ -, not starting with "
          + "a dot, not all digits")
    }
    return key
  }
}
