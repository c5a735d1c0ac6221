// The access log: one line a request on standard error. Every part of a line is either made here
// or was checked to hold neither blanks nor control characters, so no client can make a line of
// its own.

internal import HTTPServer
internal import JobCore
internal import LinuxIO

/// Lines for requests that are over.
public final class AccessLog {
  /// How a line looks.
  public enum Style: String, CaseIterable, Sendable {
    /// Words between blanks: time, address, user, method, path, status, bytes, milliseconds.
    case text
    /// One JSON object a line.
    case json
  }

  private let style: Style
  private let loop: EventLoop
  private var lines: [UInt8] = []

  init(style: Style, loop: EventLoop) {
    self.style = style
    self.loop = loop
  }

  /// Notes a request; it is written at the end of the loop's turn, together with the others.
  func note(_ record: AccessRecord) {
    if lines.isEmpty { loop.postpone { [weak self] in self?.flush() } }
    lines += AccessLog.line(record, style, at: Instant(milliseconds: Clock.real.milliseconds))
  }

  /// Writes what was noted.
  func flush() {
    // A log that cannot be written must not stop the service.
    _ = try? StandardStream.error.write(lines)
    lines = []
  }

  /// What stands before tokens in paths, in lower case.
  private static let beforeTokens = Endpoint.all.filter { $0.path.hasSuffix("/{token}") }.map {
    Array($0.path.prefix { $0 != "{" }.lowercased().utf8)
  }

  /// A path as it may be read: the token of a link is a key.
  private static func withoutToken(_ path: Substring) -> Substring {
    var path = path
    // Without copying it, which most paths are spared that way.
    let isLink = path.withUTF8 { bytes in
      // Behind a prefix, or in a target with its host, it begins anywhere.
      bytes.indices.contains { start in
        bytes[start] == UInt8(ascii: "/")
          && beforeTokens.contains { begins(bytes[start...], with: $0) }
      }
    }
    guard isLink, let slash = path.lastIndex(of: "/") else { return path }
    return path[...slash] + "***"
  }

  /// Whether bytes begin with others, which are in lower case.
  private static func begins(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, with others: [UInt8])
    -> Bool
  {
    guard bytes.count >= others.count else { return false }
    return zip(bytes, others).allSatisfy { byte, other in
      let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      return (isUpper ? byte | 0x20 : byte) == other
    }
  }

  /// One line with its end.
  static func line(_ record: AccessRecord, _ style: Style, at now: Instant) -> [UInt8] {
    let address = record.peer.map { $0.host.isEmpty ? "unix" : $0.host }
    // The query stays out: what people filter by is nobody's business.
    let path = record.target.map { target in
      withoutToken(target[..<(target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex)])
    }
    var line: [UInt8]
    switch style {
    case .text:
      // Put together from bytes: each request pays for it.
      line = []
      line.reserveCapacity(160)
      line += now.rfc3339.utf8
      func add(_ word: some StringProtocol) {
        line.append(UInt8(ascii: " "))
        line += word.utf8
      }
      add(address ?? "-")
      add(record.user ?? "-")
      add(record.method?.rawValue ?? "-")
      add(path ?? "-")
      add(record.status.map { String($0.rawValue) } ?? "-")
      add(String(record.bodyBytes))
      add("\(record.milliseconds)ms")
      if let note = AccessLog.note(of: record) { line += Array(" (\(note))".utf8) }
    case .json:
      var members: JSONObject = [
        "at": .string(now.rfc3339), "bytes": .number(JSONNumber(record.bodyBytes)),
        "milliseconds": .number(JSONNumber(Int(record.milliseconds))),
      ]
      members["address"] = address.map { .string($0) }
      members["user"] = record.user.map { .string($0) }
      members["method"] = record.method.map { .string($0.rawValue) }
      members["path"] = path.map { .string(String($0)) }
      members["status"] = record.status.map { .number(JSONNumber($0.rawValue)) }
      members["note"] = AccessLog.note(of: record).map { .string($0) }
      line = JSON.object(members).serialized()
    }
    line.append(UInt8(ascii: "\n"))
    return line
  }

  private static func note(of record: AccessRecord) -> String? {
    record.note ?? (record.isComplete ? nil : "cut short")
  }
}
