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

  private static func has(_ program: String) -> Bool {
    ["/usr/sbin", "/usr/bin"].contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
    }
  }

  /// Requests a second that wrk(1) makes on 8 connections that are kept.
  private func rate(_ address: String, _ bench: Bench) throws -> Double {
    let log = "\(bench.path)/wrk"
    try bench.shell(
      "wrk -t1 -c8 -d3 -H 'Authorization: Basic \(Data("ann:secret".utf8).base64EncodedString())' "
        + "\(address) > \(log)")
    let text = try String(contentsOfFile: log, encoding: .utf8)
    #expect(!text.contains("Non-2xx"), "\(text)")
    return text.firstMatch(of: /Requests\/sec: +([0-9.]+)/).flatMap { Double($0.1) } ?? 0
  }

  @Test(
    .enabled(if: has("wrk"), "wrk is not installed: apt-get install wrk"),
    .enabled(if: has("nginx"), "nginx is not installed: apt-get install nginx-light"))
  func aStatusBesideTheSameBytesFromNginx() throws {
    let service = try Service()
    let status = try submitted(service)
    let folder = service.bench.path
    let own = "http://127.0.0.1:\(service.port)\(status)"
    // Nobody else asks for this port on a machine that is being measured.
    let port = 20_000 + Int(CurrentProcess.pid) % 10_000
    try service.bench.shell(
      """
      mkdir \(folder)/www && chmod 755 \(folder) \(folder)/www
      curl -sf -u ann:secret \(own) > \(folder)/www/probe && chmod 644 \(folder)/www/probe
      cat > \(folder)/nginx.conf <<END
      pid \(folder)/nginx.pid; error_log \(folder)/nginx.log; worker_processes 1;
      events {}
      http {
        access_log \(folder)/access.log; default_type application/json;
        keepalive_requests 100000000;
        server { listen 127.0.0.1:\(port); root \(folder)/www; }
      }
      END
      PATH=$PATH:/usr/sbin nginx -c \(folder)/nginx.conf
      """)
    var ratios: [Double] = []
    for _ in 0..<5 {
      let ours = try rate(own, service.bench)
      let theirs = try rate("http://127.0.0.1:\(port)/probe", service.bench)
      ratios.append(ours / theirs)
      print("status of one job: \(Int(ours))/s; its bytes from nginx: \(Int(theirs))/s")
    }
    ratios.sort()
    print("  ratio: median \(ratios[2]), \(ratios[0]) to \(ratios[4])")
    try service.bench.shell("kill $(cat \(folder)/nginx.pid)")
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
