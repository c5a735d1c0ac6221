// A whole service with users, on TCP and a unix socket, and clients that never wait.

import Foundation
import JobSpool
import LinuxIO
import Testing

@testable import HTTPServer
@testable import RESTService

final class ServiceFixture {
  let service: Service
  let spool: Spool
  let folder = NSTemporaryDirectory() + "jobrun-serve-\(UUID().uuidString.prefix(8))"

  /// - Parameter users: lines of the users file.
  init(users: String, _ set: (inout Service.Settings) -> Void = { _ in }) throws {
    // As the program does at its start: a helper may go while it is written to.
    SignalQueue.ignoreFailingWrites()
    spool = try Spool(path: folder + "/spool")
    let place = UsersPlace(folder + "/users")
    try Data(users.utf8).write(to: URL(filePath: place.path))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: place.path)
    var settings = Service.Settings()
    settings.addresses = [
      .ipv4(address: 0x7F00_0001, port: 0), .unix(path: folder + "/socket"),
    ]
    settings.users = place
    settings.program =
      URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
      .appending(path: "jobrun").path
    set(&settings)
    service = try Service(spool: spool, settings) { _ in }
    service.accessLog = { _ in }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  var tcp: SocketAddress { service.addresses[0] }
  var unix: SocketAddress { service.addresses[1] }

  /// Turns the loop until a condition holds; false if it does not within twenty seconds.
  func turn(until condition: () throws -> Bool) throws -> Bool {
    let end = Clock.boot.milliseconds + 20_000
    while try !condition() {
      if Clock.boot.milliseconds > end { return false }
      try service.loop.turn(timeout: 2)
    }
    return true
  }

  /// Sends one request, as a user where there is one.
  func client(
    _ line: String, as credential: String? = nil, at address: SocketAddress? = nil,
    _ fields: String = "", _ body: String = ""
  ) throws -> ServiceClient {
    let client = try ServiceClient(address ?? tcp)
    let authorization = credential.map { "Authorization: Basic \(base64($0))\r\n" } ?? ""
    try client.send(
      "\(line) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\(authorization)\(fields)\r\n\(body)")
    return client
  }

  /// The whole answer to one request.
  func ask(
    _ line: String, as credential: String? = nil, at address: SocketAddress? = nil,
    _ fields: String = "", _ body: String = ""
  ) throws -> String {
    let client = try client(line, as: credential, at: address, fields, body)
    #expect(try turn { try client.poll() })
    return client.text
  }
}

/// The other end of a connection.
final class ServiceClient {
  private let socket: Socket
  private(set) var text = ""
  private var hasEnded = false

  init(_ address: SocketAddress) throws {
    socket = try Socket.connect(to: address)
    try socket.descriptor.setNonBlocking()
  }

  func send(_ text: String) throws {
    _ = try Array(text.utf8).withUnsafeBytes { try socket.send($0) }
  }

  /// Reads what has come; whether the service has ended the connection.
  func poll() throws -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while !hasEnded {
      do {
        let count = try buffer.withUnsafeMutableBytes { try socket.receive(into: $0) }
        if count == 0 { hasEnded = true }
        text += String(decoding: buffer[..<count], as: UTF8.self)
      } catch let error as SystemError {
        if error.isWouldBlock { return false }
        throw error
      }
    }
    return true
  }
}
