// Who is let in: with a check of passwords that the test decides, and without a socket.

import Foundation
import JobCore
import LinuxIO
import Testing

@testable import HTTPServer
@testable import RESTService

@Suite final class GateTests {
  private let path = NSTemporaryDirectory() + "jobrun-gate-\(UUID().uuidString)"
  private let loop: EventLoop
  private var gate: Gate?
  private var asked: [(password: String, hash: String, done: (PasswordChecks.Outcome) -> Void)] = []
  private var isFull = false
  private var entries: [Gate.Entry] = []

  init() throws {
    loop = try EventLoop()
    try write("ann:\(slowHash):read\nbob:\(quickHash):run\n")
    let users = try Users(UsersPlace(path)) { _ in }
    gate = try Gate(loop: loop, users: users) { [unowned self] password, hash, done in
      if isFull { return false }
      asked.append((String(decoding: password, as: UTF8.self), hash, done))
      return true
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  private func write(_ text: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
  }

  private func request(
    _ fields: String = "", from peer: SocketAddress? = nil, user: UInt32? = nil
  ) throws -> Request {
    var parser = RequestParser(limits: RequestLimits())
    guard
      case .request(var request) = parser.consume(
        Array("GET /x HTTP/1.1\r\nHost: x\r\n\(fields)\r\n".utf8))
    else { throw CancellationError() }
    request.peer = peer ?? SocketAddress(host: "127.0.0.1", port: 5000)
    request.peerUser = user
    return request
  }

  private func ask(_ credential: String, from peer: SocketAddress? = nil) throws {
    let field = "Authorization: Basic \(base64(credential))\r\n"
    gate?.identify(try request(field, from: peer)) { [unowned self] in entries.append($0) }
  }

  /// What was told, in words.
  private var told: [String] {
    entries.map { entry in
      switch entry {
      case .caller(let caller): caller.name ?? "nobody"
      case .wrong: "wrong"
      case .slowedDown: "slowed down"
      case .busy: "busy"
      }
    }
  }

  @Test func aRightPasswordIsCheckedOnceAMinute() throws {
    try ask("ann:secret")
    #expect(asked.map(\.password) == ["secret"] && asked.map(\.hash) == [slowHash])
    asked[0].done(.right)
    try ask("ann:secret")
    #expect(told == ["ann", "ann"] && asked.count == 1)
    try ask("ann:Secret")
    try ask("bob:secret")
    #expect(asked.count == 3)
  }

  @Test func anotherHashInTheFileEndsWhatWasRemembered() throws {
    try ask("ann:secret")
    asked[0].done(.right)
    try write("ann:\(quickHash):read\n")
    try ask("ann:secret")
    #expect(asked.map(\.hash) == [slowHash, quickHash])
    asked[1].done(.right)
    try write("ann:\(quickHash):read,run\n")
    try ask("ann:secret")
    #expect(asked.count == 2)
    guard case .caller(let caller) = entries[2] else { throw CancellationError() }
    #expect(caller.roles == [.read, .run])
  }

  @Test func unknownUsersAreCheckedLikeWrongPasswordsAndNeverLetIn() throws {
    try ask("nobody:secret")
    try ask("ann:wrong")
    #expect(asked.count == 2 && [slowHash, quickHash].contains(asked[0].hash))
    asked[0].done(.right)
    asked[1].done(.wrong)
    try ask("nobody:secret")
    #expect(told == ["wrong", "wrong"] && asked.count == 3)
  }

  @Test func manyConnectionsOfOneClientAreOneCheck() throws {
    for _ in 0..<20 { try ask("ann:secret") }
    #expect(asked.count == 1 && told.isEmpty)
    asked[0].done(.right)
    #expect(told == [String](repeating: "ann", count: 20))
  }

  @Test func aFullQueueIsToldAndIsNoFailure() throws {
    isFull = true
    for number in 0..<10 { try ask("ann:\(number)") }
    #expect(told == [String](repeating: "busy", count: 10))
    isFull = false
    try ask("ann:secret")
    asked[0].done(.unknown)
    #expect(told.last == "busy")
    try ask("ann:secret")
    #expect(asked.count == 2)
  }

  @Test func failuresSlowTheirAddressDownAndNoOther() throws {
    for number in 0..<4 {
      try ask("ann:\(number)")
      asked.last?.done(.wrong)
    }
    let before = asked.count
    try ask("bob:secret")
    #expect(asked.count == before)
    try ask("bob:secret", from: SocketAddress(host: "127.0.0.2", port: 1))
    #expect(asked.count == before, "the same credential joins the check that waits")
    try ask("bob:other", from: SocketAddress(host: "127.0.0.2", port: 1))
    #expect(asked.count == before + 1)
    let end = Clock.boot.milliseconds + 10_000
    while asked.count < before + 2 && Clock.boot.milliseconds < end { try loop.turn(timeout: 10) }
    #expect(asked.contains { $0.password == "secret" })
  }

  @Test func aRightPasswordThatIsRememberedIsNotSlowedDown() throws {
    try ask("bob:secret")
    asked[0].done(.right)
    for number in 0..<4 {
      try ask("ann:\(number)")
      asked.last?.done(.wrong)
    }
    try ask("bob:secret")
    #expect(told.last == "bob")
  }

  @Test(arguments: ["Bearer x", "Basic", "Basic ?", "Basic QQ=="])
  func whatIsNoCredentialIsWrong(value: String) throws {
    let request = try request("Authorization: \(value)\r\n")
    gate?.identify(request) { [unowned self] in entries.append($0) }
    #expect(told == ["wrong"] && asked.isEmpty)
  }

  @Test func twoCredentialsAreNone() throws {
    let field = "Authorization: Basic \(base64("ann:secret"))\r\n"
    gate?.identify(try request(field + field)) { [unowned self] in entries.append($0) }
    #expect(told == ["wrong"] && asked.isEmpty)
  }

  @Test func theKernelKnowsTheOwnerOnAUnixSocket() throws {
    for user in [CurrentProcess.user, 0, 4711, nil] {
      let request = try request(from: .unix(path: ""), user: user)
      gate?.identify(request) { [unowned self] in entries.append($0) }
    }
    let isOwner = entries.map { entry in
      if case .caller(let caller) = entry { caller.has(.admin) } else { false }
    }
    #expect(isOwner == [true, true, false, false])
  }

  @Test func rememberedCredentialsEndAfterAMinute() {
    var verified = VerifiedCredentials()
    verified.insert([1], at: 1000)
    #expect(verified.contains([1], at: 60_999) && !verified.contains([1], at: 61_000))
    #expect(!verified.contains([2], at: 1000))
  }
}
