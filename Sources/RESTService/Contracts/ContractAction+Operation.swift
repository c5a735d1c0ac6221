// The contracts' requests, described for /openapi.json.

internal import HTTPServer

extension ContractAction {
  /// What it takes and answers.
  var operation: Operation {
    switch self {
    case .startProcess:
      Operation("Start a process from a model.")
        .taking(.json("ProcessStart"))
        .answering(.ok, "It is saved.", .json("ProcessStarted")).naming(jobAt: "/robustaSpid")
        .refusing(.conflict)
    case .processStatus:
      Operation("How a process stands.", .job("robustaSpid"))
        .answering(.ok, "Its status and outputs.", .json("ProcessStatus")).refusing(.notFound)
    case .cancelJob:
      Operation("Cancel a job.")
        .taking(.json("CancelJob"))
        .answering(.ok, "The request is kept.", .json("CancelJobDone")).refusing(.notFound)
    case .describeBackgroundJobs:
      Operation("The entity sets of the OData service.")
        .answering(.ok, "The service document.", .odata("ODataService"))
    case .backgroundJobMetadata:
      Operation("The OData service's metadata.")
        .answering(.ok, "CSDL.", .bytes("application/xml;charset=utf-8"))
    case .listBackgroundJobs:
      Operation(
        "List jobs by OData.", .odataFilter, .odataSelect, .odataOrder,
        .odataCount("$top"), .odataCount("$skip"), Parameter("$count", .flag, "Whether to count."),
        .odataFormat
      ).answering(.ok, "Those that fit.", .odata("BackgroundJobs"))
    case .countBackgroundJobs:
      Operation(
        "Count jobs by OData.", .odataFilter, .odataSelect, .odataOrder,
        .odataCount("$top"), .odataCount("$skip"), Parameter("$count", .flag, "Whether to count."),
        .odataFormat
      ).answering(.ok, "Their number.", .bytes("text/plain"))
    case .rerun:
      Operation("Run a job once more.", .job("jobID"))
        .answering(.ok, "A run is due.", .json("Rerun")).refusing(.notFound, .conflict)
    case .publishedOutput:
      Operation("Output of a job, by its link.", .job("jobID"), .token)
        .answering(.ok, "Standard output.", .bytes("text/plain; charset=utf-8"))
        .refusing(.unauthorized, .forbidden, .notFound)
    case .downloadDocument:
      Operation("A file of a job, by its link.", .job("jobID"), .token)
        .answering(.ok, "The file.", .bytes("application/octet-stream"))
        .refusing(.unauthorized, .forbidden, .notFound)
    case .initiate:
      Operation("Run a plan's command.")
        .taking(.json("Initiation")).answering(.ok, "The run is durable.")
        .refusing(.contentTooLarge, .conflict)
    case .provision:
      Operation("Put a plan in place, or take the place of one.")
        .taking(.json("Provision")).answering(.ok, "All of it is in place.")
    case .removePlan:
      Operation("Remove a plan.")
        .taking(Operation.Content(type: "text/plain", schema: "PlanName"))
        .answering(.ok, "It is not there any more.")
    }
  }
}

extension Operation.Content {
  fileprivate static func odata(_ schema: String) -> Operation.Content {
    Operation.Content(type: "application/json;odata.metadata=minimal", schema: schema)
  }
}

extension Parameter {
  /// The id of a job, exact.
  static func job(_ name: String) -> Parameter {
    Parameter(name, in: .path, .form("Id"), "Its id.")
  }

  fileprivate static let token = Parameter("token", in: .path, .text, "The key in the link.")
  fileprivate static let odataFilter = odata("$filter").such(as: "jobStatus eq 'Failed'")
  fileprivate static let odataSelect = odata("$select").such(as: "ID,jobStatus")
  fileprivate static let odataOrder = odata("$orderby").such(as: "ID desc")
  fileprivate static func odata(_ name: String) -> Parameter {
    Parameter(name, .text, "As in OData 4.")
  }
  fileprivate static func odataCount(_ name: String) -> Parameter {
    Parameter(name, .integer(0...Int.max), "As in OData 4.")
  }
  fileprivate static let odataFormat = Parameter("$format", .choice(["json"]), "The only one.")
}
