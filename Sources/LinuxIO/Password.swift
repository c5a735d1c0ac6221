// Passwords as libcrypt keeps them (crypt(3), crypt(5)). Everything here may take as long as a hash
// asks for, which is the point of such a hash: not to be called where others wait.

internal import CLinux
internal import Glibc

/// Password hashes.
public enum Password {
  /// The longest password that crypt takes (CRYPT_MAX_PASSPHRASE_SIZE), in bytes.
  public static let longest = 511
  /// The longest hash (CRYPT_OUTPUT_SIZE), in bytes.
  public static let longestHash = 383

  /// A new hash of a password without zero bytes, by the method that the library prefers.
  public static func hash(_ password: [UInt8]) throws(SystemError) -> String {
    var hash = [CChar](repeating: 0, count: longestHash + 1)
    var text = password.map { CChar(bitPattern: $0) } + [0]
    defer { for index in text.indices { text[index] = 0 } }
    _ = try check("crypt") { clinux_new_hash(text, &hash, Int32(hash.count)) }
    return String(decoding: hash.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Whether a password is the one that a hash was made of.
  public static func matches(_ password: [UInt8], _ hash: String) -> Bool {
    let text = password.map { CChar(bitPattern: $0) } + [0]
    // C would compare what stands before a zero byte.
    return clinux_matches_hash(text, hash) == 1 && !password.contains(0)
  }

  /// Whether a text is a hash by a method that the library knows and does not hold for outdated.
  public static func isHash(_ text: String) -> Bool {
    text.hasPrefix("$") && text.utf8.count <= longestHash && clinux_is_hash(text) == 1
  }
}

extension Terminal {
  /// Asks at the terminal that is standard input for a line that is not shown.
  /// - Returns: the line without its end; nil if a signal came instead, which the caller should
  ///   take for what it usually means. The terminal shows again what is typed in any case.
  public static func secret(prompt: String) throws(SystemError) -> [UInt8]? {
    let signals = try SignalQueue([.interrupt, .terminate, .hangUp])
    let poller = try Poller()
    let input = try Descriptor.standard(0)
    try poller.add(signals.descriptor, token: 1)
    try poller.add(input, token: 0)
    _ = try check("tcsetattr", "standard input") { clinux_set_echo(0, 0) }
    defer { _ = clinux_set_echo(0, 1) }
    try StandardStream.error.write(Array(prompt.utf8))
    let events = try poller.wait()
    // The end of the line was not shown either.
    try StandardStream.error.write([UInt8(ascii: "\n")])
    if events.contains(where: { $0.token == 1 }) { return nil }
    let line = try StandardStream.input.read(limit: 4096)
    return Array(line.last == UInt8(ascii: "\n") ? line.dropLast() : line[...])
  }
}

extension CurrentProcess {
  /// Lets others go first.
  public static func lowerPriority() { clinux_lower_priority() }
}
