// `jobrun serve` with users: where it listens, who is let in, and what it says.

import Foundation
import Glibc
import LinuxIO
import Testing

@Suite struct ServeUsersTests {
  /// The line of a user whose password is "secret", by a quick hash.
  private func user(_ fixture: JobrunFixture, roles: String = "read") async throws -> String {
    let done = try await fixture.jobrun(
      "serve", "--users", fixture.path("users"), "--add-user", "ann", "--roles", roles,
      input: "secret\n")
    try #require(done.code == 0, "\(done.err)")
    return fixture.path("users")
  }

  /// The address that a service says it listens on, by its beginning.
  private func address(
    of service: RunningProcess, _ beginning: String
  ) async throws -> SocketAddress {
    let mark = "listening on \(beginning)"
    try await eventually { service.err.contains(mark) && service.err.hasSuffix("\n") }
    let line = try #require(service.err.split(separator: "\n").first { $0.contains(mark) })
    let port = try #require(line.split(separator: ":").last.flatMap { UInt16($0) })
    return .ipv4(address: 0x7F00_0001, port: port)
  }

  private func ask(
    _ address: SocketAddress, _ target: String, as credential: String? = nil
  ) throws -> String {
    let socket = try Socket.connect(to: address)
    let field = credential.map {
      "Authorization: Basic \(Data($0.utf8).base64EncodedString())\r\n"
    }
    let request = Array(
      "GET \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\(field ?? "")\r\n".utf8)
    _ = try request.withUnsafeBytes { try socket.send($0) }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = try buffer.withUnsafeMutableBytes { try socket.receive(into: $0) }
      if count == 0 { return String(decoding: answer, as: UTF8.self) }
      answer += buffer[..<count]
    }
  }

  @Test func letsInWhoIsInTheFileAndSaysSoInItsLog() async throws {
    try await JobrunFixture.with { spool in
      let users = try await user(spool)
      let service = try spool.start(["serve", "--users", users, "--listen", "127.0.0.1:0"])
      let address = try await address(of: service, "127.0.0.1:")
      let path = "/scheduler/connector-api/process/status/x"
      #expect(try ask(address, path).hasPrefix("HTTP/1.1 401 "))
      #expect(try ask(address, path + "?secret", as: "ann:secret").hasPrefix("HTTP/1.1 404 "))
      #expect(try ask(address, path, as: "ann:guess").hasPrefix("HTTP/1.1 401 "))
      // The file is looked at with each request.
      try #require(
        try await spool.jobrun(
          "serve", "--users", users, "--add-user", "ann", "--roles", "run", input: "other\n"
        ).code == 0)
      #expect(try ask(address, path, as: "ann:secret").hasPrefix("HTTP/1.1 401 "))
      #expect(try ask(address, path, as: "ann:other").hasPrefix("HTTP/1.1 403 "))
      let log = try await service.end().err
      let lines = log.split(separator: "\n").filter { $0.contains(" GET ") }
      #expect(lines.map { $0.split(separator: " ")[2] } == ["-", "ann", "-", "-", "ann"])
      #expect(!log.contains("secret"))
      #expect(lines[1].contains(" 127.0.0.1 ann GET \(path) 404 "))
    }
  }

  @Test(arguments: [
    ("127.0.0.1:9090", "127.0.0.1:9090 can be reached by every user here, so --users is needed"),
    ("[::1]:9090", "[::1]:9090 can be reached by every user here"),
    ("0.0.0.0:9090", "put a TLS proxy in front (jobrun-serve(8))"),
    ("[::]:9090", "[::]:9090 can be reached by others, so --users is needed"),
    ("localhost:9090", "must be ADDRESS:PORT with a numeric address"),
    ("::1:9090", "must be ADDRESS:PORT"), ("127.0.0.1", "must be ADDRESS:PORT"),
    ("127.0.0.1:99999", "must be ADDRESS:PORT"), ("unix:", "or unix:PATH"),
    ("unix:/\(String(repeating: "x", count: 110))", "is longer than 107 bytes"),
  ])
  func refusesToListenWhereAnybodyCouldComeIn(address: String, message: String) async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.jobrun("serve", "--listen", address)
      #expect(done.code == 64 && done.err.contains(message), "\(done.err)")
    }
  }

  @Test func withoutUsersNoPortIsOpened() async throws {
    try await JobrunFixture.with { spool in
      let service = try spool.start(["serve"])
      try await eventually { service.err.contains("listening on unix:\(spool.spool)/serve.sock") }
      #expect(service.err.contains("without --users, TCP on 127.0.0.1:9090 is not opened"))
      #expect(!service.err.contains("listening on 127"))
      #expect(try await service.end().code == 0)
    }
  }

  @Test(arguments: [
    (["--add-user", "ann", "--roles", "read"], "--add-user needs --users FILE", 64),
    (["--users", "f", "--add-user", "ann"], "--add-user needs --roles", 64),
    (["--users", "f", "--add-user", "a:b", "--roles", "read"], "the name must be a letter", 64),
    (["--users", "f", "--add-user", "ann", "--roles", "raed"], "did you mean \"read\"?", 64),
    (["--users", "f", "--add-user", "ann", "--roles", "read"], "the password is empty", 65),
    (["--users", "f", "--roles", "read"], "--roles goes with --add-user", 64),
    (["--users", ""], "must not be empty", 64),
    (["--users", "f"], "f: No such file", 74),
  ])
  func saysWhatIsMissing(options: [String], message: String, code: Int32) async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.start(["serve"] + options).finished()
      #expect(done.code == code && done.err.contains(message), "\(done.err)")
      #expect(spool.read("f") == "")
    }
  }

  @Test(arguments: [
    ("two\nlines\n", "holds a control character, or is more than one line"),
    ("\n", "is empty"), (String(repeating: "x", count: 512), "is longer than 511 bytes"),
  ])
  func aPasswordIsOneLine(input: String, message: String) async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.jobrun(
        "serve", "--users", "f", "--add-user", "ann", "--roles", "read", input: input)
      #expect(done.code == 65 && done.err.contains("the password \(message)"), "\(done.err)")
    }
  }

  @Test func refusesAFileThatOthersMayRead() async throws {
    try await JobrunFixture.with { spool in
      let users = try await user(spool)
      _ = chmod(users, 0o640)
      let done = try await spool.jobrun("serve", "--users", users)
      #expect(done.code == 77 && done.err.contains("run: chmod 600 \(users)"), "\(done.err)")
    }
  }

  @Test func asksTwiceAtATerminalAndShowsNothing() async throws {
    try await JobrunFixture.with { spool in
      var (terminal, other): (Int32, Int32) = (-1, -1)
      var path = [CChar](repeating: 0, count: 100)
      try #require(openpty(&terminal, &other, &path, nil, nil) == 0)
      defer { for end in [terminal, other] { close(end) } }
      _ = fcntl(terminal, F_SETFL, O_NONBLOCK)
      let name = String(
        decoding: path.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      func ask(_ answers: [String]) async throws -> (FinishedProcess, shown: String) {
        let line =
          "$JOBRUN serve --users users --add-user ann --roles admin < \(name)"
        let process = try spool.startShell(line)
        for (answer, prompt) in zip(answers, ["Password for ann: ", "Again: "]) {
          try await eventually("it asks \(prompt)") { process.err.hasSuffix(prompt) }
          _ = write(terminal, answer + "\n", answer.utf8.count + 1)
        }
        let done = try await process.finished()
        var buffer = [UInt8](repeating: 0, count: 1000)
        let count = max(0, read(terminal, &buffer, buffer.count))
        return (done, String(decoding: buffer[..<count], as: UTF8.self))
      }
      let wrong = try await ask(["one", "two"])
      #expect(wrong.0.code == 65 && wrong.0.err.contains("the two are not the same"))
      let right = try await ask(["topsecret", "topsecret"])
      #expect(right.0.code == 0 && right.0.err.contains("added user ann in users"))
      #expect(!right.shown.contains("topsecret") && !wrong.shown.contains("one"))
      #expect(spool.read("users").hasPrefix("ann:$y$") && spool.read("users").hasSuffix(":admin\n"))
    }
  }

  /// A line of shell that does what systemd does: descriptor 3 listens, and the process is told.
  /// In bash, because descriptors have one digit in others.
  private func handing(_ redirection: String, to command: String) -> String {
    "exec bash -c 'exec \(redirection); export LISTEN_FDS=1 LISTEN_PID=$$; exec $JOBRUN \(command)'"
  }

  @Test func takesSocketsFromItsStarter() async throws {
    try await JobrunFixture.with { spool in
      let users = try await user(spool)
      let path = "/tmp/jobrun-serve-\(UUID().uuidString.prefix(8)).sock"
      spool.addCleanUp { unlink(path) }
      let socket = try Socket.listen(on: .unix(path: path), permissions: 0o666)
      try #require(fcntl(socket.descriptor.number, F_SETFD, 0) == 0)
      let service = try spool.startShell(
        handing("3<&\(socket.descriptor.number)", to: "serve --users \(users)"))
      try await eventually("it listens; \(service.err)") {
        service.err.contains("listening on unix:\(path)")
      }
      #expect(!service.err.contains("serve.sock") && !service.err.contains("127.0.0.1"))
      let target = "/scheduler/connector-api/process/status/x"
      #expect(try ask(.unix(path: path), target).hasPrefix("HTTP/1.1 404 "))
      #expect(try ask(.unix(path: path), target, as: "ann:no").hasPrefix("HTTP/1.1 401 "))
      try await service.end()
      #expect(FileManager.default.fileExists(atPath: path), "it is not ours to remove")
      // Not closed before: descriptors end with their last use.
      let isListening = socket.isListening
      #expect(isListening)
    }
  }

  @Test func takesNoPortFromItsStarterWithoutUsers() async throws {
    try await JobrunFixture.with { spool in
      let socket = try Socket.listen(on: .ipv4(address: 0x7F00_0001, port: 0))
      try #require(fcntl(socket.descriptor.number, F_SETFD, 0) == 0)
      let number = socket.descriptor.number
      for (redirection, message) in [
        ("3<&\(number)", "so --users is needed"),
        ("3</dev/null", "descriptor 3 of LISTEN_FDS is no listening stream socket"),
      ] {
        let done = try await spool.shell(handing(redirection, to: "serve"))
        #expect([64, 78].contains(done.code) && done.err.contains(message), "\(done.err)")
      }
      // Not closed before: descriptors end with their last use.
      let isListening = socket.isListening
      #expect(isListening)
    }
  }
}
