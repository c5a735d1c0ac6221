// What a request is about: path and query, split first and decoded once afterwards, so
// that an encoded slash stays inside its segment.

/// One `name=value` of a query; without "=", the value is empty.
public struct QueryItem: Hashable, Sendable {
  /// What is before the first "=", decoded.
  public let name: String
  /// What is behind it, decoded.
  public let value: String

  /// Puts a pair together, both decoded.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// A request target (RFC 9112 section 3.2), taken apart.
struct RequestTarget: Hashable {
  /// As it was sent.
  var text = ""
  /// Segments of the path, decoded; empty for "/" and "*". A slash at the end makes an
  /// empty last segment.
  var path: [String] = []
  var query: [QueryItem] = []
  /// "*", the server as a whole; only with OPTIONS.
  var isAsterisk = false
  /// The host of the absolute form, which counts instead of the Host field (section 3.2.2).
  var authority: String?

  init(_ bytes: ArraySlice<UInt8>, method: Method) throws(Refusal) {
    for byte in bytes where !RequestTarget.isAllowed(byte) {
      throw .bad("the request target holds a character that must be encoded")
    }
    text = String(decoding: bytes, as: UTF8.self)
    if bytes.elementsEqual("*".utf8) {
      guard method == .options else { throw .bad("only OPTIONS may ask for *") }
      isAsterisk = true
      return
    }
    let rest = try takeAuthority(from: bytes)
    let end = rest.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
    path = try RequestTarget.segments(of: rest[..<end])
    query = try RequestTarget.items(of: rest[end...].dropFirst())
  }

  /// Visible ASCII without what no client may send bare (RFC 3986 section 2). Braces, bars
  /// and brackets are let through: browsers leave them as they are.
  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "#"), UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"),
      UInt8(ascii: "\\"):
      return false
    default:
      return (0x21...0x7E).contains(byte)
    }
  }

  /// Splits the absolute form; leaves path and query. An empty path means "/".
  private mutating func takeAuthority(
    from bytes: ArraySlice<UInt8>
  ) throws(Refusal) -> ArraySlice<UInt8> {
    if bytes.first == UInt8(ascii: "/") { return bytes }
    for scheme in ["http://", "https://"] {
      let start = bytes.prefix(scheme.utf8.count)
      guard start.map(Syntax.lowercased).elementsEqual(scheme.utf8) else { continue }
      let rest = bytes.dropFirst(scheme.utf8.count)
      let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
      let host = rest[..<(end ?? rest.endIndex)]
      guard !host.isEmpty, HostField.isValid(host) else { throw .bad("the host is malformed") }
      authority = String(decoding: host, as: UTF8.self)
      return rest[(end ?? rest.endIndex)...]
    }
    throw .bad("the request target is neither a path nor an http address")
  }

  private static func segments(of path: ArraySlice<UInt8>) throws(Refusal) -> [String] {
    var segments: [String] = []
    if path.count < 2 { return segments }
    for part in path.dropFirst().split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    {
      guard let segment = PercentDecoding.decode(part) else {
        throw .bad("the path is not percent-encoded UTF-8")
      }
      // Clients resolve dots before they send (RFC 3986 section 5.2.4). What is left wants
      // to climb out of somewhere.
      if segment == "." || segment == ".." { throw .bad("the path holds a dot segment") }
      segments.append(segment)
    }
    return segments
  }

  private static func items(of query: ArraySlice<UInt8>) throws(Refusal) -> [QueryItem] {
    var items: [QueryItem] = []
    for pair in query.split(separator: UInt8(ascii: "&")) {
      let end = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
      guard let name = PercentDecoding.decode(pair[..<end], plusIsSpace: true),
        let value = PercentDecoding.decode(pair[end...].dropFirst(), plusIsSpace: true)
      else { throw .bad("the query is not percent-encoded UTF-8") }
      items.append(QueryItem(name, value))
    }
    return items
  }
}
