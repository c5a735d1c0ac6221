// A client of `jobrun serve` on its unix socket: one request a connection.

import Foundation
import LinuxIO
import Testing

/// What the service has answered.
struct ServiceReply {
  let status: Int
  let head: String
  let body: Data

  var text: String { String(decoding: body, as: UTF8.self) }
  var json: [String: Any] {
    get throws {
      try #require(JSONSerialization.jsonObject(with: body) as? [String: Any], "\(text)")
    }
  }
}

/// A running service, and the way to ask it.
struct ServiceClient {
  let socket: String
  let process: RunningProcess

  /// Starts the service of a fixture's spool.
  init(_ spool: JobrunFixture, _ options: String...) async throws {
    // Short, because the path of a socket has 107 bytes at most.
    let path = "/tmp/jobrun-serve-\(UUID().uuidString.prefix(8)).sock"
    let process = try spool.start(["serve", "--listen", "unix:\(path)"] + options)
    spool.addCleanUp { try? FileManager.default.removeItem(atPath: path) }
    try await eventually { process.err.contains("listening on unix:\(path)") }
    socket = path
    self.process = process
  }

  func ask(_ method: String, _ target: String, _ body: String = "") throws -> ServiceReply {
    let connection = try Socket.connect(to: .unix(path: socket))
    let head = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    let request = Array("\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
    let sent = try request.withUnsafeBytes { try connection.send($0) }
    #expect(sent == request.count)
    var answer = Data()
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = try buffer.withUnsafeMutableBytes { try connection.receive(into: $0) }
      if count == 0 { return try ServiceClient.reply(answer) }
      answer += buffer[..<count]
    }
  }

  /// The path behind scheme and host of a link.
  static func path(_ link: Any?) throws -> String {
    try #require((link as? String).flatMap { URL(string: $0)?.path })
  }

  private static func reply(_ answer: Data) throws -> ServiceReply {
    let end = try #require(answer.range(of: Data("\r\n\r\n".utf8)))
    let head = String(decoding: answer[..<end.lowerBound], as: UTF8.self)
    let status = try #require(Int(head.dropFirst("HTTP/1.1 ".count).prefix(3)), "\(head)")
    let body = Data(answer[end.upperBound...])
    // An answer to HEAD has the fields of a body and none of it.
    let isChunked = !body.isEmpty && head.contains("Transfer-Encoding: chunked")
    return ServiceReply(
      status: status, head: head, body: isChunked ? try ServiceClient.joined(body) : body)
  }

  /// The chunks of a body (RFC 9112 section 7.1) put together.
  private static func joined(_ body: Data) throws -> Data {
    var rest = body
    var joined = Data()
    while true {
      let end = try #require(rest.range(of: Data("\r\n".utf8)), "a chunk has no length")
      let text = String(decoding: rest[..<end.lowerBound], as: UTF8.self)
      let length = try #require(Int(text, radix: 16))
      if length == 0 { return joined }
      joined += rest[end.upperBound..<end.upperBound + length]
      rest = Data(rest[(end.upperBound + length + 2)...])
    }
  }
}
