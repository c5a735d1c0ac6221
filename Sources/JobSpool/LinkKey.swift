// serve.key: the secret from which the links to outputs are made. Whoever removes it takes back
// all links given out.

public import JobCore
internal import LinuxIO

extension Spool {
  private static let linkKeyName = "serve.key"

  /// What makes the tokens in links to outputs; its key is made when it is first asked for.
  public func linkDigest() throws(SpoolError) -> KeyedDigest {
    if let key = try storedLinkKey() { return KeyedDigest(key: key) }
    try spoolCalls { () throws(SystemError) in
      let key = try Randomness.bytes(KeyedDigest.keyLength)
      let digits = key.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      let staging = Staging(self)
      try staging.write(Array("\(digits)\n".utf8), as: 0)
      var failure: SystemError?
      staging.sync { _, error in failure = error }
      if let failure { throw failure }
      do throws(SystemError) {
        try staging.publish(0, as: Spool.linkKeyName, in: root)
      } catch {
        // Somebody else was first, and links may have been given out already.
        if !error.isExists { throw error }
      }
      try root.sync()
    }
    guard let key = try storedLinkKey() else {
      throw .damaged(path: root.path(of: Spool.linkKeyName), reason: "it went away at once")
    }
    return KeyedDigest(key: key)
  }

  private func storedLinkKey() throws(SpoolError) -> [UInt8]? {
    let bytes = try spoolCalls { () throws(SystemError) -> [UInt8]? in
      guard let file = try root.openIfPresent(Spool.linkKeyName) else { return nil }
      return try file.contents(limit: 4096) ?? []
    }
    guard let bytes else { return nil }
    let digits = Array(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    let key = stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(digits[$0..<min($0 + 2, digits.count)]), radix: 16)
    }
    guard digits.count == 2 * KeyedDigest.keyLength, key.count == KeyedDigest.keyLength else {
      throw .damaged(
        path: root.path(of: Spool.linkKeyName),
        reason: "it does not hold \(2 * KeyedDigest.keyLength) hexadecimal digits")
    }
    return key
  }
}
