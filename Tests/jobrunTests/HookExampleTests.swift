// The hooks that jobrun-job(5) shows: mail by sendmail, which is a stand-in here, and HTTP by curl,
// to a listener on the loopback interface.

import Foundation
import Glibc
import Testing

@Suite struct HookExampleTests {
  /// A sample of the manual, with another command.
  private func sample(_ name: String, command: String) throws -> String {
    let text = try ManualPage("jobrun-job.5").sample(name)
    #expect(text.contains("\"/usr/local/bin/backup\""))
    return text.replacing("\"/usr/local/bin/backup\"", with: "\"\(command)\"")
      .replacing("\n", with: " ")
  }

  @Test func mailIsSent() async throws {
    try await JobrunFixture.with { spool in
      try spool.write(
        "#!/bin/sh\n{ echo \"$@\"; cat; } > \(spool.path("mail"))\n", to: "bin/sendmail")
      _ = try await spool.shell("chmod +x bin/sendmail")
      let document = try sample("hook-mail", command: "false")
      #expect(try await spool.jobrun("submit", "-", input: document).code == 0)
      let daemon = try spool.start(
        ["daemon", "--until-idle=0s"], environment: ["PATH": "\(spool.path("bin")):/usr/bin:/bin"])
      #expect(try await daemon.finished().code == 0)
      let mail = spool.lines("mail")
      #expect(mail.prefix(3) == ["-t", "To: ops@example.org", "Subject: false: exit 1"])
      #expect(spool.read("mail").contains("\n\n{\"at\":"))
      #expect(try JobStatus(mail[3]).text("event") == "onFailure")
    }
  }

  @Test(.enabled(if: access("/usr/bin/curl", X_OK) == 0, "curl is not installed"))
  func theEventIsPosted() async throws {
    try await JobrunFixture.with { spool in
      let listener = try LoopbackListener()
      let document = try sample("hook-http", command: "true")
        .replacing(":8000/", with: ":\(listener.port)/")
      #expect(try await spool.jobrun("submit", "-", input: document).code == 0)
      let daemon = try spool.start(["daemon", "--until-idle=0s"])
      let request = try await listener.answerOne()
      #expect(try await daemon.finished().code == 0)
      #expect(request.hasPrefix("POST /jobs HTTP/1.1\r\n"))
      #expect(request.contains("\r\nContent-Type: application/json\r\n"))
      let body = try #require(request.firstRange(of: "\r\n\r\n"))
      let event = try JobStatus(String(request[body.upperBound...]))
      #expect(event.text("event") == "onSuccess")
      #expect(spool.names("jobs") == [] && spool.names("done").count == 1)
    }
  }
}

/// A listener on a port of its own that answers one request.
private final class LoopbackListener {
  let port: Int
  private let number: Int32

  init() throws {
    number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = number
    let code = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(socket, pointer, size) == 0 && listen(socket, 4) == 0
          && getsockname(socket, pointer, &size) == 0
      }
    }
    guard code else { throw TestFailure("no listener: \(String(cString: strerror(errno)))") }
    port = Int(UInt16(bigEndian: address.sin_port))
    _ = fcntl(number, F_SETFL, O_NONBLOCK)
  }

  deinit { close(number) }

  /// Takes one request, answers it with 204, and returns it.
  func answerOne() async throws -> String {
    var peer: Int32 = -1
    try await eventually("somebody calls") {
      peer = accept(number, nil, nil)
      return peer >= 0
    }
    defer { close(peer) }
    _ = fcntl(peer, F_SETFL, O_NONBLOCK)
    var text = ""
    try await eventually("the request is complete") {
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      let count = read(peer, &buffer, buffer.count)
      if count > 0 { text += String(decoding: buffer.prefix(count), as: UTF8.self) }
      return text.hasSuffix("}\n")
    }
    let answer = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
    _ = write(peer, answer, answer.utf8.count)
    return text
  }
}
