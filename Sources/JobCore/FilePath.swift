// Paths are bytes to the kernel: a combining mark behind a slash makes one character of both, and
// they have to come apart all the same.

extension String {
  /// The names in a path, without empty ones.
  public var pathNames: [String] {
    utf8.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether a path begins at the root.
  public var isAbsolutePath: Bool { utf8.first == UInt8(ascii: "/") }

  /// The path of the directory that a path lies in, without a slash at its end; nil if it is a
  /// name alone, empty for the root.
  public var parentPath: String? {
    utf8.lastIndex(of: UInt8(ascii: "/")).map { String(self[..<$0]) }
  }
}
