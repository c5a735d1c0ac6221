// Errors of compiled zone files.

/// Why bytes are not a compiled zone file (RFC 9636).
public struct TimeZoneFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// 0-based offset, in bytes, of what is wrong.
  public var byte: Int
  /// What was wrong and expected, in plain English.
  public var reason: String

  public init(byte: Int, reason: String) {
    self.byte = byte
    self.reason = reason
  }

  public var description: String { "byte \(byte): \(reason)" }
}
