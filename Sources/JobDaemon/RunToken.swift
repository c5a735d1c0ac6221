// What an attempt's processes carry in their environment, so that all that is left of it can be found.

internal import LinuxIO

/// A token of one attempt.
enum RunToken {
  /// A new one: 32 hexadecimal digits that nobody has had.
  static func make() throws(SystemError) -> String {
    try Randomness.bytes(16).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
