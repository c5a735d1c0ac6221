// Bytes in, requests out (RFC 9112). A value without any socket: the same bytes give the
// same requests and refusals however they are split. Nothing it holds grows beyond its
// limits, as long as it is asked for requests before it is given more bytes.

/// Reads the requests of one connection, one after the other.
public struct RequestParser {
  /// What the bytes so far amount to.
  public enum Outcome: Hashable, Sendable {
    /// The request is not complete.
    case needMore
    /// A request; there may be another one behind it, asked for by `consume([])`.
    case request(Request)
    /// The bytes are no request; whatever follows them is not looked at.
    case refusal(Refusal)
  }

  /// How far the current request has come.
  public enum Stage: Hashable, Sendable {
    /// Nothing of it is there.
    case idle
    /// Its line or header fields are coming.
    case head
    /// Its body is coming.
    case body
  }

  private enum Step {
    case line
    case fields(RequestLine)
    case counted(RequestLine, left: Int)
    case chunked(RequestLine, ChunkedBody)
    case refused(Refusal)
  }

  /// Empty lines before a request are passed over for clients that send one too many
  /// behind a body (RFC 9112 section 2.2), but not without end.
  private static let emptyLineLimit = 4
  /// Room made at once for a body whose length is announced; an announcement costs nothing.
  private static let bodyReserve = 65536

  private let limits: RequestLimits
  private var input = ByteQueue()
  private var step = Step.line
  private var section: FieldSection
  /// The header fields; `section` goes on to count trailers.
  private var headers = HeaderFields()
  private var body: [UInt8] = []
  private var emptyLines = 0
  private var expectsContinue = false
  private var isHeadTaken = false

  /// Starts before the first request of a connection.
  public init(limits: RequestLimits = RequestLimits()) {
    self.limits = limits
    section = FieldSection(limits)
  }

  /// How far the current request has come.
  public var stage: Stage {
    switch step {
    case .line: input.isEmpty ? .idle : .head
    case .fields: .head
    case .counted, .chunked: .body
    case .refused: .idle
    }
  }

  /// A request whose body is still to come, without it; once per request, and not if the body
  /// came with the head.
  public mutating func takeHead() -> Request? {
    if isHeadTaken { return nil }
    switch step {
    case .line, .fields, .refused: return nil
    case .counted(let line, _), .chunked(let line, _):
      isHeadTaken = true
      return Request(line, headers, body: [])
    }
  }

  /// Whether the client waits to be told to send its body (RFC 9110 section 10.1.1); true
  /// once per request, and not if the body is coming anyway.
  public mutating func takeExpectation() -> Bool {
    defer { expectsContinue = false }
    return expectsContinue && stage == .body && input.isEmpty && body.isEmpty
  }

  /// Takes bytes that came in and tells what they and those before them amount to.
  public mutating func consume(_ bytes: some Collection<UInt8>) -> Outcome {
    do throws(Refusal) {
      if case .refused(let refusal) = step { return .refusal(refusal) }
      input.append(bytes)
      guard let request = try next() else { return .needMore }
      return .request(request)
    } catch {
      input.removeAll()
      body = []
      step = .refused(error)
      return .refusal(error)
    }
  }

  private mutating func next() throws(Refusal) -> Request? {
    while true {
      switch step {
      case .line:
        guard let line = try requestLine() else { return nil }
        step = .fields(line)
      case .fields(let line):
        guard try section.take(from: &input) else { return nil }
        try finishHead(line)
      case .counted(let line, let left):
        let piece = input.take(left)
        body += piece
        if piece.count < left {
          step = .counted(line, left: left - piece.count)
          return nil
        }
        return finish(line)
      case .chunked(let line, var chunks):
        let isComplete = try chunks.decode(
          &input, into: &body, trailers: &section, limits: limits)
        if isComplete { return finish(line) }
        step = .chunked(line, chunks)
        return nil
      case .refused(let refusal):
        throw refusal
      }
    }
  }

  private mutating func requestLine() throws(Refusal) -> RequestLine? {
    while true {
      // Told by its first byte, so that a client speaking TLS here learns it at once and
      // not after the time for a head.
      if let first = input.first, !Syntax.isToken(first), first != Syntax.carriageReturn,
        first != Syntax.lineFeed
      {
        throw .bad("this is not HTTP")
      }
      switch try input.takeLine(limit: limits.requestLineBytes) {
      case .incomplete: return nil
      case .tooLong: throw RequestLine.tooLong(input.prefix(limits.requestLineBytes))
      case .complete(let line):
        if !line.isEmpty { return try RequestLine(line) }
        emptyLines += 1
        if emptyLines > RequestParser.emptyLineLimit { throw .bad("nothing but empty lines") }
      }
    }
  }

  private mutating func finishHead(_ line: RequestLine) throws(Refusal) {
    let fields = section.fields
    headers = fields
    try RequestParser.checkHost(fields, version: line.version)
    let framing = try Framing.decide(
      fields, method: line.method, version: line.version, limits: limits)
    // An HTTP/1.0 client that expects is to be ignored (RFC 9110 section 10.1.1).
    let expectations = line.version == .http11 ? fields.list("Expect") : []
    guard expectations.allSatisfy({ $0 == "100-continue" }) else {
      throw Refusal(.expectationFailed, "nothing but 100-continue can be expected")
    }
    // RFC 9110 section 8.4: handlers get bodies as they are meant, or not at all.
    guard fields.list("Content-Encoding").allSatisfy({ $0 == "identity" }) else {
      throw Refusal(.unsupportedMediaType, "no content coding is implemented")
    }
    expectsContinue = !expectations.isEmpty && framing != .none && framing != .length(0)
    switch framing {
    case .none: step = .counted(line, left: 0)
    case .length(let length):
      body.reserveCapacity(min(length, RequestParser.bodyReserve))
      step = .counted(line, left: length)
    case .chunked: step = .chunked(line, ChunkedBody())
    }
  }

  /// RFC 9112 section 3.2: exactly one valid Host in HTTP/1.1, at most one before.
  private static func checkHost(_ fields: HeaderFields, version: Version) throws(Refusal) {
    let hosts = fields.values(of: "Host")
    if hosts.count > 1 { throw .bad("there are several Host fields") }
    guard let host = hosts.first else {
      if version == .http11 { throw .bad("the Host field is missing") }
      return
    }
    if !HostField.isValid(ArraySlice(host.utf8)) { throw .bad("the host is malformed") }
  }

  private mutating func finish(_ line: RequestLine) -> Request {
    let request = Request(line, headers, body: body)
    step = .line
    section = FieldSection(limits)
    headers = HeaderFields()
    body = []
    input.releaseSpareRoom()
    emptyLines = 0
    expectsContinue = false
    isHeadTaken = false
    return request
  }
}
