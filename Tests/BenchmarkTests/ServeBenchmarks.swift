// What many clients cost `jobrun serve`, and how its answers compare with files that nginx serves.
// JOBRUN_BENCHMARK=1 swift test -c release --filter ServeBenchmarks

import Foundation
import Glibc
import JobSpool
import LinuxIO
import Testing

@Suite(.serialized, .enabled(if: isAsked, "set JOBRUN_BENCHMARK=1 to measure"))
struct ServeBenchmarks {
  /// A service on a socket of its own, and on a port for the user "ann" with the password "secret".
  private final class Service {
    let bench: Bench
    let pid: Int32
    let socket = "/tmp/jobrun-bench-\(UUID().uuidString.prefix(8)).sock"
    let port: UInt16

    init() throws {
      _ = CurrentProcess.raiseDescriptorLimit()
      bench = try Bench()
      let path = bench.path
      try bench.run(
        "/bin/sh",
        [
          "-c",
          "echo secret | \(Bench.program) serve --users \(path)/users --add-user ann --roles read",
        ])
      let directory = try Directory(path: path)
      let log = try directory.open("log", .createNew)
      let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
      pid = try Child.spawnDetached(
        path: Bench.program,
        arguments: [
          "jobrun", "serve", "--spool", bench.spool, "--users", path + "/users",
          "--listen", "unix:\(socket)", "--listen", "127.0.0.1:0",
        ], environment: environment, input: bench.null, output: bench.null, error: log)
      let mark = try Regex(#"listening on 127\.0\.0\.1:([0-9]+)\n"#)
      var text = ""
      while true {
        text = (try? String(contentsOfFile: path + "/log", encoding: .utf8)) ?? ""
        if let match = text.firstMatch(of: mark), let found = match.output[1].substring {
          port = UInt16(found) ?? 0
          return
        }
        pause(milliseconds: 5)
      }
    }

    func stop() throws {
      Child.send(.terminate, to: pid)
      try Bench.wait(for: pid)
    }

    func connect() throws -> Socket { try Socket.connect(to: .unix(path: socket)) }

    /// Resident bytes of the service.
    var resident: Int {
      let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
      return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
    }
  }

  private func send(_ text: String, _ socket: borrowing Socket) throws {
    _ = try Array(text.utf8).withUnsafeBytes { try socket.send($0) }
  }

  /// Times of a request on a connection that is kept, one after the other.
  private func measure(_ service: Service, _ path: String, count: Int) throws -> Figures {
    let socket = try service.connect()
    var figures = Figures()
    var buffer = [UInt8](repeating: 0, count: 4096)
    for _ in 0..<count {
      figures.add(
        try Bench.time {
          try send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n", socket)
          _ = try buffer.withUnsafeMutableBytes { try socket.receive(into: $0) }
        })
    }
    return figures
  }

  private func submitted(_ service: Service) throws -> String {
    try service.bench.run(
      Bench.program,
      ["submit", "--spool", service.bench.spool, "--id", "probe", "--hold", "--", "true"])
    return "/scheduler/connector-api/process/status/probe"
  }

  @Test func aThousandSlowClientsHarmNobody() throws {
    let service = try Service()
    let path = try submitted(service)
    let alone = try measure(service, path, count: 2000)
    let request = "GET \(path) HTTP/1.1\r\nHost: slow\r\n\r\n"
    let slow = try (0..<1000).map { _ in Client(try service.connect()) }
    var together = Figures()
    for byte in request.prefix(8) {
      let start = Clock.boot.milliseconds
      for client in slow { try send(String(byte), client.socket) }
      together = try measure(service, path, count: 500)
      pause(milliseconds: max(0, 1000 - (Clock.boot.milliseconds - start)))
    }
    print("request, alone: \(alone.text)")
    print("  beside 1,000 clients that send a byte a second: \(together.text)")
    #expect(together.at(0.5) < 2 * alone.at(0.5) + 1e6)
    try service.stop()
  }

  @Test func tenThousandIdleConnectionsTakeLittleMemory() throws {
    let service = try Service()
    let path = try submitted(service)
    _ = try measure(service, path, count: 100)
    let before = service.resident
    let idle = try (0..<10_000).map { _ in Client(try service.connect()) }
    let figures = try measure(service, path, count: 500)
    let after = service.resident
    print("resident: \(before >> 10) KiB, with 10,000 idle connections \(after >> 10) KiB")
    print("  a request beside them: \(figures.text)")
    #expect(after < 100 << 20)
    withExtendedLifetime(idle) {}
    try service.stop()
  }
}

/// A connection that stays.
private final class Client {
  let socket: Socket
  init(_ socket: consuming Socket) { self.socket = socket }
}
