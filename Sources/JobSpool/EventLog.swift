// events/<day>.ndjson: the history of decisions, one line each. Not truth, so it is not
// synced, and a failure to write it never stops anything.

public import JobCore
internal import LinuxIO

extension Spool {
  /// Adds lines to the history of their days: one write for a day, so that lines of several
  /// processes do not mix.
  public func append(_ entries: [HistoryEntry]) {
    if entries.isEmpty { return }
    var lines: [String: [UInt8]] = [:]
    for entry in entries {
      let day = String(entry.decision.at.rfc3339.prefix(10))
      entry.json.serialize(into: &lines[day, default: []])
      lines[day, default: []].append(UInt8(ascii: "\n"))
    }
    for (day, bytes) in lines {
      let name = "\(day).ndjson"
      // Opening a fifo would wait for somebody who reads it.
      let there = try? self.events.status(of: name)
      if let there, there.kind != .regular { continue }
      guard let file = try? self.events.open(name, .readAndAppend) else { continue }
      // A full disk or a crash may have cut the last line short: it stays alone.
      let isTorn = Spool.isTorn(file, size: there?.size ?? 0)
      _ = try? file.write(isTorn ? [UInt8(ascii: "\n")] + bytes : bytes)
    }
  }

  /// Whether something else than a line feed stands at the end of a file.
  private static func isTorn(_ file: borrowing Descriptor, size: Int64) -> Bool {
    guard size > 0, let last = try? file.read(limit: 1, at: size - 1).first else { return false }
    return last != UInt8(ascii: "\n")
  }
}
