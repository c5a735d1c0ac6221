// What is wrong with a filter, and where.

/// A fault in a filter.
public struct FilterError: Error, Hashable, Sendable {
  /// Where it is, from 1, in Unicode scalars; one past the end for what is missing there.
  public let column: Int
  /// What is wrong and what was expected.
  public let reason: String

  /// The fault in plain English, with its place in front.
  public var message: String { "column \(column): \(reason)" }
}
