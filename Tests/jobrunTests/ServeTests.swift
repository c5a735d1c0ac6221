// `jobrun serve`, the built program, over its unix socket.

import Foundation
import LinuxIO
import Testing

@Suite struct ServeTests {
  /// What the service answers to one request, as text.
  private func ask(_ path: String, _ target: String) throws -> String {
    let socket = try Socket.connect(to: .unix(path: path))
    let request = Array("GET \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".utf8)
    let sent = try request.withUnsafeBytes { try socket.send($0) }
    #expect(sent == request.count)
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = try buffer.withUnsafeMutableBytes { try socket.receive(into: $0) }
      if count == 0 { return String(decoding: answer, as: UTF8.self) }
      answer += buffer[..<count]
    }
  }

  @Test func answersForAJobFromSubmitToItsEnd() async throws {
    try await JobrunFixture.with { spool in
      // Short, because the path of a socket has 107 bytes at most.
      let path = "/tmp/jobrun-serve-\(UUID().uuidString.prefix(8)).sock"
      let service = try spool.start(["serve", "--listen", "unix:\(path)"])
      try await eventually { service.err.contains("listening on unix:\(path)") }
      let id = try await spool.submit("--shell", "echo x=Ada >> $JOBRUN_OUTPUT_FILE")
      let target = "/scheduler/connector-API/process/status/\(id)"
      #expect(try ask(path, target).contains("\"status\":\"WAITING\""))
      try await spool.work()
      let answer = try ask(path, target)
      #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(
        answer.hasSuffix("{\"status\":\"SUCCEEDED\",\"message\":\"finished\",\"__out_x\":\"Ada\"}"))
      #expect(try ask(path, target + "x").hasPrefix("HTTP/1.1 404 "))
      let end = try await service.end()
      #expect(end.code == 0)
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test func listensOnUnixSocketsOnly() async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.jobrun("serve", "--listen", "0.0.0.0:9090")
      #expect(done.code == 64)
      #expect(done.err.contains("--listen"))
      #expect(done.err.contains("must be unix:PATH"))
    }
  }
}
