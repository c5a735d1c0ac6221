// Every request that is answered, in one table: path, method, action, and the role it takes.
// The man page's test reads it.

internal import HTTPServer

/// One request of the contracts.
enum Action {
  case startProcess, processStatus
  case cancelJob
  case describeBackgroundJobs, backgroundJobMetadata, listBackgroundJobs, countBackgroundJobs
  case rerun
  case publishedOutput, downloadDocument
  case initiate
  case provision, removePlan

  /// How its failures are worded.
  var errorShape: ErrorShape {
    switch self {
    case .startProcess, .processStatus: .message
    case .cancelJob: .cancelJob
    case .describeBackgroundJobs, .backgroundJobMetadata, .listBackgroundJobs,
      .countBackgroundJobs, .rerun, .publishedOutput, .downloadDocument:
      .odata
    case .initiate, .provision, .removePlan: .errorMessage
    }
  }
}

/// A row of the table.
struct Endpoint {
  let path: String
  let method: Method
  let action: Action
  /// What the caller must be allowed to do; nil: the action decides itself.
  let role: Role?

  init(_ path: String, _ method: Method, _ action: Action, _ role: Role?) {
    self.path = path
    self.method = method
    self.action = action
    self.role = role
  }

  static let all = [
    Endpoint("/scheduler/connector-API/process/start", .post, .startProcess, .run),
    Endpoint(
      "/scheduler/connector-api/process/status/{robustaSpid}", .get, .processStatus, .read),
    Endpoint("/up/v5/rest/scheduling/CancelJob", .put, .cancelJob, .run),
    Endpoint("/jobsmanagement/odata/v1.0", .get, .describeBackgroundJobs, .read),
    Endpoint("/jobsmanagement/odata/v1.0/$metadata", .get, .backgroundJobMetadata, .read),
    Endpoint("/jobsmanagement/odata/v1.0/backgroundjob", .get, .listBackgroundJobs, .read),
    Endpoint(
      "/jobsmanagement/odata/v1.0/backgroundjob/$count", .get, .countBackgroundJobs, .read),
    Endpoint("/jobsmanagement/v1.0/backgroundjob/{jobID}/rerun", .post, .rerun, .run),
    // Who may have an output is the job's to say.
    Endpoint("/reports/v1.0/publishlink/{jobID}/{token}", .get, .publishedOutput, nil),
    Endpoint(
      "/documentmanagement/v1.0/aimsdocument/{jobID}/{token}", .get, .downloadDocument, nil),
    Endpoint("/rest/schedulerJobInitiation", .put, .initiate, .run),
    Endpoint("/rest/jobProvision", .put, .provision, .provision),
    Endpoint("/rest/jobProvision/remove", .delete, .removePlan, .provision),
  ]

  /// Paths are known with and without the name of the original's web application.
  static let prefixes = ["", "/scheduler-agent"]
}
