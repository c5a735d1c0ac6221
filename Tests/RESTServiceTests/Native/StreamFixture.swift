// A spool, a server that answers with its streams, and clients that never wait, on one loop.

import Foundation
import HTTPServer
import JobCore
import JobSpool
import LinuxIO
import Testing

@testable import RESTService

final class StreamFixture {
  let rest: RESTFixture
  let loop: EventLoop
  let watch: SpoolWatch
  /// Short, because comments are waited for.
  var silence: Int64 = EventStream.silence
  private(set) var complaints: [String] = []
  /// Streams that have been let go.
  private(set) var closed = 0
  private(set) var address = SocketAddress.unix(path: "")
  private var server: Server?
  private let socket = "/tmp/jobrun-stream-\(UUID().uuidString.prefix(8))"

  /// - Parameter address: where to listen instead of on a unix socket.
  init(on address: SocketAddress? = nil) throws {
    rest = try RESTFixture()
    loop = try EventLoop()
    watch = SpoolWatch(loop: loop)
    var limits = ServerLimits()
    limits.connectionsPerAddress = 1000
    let server = Server(loop: loop, limits: limits) { [weak self] request, responder in
      if let answer = try? self?.answer(request) { responder.answer(answer) }
    }
    self.server = server
    self.address = try server.listen(on: address ?? .unix(path: socket))
  }

  deinit { unlink(socket) }

  var spool: Spool { rest.spool }

  /// `/logs/ID?lines=N` or `/events?job=ID&from=MARK`.
  private func answer(_ request: Request) throws -> Response {
    let stream: BodyStream
    if request.path.first == "logs" {
      let follow = LogFollow(
        spool, zones: rest.zones, job: request.path[1], stream: RunDirectory.Name.stdout,
        lines: request.query("lines").flatMap { Int($0) })
      stream = try LogStream.body(of: follow, watch: watch)
    } else {
      let history =
        try request.query("since").map { instant in
          try EventHistory(spool, since: Instant(rfc3339: instant), isFollowed: true)
        } ?? EventHistory(following: spool, from: request.query("from").flatMap(EventMark.init))
      stream = try EventStream.body(
        of: history, job: request.query("job"), watch: watch, silence: silence
      ) { [weak self] in self?.complaints.append($0) }
    }
    let close = stream.onClose
    stream.onClose = { [weak self] in
      close?()
      self?.closed += 1
    }
    return Response(.ok, headers: EventStream.headers, stream: stream)
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

  /// Turns a few times, for nothing that can be waited for.
  func turnOn() throws {
    for _ in 0..<10 { try loop.turn(timeout: 1) }
  }

  /// A client that has got the head of its answer.
  func client(_ target: String) throws -> StreamClient {
    let client = try StreamClient(address, target)
    #expect(try turn { try client.poll() || client.hasBegun })
    return client
  }

  /// Submits a job and starts its first attempt.
  func launch(_ id: String) throws -> RunDirectory {
    try rest.submit(#"{"id":"\#(id)","command":["true"]}"#)
    return try relaunch(id)
  }

  /// Starts the next attempt of a job.
  func relaunch(_ id: String) throws -> RunDirectory {
    let state = try rest.apply(.launch, to: id)
    let attempt = try #require(state.phase.liveAttempt)
    try spool.prepareRun(
      RunPlan(state, attempt, base: [:], token: "t", spool: rest.path, descriptorLimit: 0))
    return try #require(try spool.run(id, directoryName: attempt.directoryName))
  }

  func write(_ text: String, _ run: RunDirectory) throws {
    try run.directory.open(RunDirectory.Name.stdout, .append).write(Array(text.utf8))
  }

  func end(_ id: String, code: Int = 0) throws {
    let attempt = try #require(try rest.state(id).phase.liveAttempt)
    let outcome = Outcome(.exited(code: code), of: attempt, startedAt: rest.now, endedAt: rest.now)
    try rest.apply(.ended(ExitRecord(outcome)), to: id)
  }

  /// A line of history whose job is named, and numbered after, what is expected of it.
  func line(_ id: String, _ name: String = "n") -> String {
    let day = rest.now.rfc3339.prefix(10)
    return #"{"at":"\#(day)T00:00:00.000Z","id":"\#(id)","name":"\#(name)","number":1,"#
      + #""reason":"r","what":"held"}"#
  }

  /// Adds text to today's history.
  func append(_ text: String) throws {
    let day = rest.now.rfc3339.prefix(10)
    try Directory(path: "\(rest.path)/events").open("\(day).ndjson", .append)
      .write(Array(text.utf8))
  }
}

/// A client of one stream.
final class StreamClient {
  private let socket: Socket
  private var received: [UInt8] = []
  private(set) var hasEnded = false

  init(_ address: SocketAddress, _ target: String) throws {
    socket = try Socket.connect(to: address)
    try socket.descriptor.setNonBlocking()
    let request = "GET \(target) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    _ = try Array(request.utf8).withUnsafeBytes { try socket.send($0) }
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
        throw error
      }
    }
    return hasEnded
  }

  private var bodyStart: Int? {
    received.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound
  }

  var hasBegun: Bool { bodyStart != nil }

  /// The chunks that have come whole.
  var chunks: [String] {
    guard var rest = bodyStart.map({ received[$0...] }) else { return [] }
    var chunks: [String] = []
    while let end = rest.firstRange(of: Array("\r\n".utf8)) {
      guard let size = Int(String(decoding: rest[..<end.lowerBound], as: UTF8.self), radix: 16),
        rest.endIndex >= end.upperBound + size + 2
      else { break }
      chunks.append(String(decoding: rest[end.upperBound..<(end.upperBound + size)], as: UTF8.self))
      rest = rest[(end.upperBound + size + 2)...]
    }
    return chunks
  }

  /// The body that has come; complete with an empty chunk at its end.
  var body: String { chunks.joined() }
  var isComplete: Bool { chunks.last == "" }

  func finishSending() { socket.finishSending() }
}
