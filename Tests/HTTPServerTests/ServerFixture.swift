import Glibc
import HTTPServer
import LinuxIO
import Testing

/// A server on a unix socket of its own, and the loop that both sides are driven by.
final class ServerFixture {
  let loop: EventLoop
  let server: Server
  let address: SocketAddress
  private(set) var log: [AccessRecord] = []
  private let directory: String

  init(
    _ limits: ServerLimits = ServerLimits(), on address: SocketAddress? = nil,
    handler: @escaping Server.Handler = ServerFixture.echo
  ) throws {
    var template = Array("/tmp/jobrun-http.XXXXXX".utf8CString)
    directory = try #require(mkdtemp(&template).map { String(cString: $0) })
    loop = try EventLoop()
    server = Server(loop: loop, limits: limits, handler: handler)
    self.address = try server.listen(on: address ?? .unix(path: directory + "/socket"))
    server.accessLog = { [weak self] in self?.log.append($0) }
  }

  deinit {
    unlink(directory + "/socket")
    rmdir(directory)
  }

  /// Answers method, path and body as text.
  static func echo(_ request: Request, _ responder: Responder) {
    let path = request.path.joined(separator: "/")
    let body = String(decoding: request.body, as: UTF8.self)
    responder.answer(.text(.ok, "\(request.method.rawValue) /\(path) \(body)"))
  }

  /// Turns the loop until a condition holds; false if it does not within ten seconds.
  func turn(until condition: () throws -> Bool) throws -> Bool {
    let end = Clock.boot.milliseconds + 10_000
    while try !condition() {
      if Clock.boot.milliseconds > end { return false }
      try loop.turn(timeout: 2)
    }
    return true
  }

  func client(_ text: String = "") throws -> TestClient {
    let client = try TestClient(address)
    try client.send(text)
    return client
  }

  /// What a client gets for some bytes until it got `count` answers or the end.
  func answers(_ text: String, count: Int = 1) throws -> String {
    let client = try client(text)
    _ = try turn { try client.poll() || client.answerCount >= count }
    return client.text
  }

  /// What a client gets for some bytes until the server ends the connection.
  func conversation(_ text: String) throws -> String {
    let client = try client(text)
    #expect(try turn { try client.poll() })
    return client.text
  }

  /// How many of the records so far have a status.
  func logged(_ status: Status?) -> Int { log.count { $0.status == status } }
}

/// The other end of a connection, never waiting.
final class TestClient {
  private let socket: Socket
  private(set) var received: [UInt8] = []
  private(set) var hasEnded = false
  /// Whether the end was an error: what the server sent last may have been lost.
  private(set) var wasReset = false

  init(_ address: SocketAddress) throws {
    socket = try Socket.connect(to: address)
    try socket.descriptor.setNonBlocking()
  }

  var text: String { String(decoding: received, as: UTF8.self) }

  /// How many status lines have come, interim ones left out.
  var answerCount: Int {
    text.split(separator: "HTTP/1.1 ", omittingEmptySubsequences: false).dropFirst()
      .count { !$0.hasPrefix("1") }
  }

  /// Sends what fits and tells how many bytes that was.
  @discardableResult
  func send(_ text: String) throws -> Int {
    try Array(text.utf8).withUnsafeBytes { bytes in
      do throws(SystemError) {
        return bytes.isEmpty ? 0 : try socket.send(bytes)
      } catch {
        if error.isWouldBlock { return 0 }
        throw error
      }
    }
  }

  /// Reads what has come; whether the server has ended the connection.
  func poll() throws -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while !hasEnded {
      do {
        let count = try buffer.withUnsafeMutableBytes { try socket.receive(into: $0) }
        if count == 0 { hasEnded = true }
        received += buffer[..<count]
      } catch let error as SystemError {
        if error.isWouldBlock { break }
        hasEnded = true
        wasReset = true
      }
    }
    return hasEnded
  }

  func finishSending() { socket.finishSending() }
}

let simple = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n"
let last = "GET /z HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
