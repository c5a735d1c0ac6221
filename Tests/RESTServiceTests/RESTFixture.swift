// A spool of its own and the service on it, asked through the parser as from a client.

import Foundation
import JobCore
import JobSpool
import LinuxIO
import Testing

@testable import HTTPServer
@testable import RESTService

/// What a client gets.
struct Reply {
  let status: Int
  let headers: HeaderFields
  let text: String

  var json: JSON { get throws { try JSON(parsing: Array(text.utf8)) } }
}

final class RESTFixture {
  let path = NSTemporaryDirectory() + "jobrun-rest-\(UUID().uuidString)"
  let spool: Spool
  let loop: EventLoop
  let service: RequestHandler
  let zones = ZoneFiles()

  init() throws {
    spool = try Spool(path: path)
    loop = try EventLoop()
    service = RequestHandler(spool: spool, watch: SpoolWatch(loop: loop))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var now: Instant { Instant(milliseconds: Clock.real.milliseconds) }

  /// Submits one job; returns its id.
  @discardableResult
  func submit(_ text: String = #"{"command": ["true"]}"#) throws -> String {
    let context = spool.documentContext(
      zones: zones, timeZone: "UTC", workingDirectory: "/", umask: 0o077)
    let document = try JobDocument(try JSON(parsing: Array(text.utf8)), in: context)
    guard case .submitted(let state) = try spool.submit([NewJob(document)], at: now)[0] else {
      throw CancellationError()
    }
    return state.id
  }

  /// Writes a file of the spool, such as `models/greet.json`.
  func write(_ text: String, to name: String) throws {
    let file = URL(filePath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  private let description = DescriptionCheck()

  /// The answer to one request, which has to be one that /openapi.json describes.
  /// - Parameter fields: further lines of the head, each with its end.
  func ask(
    _ method: String, _ target: String, _ body: String = "", as caller: Caller = .admin,
    service: RequestHandler? = nil, fields: String = ""
  ) throws -> Reply {
    var parser = RequestParser(limits: RequestLimits())
    let length = "Content-Length: \(body.utf8.count)"
    let head = "\(method) \(target) HTTP/1.1\r\nHost: jobs\r\n\(fields)\(length)"
    guard case .request(let request) = parser.consume(Array("\(head)\r\n\r\n\(body)".utf8)) else {
      throw CancellationError()
    }
    let handler = service ?? self.service
    let response = handler.answer(request, handler.match(request), caller)
    let bytes = try RESTFixture.bytes(of: response.body)
    #expect(description.faults(of: response, body: bytes, to: request) == [])
    return Reply(
      status: response.status.rawValue, headers: response.headers,
      text: String(decoding: bytes, as: UTF8.self))
  }

  func get(_ target: String, as caller: Caller = .admin, fields: String = "") throws -> Reply {
    try ask("GET", target, as: caller, fields: fields)
  }

  /// A POST of JSON.
  func post(
    _ target: String, _ body: String = "", as caller: Caller = .admin, fields: String = ""
  ) throws -> Reply {
    let type = body.isEmpty ? "" : "Content-Type: application/json\r\n"
    return try ask("POST", target, body, as: caller, fields: type + fields)
  }

  private static func bytes(of body: Response.Body) throws -> [UInt8] {
    switch body {
    case .bytes(let bytes): return bytes
    case .stream(let stream):
      var bytes: [UInt8] = []
      while true {
        switch stream.pull(limit: 1000) {
        case .bytes(let piece): bytes += piece
        case .end: return bytes
        // What goes on is read as far as it has come; nothing else may come to a stop.
        case .pending where stream.isEndless:
          stream.close()
          return bytes
        case .pending, .failed: throw CancellationError()
        }
      }
    }
  }

  func state(_ id: String) throws -> JobState { try #require(try spool.job(id)?.state) }

  /// Lets an event act on a job, as a daemon would.
  @discardableResult
  func apply(_ event: JobEvent, to id: String) throws -> JobState {
    try #require(try spool.apply(event, to: id, zones: zones, at: now))
  }

  /// Lets a job have a run that ends with a code, without a process.
  func run(_ id: String, code: Int = 0) throws {
    let attempt = try #require(try apply(.launch, to: id).phase.liveAttempt)
    try apply(.supervised, to: id)
    let outcome = Outcome(.exited(code: code), of: attempt, startedAt: now, endedAt: now)
    try apply(.ended(ExitRecord(outcome)), to: id)
  }
}

extension Caller {
  static let admin = Caller(name: "root", roles: [.admin])
  static let reader = Caller(name: "rea", roles: [.read])
  static let runner = Caller(name: "ada", roles: [.run])
}
