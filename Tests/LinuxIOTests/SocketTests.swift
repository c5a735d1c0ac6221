import Glibc
import Testing

@testable import LinuxIO

@Suite("Stream sockets")
struct SocketTests {
  @Test(
    "numeric addresses are read and written back; names are not addresses",
    arguments: [
      ("127.0.0.1", "127.0.0.1:80"), ("::1", "[::1]:80"), ("2001:DB8::1", "[2001:db8::1]:80"),
      ("localhost", nil), ("1.2.3", nil), ("", nil), ("[::1]", nil),
    ] as [(String, String?)])
  func addresses(host: String, text: String?) {
    #expect(SocketAddress(host: host, port: 80)?.description == text)
  }

  @Test(
    "a client is its IPv4 address or its IPv6 network",
    arguments: [
      ("10.0.0.1", "10.0.0.1"), ("2001:db8:1:2:3::9", "2001:db8:1:2::"),
      ("::ffff:10.0.0.1", "10.0.0.1"),
    ])
  func clients(host: String, client: String) {
    #expect(SocketAddress(host: host, port: 9)?.client?.host == client)
    #expect(SocketAddress.unix(path: "/x").client == nil)
  }

  @Test(
    "local addresses are told from others",
    arguments: [
      ("127.9.9.9", true), ("::1", true), ("::ffff:127.0.0.1", true), ("10.0.0.1", false),
    ])
  func local(host: String, isLocal: Bool) {
    #expect(SocketAddress(host: host, port: 1)?.isLocal == isLocal)
  }

  @Test("bytes go both ways, and the peer's address is known", arguments: ["127.0.0.1", "::1"])
  func bothWays(host: String) throws {
    let address = try #require(SocketAddress(host: host, port: 0))
    let listener = try Socket.listen(on: address)
    let nobody = try listener.accept() == nil
    #expect(nobody)
    let client = try Socket.connect(to: #require(try listener.localAddress()))
    guard let server = try listener.accept() else {
      Issue.record("the connection is not there")
      return
    }
    let local = try client.localAddress()
    let (peer, areListening) = (server.peer, [listener.isListening, server.isListening])
    #expect(peer == local && areListening == [true, false])
    let sent = try [1, 2, 3].withUnsafeBytes {
      try client.send(UnsafeRawBufferPointer(rebasing: $0[..<3]))
    }
    client.finishSending()
    var buffer = [UInt8](repeating: 9, count: 8)
    let received = try buffer.withUnsafeMutableBytes { try server.receive(into: $0) }
    let end = try buffer.withUnsafeMutableBytes { try server.receive(into: $0) }
    #expect(sent == 3 && received == 3 && end == 0)
  }

  @Test("a unix socket has narrow permissions, keeps others off, and outlives nobody")
  func unixName() throws {
    let path = "/tmp/jobrun-socket-test.\(getpid())"
    let address = SocketAddress.unix(path: path)
    do {
      let listener = try Socket.listen(on: address)
      var status = stat()
      #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
      let error = #expect(throws: SystemError.self) { _ = try Socket.listen(on: address) }
      #expect(error?.code == EADDRINUSE)
      _ = listener.descriptor.number
    }
    // The listener is gone, its name is not: it may be taken.
    let listener = try Socket.listen(on: address)
    listener.removeName()
    #expect(access(path, F_OK) == -1)
  }

  @Test("permissions are those asked for, whatever the umask")
  func permissions() throws {
    let path = "/tmp/jobrun-socket-mode.\(getpid())"
    let listener = try Socket.listen(on: .unix(path: path), permissions: 0o666)
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o666)
    listener.removeName()
  }

  @Test("a file in the way of a unix socket is left alone")
  func fileInTheWay() throws {
    let path = "/tmp/jobrun-socket-file.\(getpid())"
    close(open(path, O_CREAT | O_WRONLY, 0o600))
    defer { unlink(path) }
    let error = #expect(throws: SystemError.self) { _ = try Socket.listen(on: .unix(path: path)) }
    #expect(error?.code == EADDRINUSE && access(path, F_OK) == 0)
  }

  @Test("a path that is too long is an error and not cut off")
  func longPath() {
    let path = "/tmp/" + String(repeating: "x", count: 120)
    let error = #expect(throws: SystemError.self) { _ = try Socket.listen(on: .unix(path: path)) }
    #expect(error?.code == ENAMETOOLONG)
  }

  @Test("descriptors handed over are taken once, and only by whom they are meant for")
  func inherited() async {
    await #expect(processExitsWith: .success) {
      setenv("LISTEN_FDS", "2", 1)
      setenv("LISTEN_PID", "1", 1)
      #expect(InheritedSockets.take() == [])
      let pipe = try Descriptor.pipe()
      setenv("LISTEN_FDS", "1", 1)
      setenv("LISTEN_PID", "\(getpid())", 1)
      #expect(InheritedSockets.take(from: pipe.read.number) == [pipe.read.number])
      #expect(getenv("LISTEN_FDS") == nil && InheritedSockets.take() == [])
    }
  }
}
