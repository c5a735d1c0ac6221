// The properties of a background job (contracts, seed 004), by their exact names and in the order
// of the seed.

internal import JobCore

extension BackgroundJob {
  /// A property.
  enum Property: String, CaseIterable, Sendable {
    case id = "ID"
    case jobCategoryID, categoryName, jobSubCategoryID, subCategoryName, jobDescription
    case clientRequestId, jobStatus, jobStatusText, publishLink, requestURL
    case publishLinkAccessScope, percentCompleted, jobID, responseType, response, startDate
    case completedDate, purgeDateTime, clientID
    case databaseName = "DatabaseName"
    case accountCode, purgeDays, canReRun, maximumDateTimeToExecuteJob, numberOfAttempts
    case canPublish = "CanPublish"
    case createdBy, createdDate, modifiedBy, modifiedDate, rowversion

    /// The name of its type in OData's entity data model.
    var edmType: String {
      switch self {
      case .id: "Edm.Int64"
      case .jobCategoryID, .jobSubCategoryID, .percentCompleted, .purgeDays, .numberOfAttempts:
        "Edm.Int32"
      case .startDate, .completedDate, .purgeDateTime, .maximumDateTimeToExecuteJob, .createdDate,
        .modifiedDate:
        "Edm.DateTimeOffset"
      case .categoryName, .subCategoryName, .jobDescription, .clientRequestId, .jobStatus,
        .jobStatusText, .publishLink, .requestURL, .publishLinkAccessScope, .jobID, .responseType,
        .response, .clientID, .databaseName, .accountCode, .canReRun, .canPublish, .createdBy,
        .modifiedBy, .rowversion:
        "Edm.String"
      }
    }

    private var filterType: FilterType {
      switch edmType {
      case "Edm.Int64", "Edm.Int32": .number
      case "Edm.DateTimeOffset": .instant
      default: .text
      }
    }

    /// The property of a name in any letter case, since the seed spells jobId and jobID.
    static func named(_ name: String) -> Property? {
      let wanted = name.lowercased()
      return allCases.first { $0.rawValue.lowercased() == wanted }
    }

    /// All of them, as filters know them: at the places of `allCases`.
    static let table = allCases.map { FilterProperty($0.rawValue, $0.filterType) }
  }
}
