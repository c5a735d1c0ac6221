// The native requests: path, method, action, and the role that each takes.
// The man page's test reads the table.

internal import HTTPServer

/// One native request.
enum NativeAction: CaseIterable {
  case summary
  case listJobs, submitJobs, showJob, explainJob
  case cancelJob, rerunJob, holdJob, releaseJob
  case readLog, listArtifacts, downloadArtifact
  case previewJob, previewExpression
  case listModels, showModel
  case followEvents
  case liveness, readiness, metrics
  case describeService
  case page, pageFile
}

extension Endpoint {
  static let native = [
    Endpoint("/v1/summary", .get, .summary, .read),
    Endpoint("/v1/jobs", .get, .listJobs, .read),
    Endpoint("/v1/jobs", .post, .submitJobs, .run),
    Endpoint("/v1/jobs/{id}", .get, .showJob, .read),
    Endpoint("/v1/jobs/{id}/why", .get, .explainJob, .read),
    Endpoint("/v1/jobs/{id}/cancel", .post, .cancelJob, .run),
    Endpoint("/v1/jobs/{id}/rerun", .post, .rerunJob, .run),
    Endpoint("/v1/jobs/{id}/hold", .post, .holdJob, .run),
    Endpoint("/v1/jobs/{id}/release", .post, .releaseJob, .run),
    Endpoint("/v1/jobs/{id}/logs", .get, .readLog, .read),
    Endpoint("/v1/jobs/{id}/artifacts", .get, .listArtifacts, .read),
    Endpoint("/v1/jobs/{id}/artifacts/{name}", .get, .downloadArtifact, .read),
    Endpoint("/v1/jobs/{id}/next", .get, .previewJob, .read),
    Endpoint("/v1/next", .get, .previewExpression, .read),
    Endpoint("/v1/models", .get, .listModels, .read),
    Endpoint("/v1/models/{name}", .get, .showModel, .read),
    Endpoint("/v1/events", .get, .followEvents, .read),
    // Probes have no password, and learn nothing but whether all is well.
    Endpoint("/healthz", .get, .liveness, nil),
    Endpoint("/readyz", .get, .readiness, nil),
    Endpoint("/metrics", .get, .metrics, .read),
    // What can be asked is no secret: it is in the manual.
    Endpoint("/openapi.json", .get, .describeService, nil),
    // Asked for a password here, a browser has it for all that follows.
    Endpoint("/", .get, .page, .read),
    Endpoint("/page/{file}", .get, .pageFile, .read),
  ]

  private init(_ path: String, _ method: Method, _ action: NativeAction, _ role: Role?) {
    self.init(path, method, .native(action), role: role)
  }
}
