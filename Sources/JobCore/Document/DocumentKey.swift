// Every key of a job document, in one table. Reader, canonical writer, submit's options
// and the man page's test are all held against it.

/// A key of a job document (man/jobrun-job.5).
public enum DocumentKey: String, CaseIterable, Sendable {
  case id
  case command
  case model
  case name
  case values
  case environment
  case workingDirectory
  case umask
  case stdin
  case successfulReturnCodes
  case quartzDef
  case fileTrigger
  case timeZone
  case startDate
  case endDate
  case runOnce
  case runImmediately
  case dst
  case misfire
  case misfireGrace
  case overlap
  case daysOfWeekToRun
  case blackout
  case jitter
  case retryCount
  case retryDelay
  case retryBackoff
  case retryMaxDelay
  case maxExecutionTime
  case minExecutionTime
  case killGrace
  case leftovers
  case maxOutputBytes
  case queue
  case priority
  case needs
  case locks
  case after
  case hooks
  case expect
  case hold
  case purgeDays
  case canReRun
  case maximumDateTimeToExecuteJob
  case publishLinkAccessScope
  case worker
  case description
  case createdBy
  case category
  case subCategory
  case clientRequestId
  case labels
  case plan

  /// Keys that a model file may not hold: they belong to one job.
  static let notInModels: [DocumentKey] = [.id, .model, .values, .after, .plan]

  private static let table = JSONKeyTable(allCases.map(\.rawValue))

  /// The key of a name; nil if there is none. The compiler's own would make a hash table at its
  /// first use, which costs `jobrun submit` more than all the documents it is given.
  public init?(rawValue: String) {
    guard let index = DocumentKey.table.index(of: rawValue) else { return nil }
    self = DocumentKey.allCases[index]
  }
}
