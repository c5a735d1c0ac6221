// Where something stands in a text, for people (line and column) and for programs (offset).

/// A place in a text.
public struct JSONPosition: Hashable, Sendable {
  /// The line, from 1; only line feeds end one.
  public var line = 1

  /// The column, from 1, in characters (Unicode scalars), as editors count them.
  public var column = 1

  /// The number of bytes before it.
  public var offset = 0

  /// The beginning of a text.
  public init() {}

  /// Moves past some bytes. Only found errors pay for counting, good documents never do.
  mutating func advance(over bytes: some Sequence<UInt8>) {
    for byte in bytes {
      offset += 1
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte & 0b1100_0000 != 0b1000_0000 {
        // A byte that continues a scalar is no character of its own.
        column += 1
      }
    }
  }
}
