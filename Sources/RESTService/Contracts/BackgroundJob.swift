// A job in the words of seed 004. Values are made when they are asked for: a filter on the status
// of thousands of jobs looks into no directory.

internal import JobCore
internal import JobSpool
internal import LinuxIO

/// A job as OData clients see it.
final class BackgroundJob {
  private let view: JobView
  private let spool: Spool
  private let links: OutputLinks

  init(_ view: JobView, in spool: Spool, _ links: OutputLinks) {
    self.view = view
    self.spool = spool
    self.links = links
  }

  private var state: JobState { view.state }
  private var spec: JobSpec { view.state.spec }

  /// Whether the job fits a filter over `Property.table`.
  func fits(_ filter: Filter) -> Bool {
    filter.fits { [self] in value(of: Property.allCases[$0]) }
  }

  /// Some properties with their values.
  func json(_ properties: [Property]) -> JSON {
    .object(JSONObject(properties.map { ($0.rawValue, json(of: $0)) }))
  }

  private func json(of property: Property) -> JSON {
    switch value(of: property) {
    case .null: .null
    case .text(let text): .string(text)
    case .number(let number): .number(JSONNumber(Int64(number)))
    case .instant(let instant): .string(instant.rfc3339)
    case .truth(let truth): .bool(truth)
    }
  }

  /// The value of a property; null where nothing is known.
  func value(of property: Property) -> FilterValue {
    switch property {
    case .id: .number(Double(state.number))
    case .categoryName: text(spec.category)
    case .subCategoryName: text(spec.subCategory)
    case .jobDescription: .text(spec.description ?? spec.name)
    case .clientRequestId: text(spec.clientRequestId)
    case .jobStatus: .text(Status(state.phase.word).rawValue)
    case .jobStatusText: .text(statusText)
    case .publishLink: .text(links.publishLink(state.id))
    case .publishLinkAccessScope: .text(spec.publishLinkAccessScope.rawValue)
    case .percentCompleted: percentCompleted
    case .jobID: .text(state.id)
    case .responseType: documents.isEmpty ? .null : .text("File Attachment")
    case .response: text(response)
    case .startDate: instant(view.startedAt ?? state.lastOutcome?.startedAt)
    case .completedDate: instant(state.finishedAt)
    case .purgeDateTime: instant(purgeDate)
    case .purgeDays: .number(Double(spec.purgeDays))
    case .canReRun: .text(spec.canReRun ? "Yes" : "No")
    case .maximumDateTimeToExecuteJob: instant(spec.maximumDateTimeToExecuteJob)
    case .numberOfAttempts: .number(Double(attempts))
    case .canPublish: .text(attemptName == nil ? "No" : "Yes")
    case .createdBy: text(spec.createdBy)
    case .createdDate: .instant(state.submittedAt)
    case .modifiedBy: text(state.decisions.last { $0.by != nil }?.by ?? spec.createdBy)
    case .modifiedDate: .instant(state.decisions.last?.at ?? state.submittedAt)
    case .rowversion: .text(Base64.text(of: bigEndian(UInt64(state.revision))))
    // jobrun has no categories with numbers, no clients and no databases.
    case .jobCategoryID, .jobSubCategoryID, .requestURL, .clientID, .databaseName, .accountCode:
      .null
    }
  }

  private func text(_ text: String?) -> FilterValue { text.map { .text($0) } ?? .null }
  private func instant(_ instant: Instant?) -> FilterValue { instant.map { .instant($0) } ?? .null }

  /// The seed's three words.
  enum Status: String {
    case queued = "Queued"
    case completed = "Completed"
    case failed = "Failed"

    init(_ phase: Phase.Word) {
      switch phase {
      case .held, .waiting, .queued, .starting, .running, .backoff: self = .queued
      case .succeeded: self = .completed
      case .failed, .expired, .cancelled: self = .failed
      }
    }
  }

  private var statusText: String {
    switch state.phase {
    case .held, .awaiting, .waiting, .queued, .starting, .running, .backoff, .succeeded:
      return view.message
    case .failed(let reason): return "failed: \(reason)"
    case .expired(let reason): return "expired: \(reason)"
    case .cancelled(let reason):
      let who = state.decisions.last { $0.kind == .cancelled && $0.by != nil }?.by
      return "cancelled\(who.map { " by \($0)" } ?? ""): \(reason)"
    }
  }

  private var percentCompleted: FilterValue {
    if case .succeeded = state.phase { return .number(100) }
    if let percent = view.percentCompleted { return .number(Double(percent)) }
    return state.runs == 0 ? .number(0) : .null
  }

  /// Attempts begun. The state keeps 20 outcomes; of a longer history runs are counted.
  private var attempts: Int {
    let isLive = state.phase.liveAttempt != nil
    return max(state.history.count + (isLive ? 1 : 0), state.runs - 1 + state.attempts)
  }

  private var purgeDate: Instant? {
    state.finishedAt.map { $0 + TimeSpan(milliseconds: Int64(spec.purgeDays) * 86_400_000) }
  }

  private func bigEndian(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * (7 - $0))) }
  }

  // MARK: Output

  /// Directory of the latest attempt of the latest run, if it has left anything.
  private lazy var attemptName: String? =
    (try? spool.latestAttempt(state.id, run: state.runs)) ?? nil

  private lazy var documents: [Artifact] =
    attemptName.flatMap { name in
      try? spool.artifacts(state.id, attempt: name)
    } ?? []

  /// The seed's string with a JSON array in it.
  private var response: String? {
    guard !documents.isEmpty, let attemptName else { return nil }
    let array = documents.map { document -> JSON in
      [
        "documentName": .string(document.name),
        "DownloadLink": .string(
          links.documentLink(state.id, attempt: attemptName, name: document.name)),
        "SizeInMB": BackgroundJob.megabytes(document.size),
        "Type": .string(BackgroundJob.ending(document.name)),
        "DocumentID": .string(state.id),
        "ExpiryDate": purgeDate.map { .string($0.rfc3339) } ?? .null,
        "Version": "1.0",
      ]
    }
    return String(decoding: JSON.array(array).serialized(keepingOrder: true), as: UTF8.self)
  }

  /// With two decimals, as the seed's 0.0.
  static func megabytes(_ bytes: Int64) -> JSON {
    let rounded = (Double(bytes) / 1_048_576 * 100).rounded() / 100
    return JSONNumber(rounded).map { .number($0) } ?? .null
  }

  /// The ending of a file's name, with its dot; empty without one.
  static func ending(_ name: String) -> String {
    let file = name.pathNames.last ?? ""
    guard let dot = file.lastIndex(of: "."), dot > file.startIndex else { return "" }
    return String(file[dot...])
  }
}

/// Base64 (RFC 4648, section 4).
enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func text(of bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for place in 0..<4 {
        text.append(
          place <= group.count
            ? alphabet[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
