// The links to what jobs have written. The token in a link follows from the spool's key, so no job
// carries a secret in its state, and all links end when the key is removed.

internal import JobCore

/// Makes links to outputs, and knows its own again.
struct OutputLinks {
  static let publishPath = "/reports/v1.0/publishlink"
  static let documentPath = "/documentmanagement/v1.0/aimsdocument"

  private let digest: KeyedDigest
  /// Scheme and authority, without a slash at the end.
  private let base: String

  init(_ digest: KeyedDigest, base: String) {
    self.digest = digest
    self.base = base
  }

  /// The link to what a job has written on standard output.
  func publishLink(_ id: String) -> String {
    "\(base)\(OutputLinks.publishPath)/\(id)/\(publishToken(id))"
  }

  func publishToken(_ id: String) -> String { digest.token("publish", id) }

  /// The link to a file that an attempt has left.
  func documentLink(_ id: String, attempt: String, name: String) -> String {
    "\(base)\(OutputLinks.documentPath)/\(id)/\(documentToken(id, attempt: attempt, name: name))"
  }

  func documentToken(_ id: String, attempt: String, name: String) -> String {
    digest.token("document", id, attempt, name)
  }
}
