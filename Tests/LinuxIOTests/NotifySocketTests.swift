import Glibc
import Testing

@testable import LinuxIO

@Suite("What a service manager is told")
struct NotifySocketTests {
  /// A bound datagram socket, read without waiting.
  private func receive(at name: [UInt8], _ body: () -> Void) throws -> String? {
    let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    defer { close(number) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, length) }
    }
    try #require(bound == 0)
    body()
    var buffer = [UInt8](repeating: 0, count: 512)
    let count = recv(number, &buffer, buffer.count, Int32(MSG_DONTWAIT))
    return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
  }

  @Test("one datagram reaches a path and a name without a file")
  func bothKindsOfNames() throws {
    let path = "/tmp/jobrun-notify-\(getpid())"
    defer { unlink(path) }
    let told = try receive(at: Array(path.utf8)) {
      NotifySocket(path, watchdog: nil, of: nil)?.send("READY=1\nSTATUS=x", mustArrive: true)
    }
    #expect(told == "READY=1\nSTATUS=x")
    let name = "jobrun-notify-\(getpid())"
    let abstract = try receive(at: [0] + Array(name.utf8)) {
      NotifySocket("@\(name)", watchdog: nil, of: nil)?.send("READY=1", mustArrive: false)
    }
    #expect(abstract == "READY=1")
  }

  @Test("a socket that is gone costs nothing, and one that nobody reads only a moment")
  func nobodyIsThere() throws {
    let gone = NotifySocket("/tmp/jobrun-nowhere/x", watchdog: nil, of: nil)
    let began = Clock.awake.milliseconds
    gone?.send("READY=1", mustArrive: true)
    #expect(Clock.awake.milliseconds - began < 400)
    let name = "jobrun-deaf-\(getpid())"
    let first = try receive(at: [0] + Array(name.utf8)) {
      let deaf = NotifySocket("@\(name)", watchdog: nil, of: nil)
      // More than the kernel queues (net.unix.max_dgram_qlen), and in bytes than it keeps.
      for number in 0..<5000 { deaf?.send("STATUS=\(number)", mustArrive: false) }
      deaf?.send("STOPPING=1", mustArrive: true)
    }
    #expect(first == "STATUS=0")
    #expect(Clock.awake.milliseconds - began < 20_000)
  }

  @Test(
    "only absolute paths and abstract names are sockets",
    arguments: ["", "/", "@", "run/notify", "vsock:2:1", "/" + String(repeating: "x", count: 108)])
  func otherNames(text: String) {
    let socket = NotifySocket(text, watchdog: nil, of: nil)
    #expect(socket == nil)
  }

  @Test(
    "the watchdog is fed at half of its time, if it is meant for this process",
    arguments: [
      ("2000000", nil, 1000), ("3000000", "\(getpid())", 1500), ("1", nil, 1),
      ("2000000", "1", nil), ("0", nil, nil), ("soon", nil, nil), (nil, nil, nil),
    ] as [(String?, String?, Int64?)])
  func watchdog(text: String?, process: String?, interval: Int64?) {
    let socket = NotifySocket("/run/notify", watchdog: text, of: process)
    #expect(socket?.watchdogInterval == interval)
  }
}
