// The requests of the contracts: path, method, action, and the role that each takes.
// The man page's test reads the table.

internal import HTTPServer

/// One request of the contracts.
enum ContractAction: CaseIterable {
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

extension Endpoint {
  /// Paths are known with and without the name of the original's web application.
  static let contractPrefixes = ["", "/scheduler-agent"]

  static let contracts = [
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

  private init(_ path: String, _ method: Method, _ action: ContractAction, _ role: Role?) {
    self.init(path, method, .contract(action), role: role)
  }
}
