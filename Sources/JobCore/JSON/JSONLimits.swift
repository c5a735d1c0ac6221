// What a document may cost to read. Both limits hold before anything is allocated for what is
// beyond them.

/// How large and how deep a document may be.
public struct JSONLimits: Hashable, Sendable {
  /// How many arrays and objects may stand inside one another.
  ///
  /// Job documents nest four deep. The reader calls itself once per level, so this also bounds the
  /// stack it needs; hostile input could otherwise end the process.
  public var depth = 64

  /// The length of the text in bytes: 1 MiB, what a spool takes as one job file.
  public var bytes = 1 << 20

  /// The usual limits.
  public init() {}

  /// Limits of one's own.
  public init(depth: Int = 64, bytes: Int = 1 << 20) {
    self.depth = depth
    self.bytes = bytes
  }
}
