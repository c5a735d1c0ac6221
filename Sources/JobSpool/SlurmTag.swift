// slurm.tag: what tells the runs of this spool from those of others on the same cluster. Made when
// it is first asked for, and never changed.

public import LinuxIO

extension Spool {
  static let slurmTagName = "slurm.tag"

  /// Eight hexadecimal digits.
  public func slurmTag() throws(SystemError) -> String {
    if let tag = try storedSlurmTag() { return tag }
    let digits = try Randomness.bytes(4).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    // Only a daemon asks, and there is one; what cannot be read is nobody's work.
    let tag = digits.joined()
    try put(Array("\(tag)\n".utf8), as: Spool.slurmTagName, in: root)
    return tag
  }

  private func storedSlurmTag() throws(SystemError) -> String? {
    guard let file = try root.openIfPresent(Spool.slurmTagName),
      let bytes = try file.contents(limit: 64)
    else { return nil }
    let tag = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    return tag.utf8.count == 8 && tag.allSatisfy(\.isHexDigit) ? tag : nil
  }
}
