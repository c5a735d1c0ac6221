// Background jobs over OData, and their rerun (contracts, seed 004).

internal import HTTPServer
internal import JobCore
internal import JobSpool

extension RequestHandler {
  private static let odata: HeaderFields = [
    "Content-Type": "application/json;odata.metadata=minimal", "OData-Version": "4.0",
  ]

  /// `GET /jobsmanagement/odata/v1.0/backgroundjob`.
  func listBackgroundJobs(_ call: Call) throws(RequestFailure) -> Response {
    let query = try BackgroundJobQuery(call.request.query)
    let context = context(query, base(call.request))
    return try answer(query, call, context: context, RequestHandler.odata)
  }

  /// `GET /jobsmanagement/odata/v1.0/backgroundjob/$count`.
  func countBackgroundJobs(_ call: Call) throws(RequestFailure) -> Response {
    let query = try BackgroundJobQuery(call.request.query)
    let headers: HeaderFields = ["Content-Type": "text/plain", "OData-Version": "4.0"]
    return try answer(query, call, context: nil, headers)
  }

  private func answer(
    _ query: BackgroundJobQuery, _ call: Call, context: String?, _ headers: HeaderFields
  ) throws(RequestFailure) -> Response {
    let ids = try spoolCalls { () throws(SpoolError) in
      if let ids = try query.filter?.candidates(in: spool) { return ids }
      return try spool.allIdentifiers().sorted()
    }
    let links = try links(call.request)
    let listing = BackgroundJobListing(query, ids: ids, context: context) {
      [self] id throws(SpoolError) in
      guard let stored = try spool.job(id) else { return nil }
      return BackgroundJob(spool.view(stored.state, zones: zones, at: now), in: spool, links)
    }
    if listing.isShort {
      let body = try spoolCalls { () throws(SpoolError) in try listing.all() }
      return Response(.ok, headers: headers, body: body)
    }
    return Response(
      .ok, headers: headers,
      stream: BodyStream(isCostly: true) { _ in
        do throws(SpoolError) {
          return try listing.next().map { .bytes($0) } ?? .end
        } catch {
          return .failed
        }
      })
  }

  private func context(_ query: BackgroundJobQuery, _ base: String) -> String {
    var fragment = BackgroundJobMetadata.entitySet
    if query.isSelection {
      fragment += "(\(query.properties.map(\.rawValue).joined(separator: ",")))"
    }
    return "\(base)\(BackgroundJobMetadata.root)/$metadata#\(fragment)"
  }

  /// `GET /jobsmanagement/odata/v1.0`: what a client that knows nothing begins with.
  func describeBackgroundJobs(_ call: Call) -> Response {
    let set = JSON.string(BackgroundJobMetadata.entitySet)
    return .json(
      [
        "@odata.context": .string("\(base(call.request))\(BackgroundJobMetadata.root)/$metadata"),
        "value": [["name": set, "kind": "EntitySet", "url": set]],
      ], headers: RequestHandler.odata)
  }

  /// `GET /jobsmanagement/odata/v1.0/$metadata`.
  func backgroundJobMetadata() -> Response {
    Response(
      .ok, headers: ["Content-Type": "application/xml;charset=utf-8", "OData-Version": "4.0"],
      body: Array(BackgroundJobMetadata.document.utf8))
  }

  /// `POST /jobsmanagement/v1.0/backgroundjob/{jobID}/rerun`.
  func rerun(_ call: Call) throws(RequestFailure) -> Response {
    let state = try apply(.rerun, to: call.parameters["jobID"] ?? "", call.caller)
    let links = try links(call.request)
    return .json([
      "jobId": .string(state.id),
      "jobStatus": .string(BackgroundJob.Status(state.phase.word).rawValue),
      "publishLink": .string(links.publishLink(state.id)),
      "publishLinkAccessScope": .string(state.spec.publishLinkAccessScope.rawValue),
    ])
  }

  /// What the links that are given out begin with.
  func base(_ request: Request) -> String {
    settings.publicURL ?? "http://\(request.host ?? "localhost")"
  }

  func links(_ request: Request) throws(RequestFailure) -> OutputLinks {
    try links(base: base(request))
  }

  /// Links that begin with something.
  func links(base: String) throws(RequestFailure) -> OutputLinks {
    OutputLinks(try spoolCalls { () throws(SpoolError) in try spool.linkDigest() }, base: base)
  }
}
