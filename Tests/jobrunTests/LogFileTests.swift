// `--log-file`: a log that can be moved away and begun anew.

import Foundation
import Glibc
import Testing

@Suite struct LogFileTests {
  @Test func theDaemonWritesToTheFileAndBeginsANewOneOnHangUp() async throws {
    try await JobrunFixture.with { fixture in
      let daemon = try fixture.start(["daemon", "--log-file", "log"])
      try await eventually { fixture.read("log").hasSuffix(" jobrun: ready\n") }
      // Times in the place of the marks that journald reads.
      #expect(
        fixture.lines("log").allSatisfy { line in
          line.contains(#/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z jobrun: /#)
        })
      let mode = try FileManager.default.attributesOfItem(atPath: fixture.path("log"))
      #expect(mode[.posixPermissions] as? Int == 0o600)

      try FileManager.default.moveItem(
        atPath: fixture.path("log"), toPath: fixture.path("log.1"))
      daemon.kill(SIGHUP)
      try await eventually { fixture.read("log").contains("its settings are in force") }
      let old = fixture.read("log.1")
      let id = try await fixture.submit("--", "true")
      try await fixture.status(id, reaches: "succeeded")
      try await eventually { fixture.read("log").contains("succeeded: exit 0") }
      #expect(fixture.read("log.1") == old)
      let end = try await daemon.end()
      #expect(end.code == 0 && end.err == "" && end.out == "")
      #expect(fixture.read("log").hasSuffix(" jobrun: leaving\n"))
    }
  }

  @Test func aLogThatCannotBeBegunAnewGoesOnInTheOldFile() async throws {
    try await JobrunFixture.with { fixture in
      try fixture.write("", to: "logs/log")
      let daemon = try fixture.start(["daemon", "--log=json", "--log-file", "logs/log"])
      try await eventually { fixture.read("logs/log").contains("\"ready\"") }
      try FileManager.default.moveItem(
        atPath: fixture.path("logs"), toPath: fixture.path("old"))
      daemon.kill(SIGHUP)
      try await eventually {
        fixture.read("old/log").contains("goes on in the old file: open logs/log")
      }
      #expect(fixture.lines("old/log").allSatisfy { $0.hasPrefix("{\"at\":") })
      #expect(try await daemon.end().code == 0)
    }
  }

  @Test func aLogThatNobodyReadsStopsNoJob() async throws {
    try await JobrunFixture.with { fixture in
      let id = try await fixture.submit("--", "true")
      // A pipe that is full.
      let shell = try fixture.startShell(
        """
        cd \(fixture.directory); mkfifo pipe; exec 3<>pipe; head -c 65536 /dev/zero >&3
        exec "$JOBRUN" daemon 2>&3
        """)
      try await fixture.status(id, reaches: "succeeded")
      let drain = try fixture.startShell("exec 3<\(fixture.path("pipe")); exec cat <&3")
      try await eventually {
        _ = try await fixture.submit("--", "true")
        return drain.out.contains("line(s) are left out here: nobody was reading\n<6>jobrun: ")
      }
      #expect(try await shell.end().code == 0)
    }
  }

  @Test func linesAreTextAndNotTooLong() async throws {
    try await JobrunFixture.with { fixture in
      let daemon = try fixture.start(["daemon", "--log-file", "log"])
      try await eventually("it is ready; \(daemon.err)") { fixture.read("log").contains("ready") }
      let id = try await fixture.submit("--", "sleep", "60")
      try await fixture.status(id, reaches: "running")
      let reason = "x\u{1B}[31mred\u{9B}0m" + String(repeating: "y", count: 900)
      let done = try await fixture.jobrun("cancel", "--reason", reason, id)
      #expect(done.code == 0, "\(done.err)")
      try await eventually { fixture.read("log").contains("x [31mred 0myyy") }
      #expect(!fixture.read("log").contains("\u{1B}") && !fixture.read("log").contains("\u{9B}"))
      #expect(try await daemon.end().code == 0)
    }
  }

  @Test func theServiceDoesTheSame() async throws {
    try await JobrunFixture.with { fixture in
      let socket = "/tmp/jobrun-log-\(UUID().uuidString.prefix(8)).sock"
      fixture.addCleanUp { try? FileManager.default.removeItem(atPath: socket) }
      let service = try fixture.start([
        "serve", "--listen", "unix:\(socket)", "--log-file", "log",
      ])
      try await eventually { fixture.read("log").contains("listening on unix:\(socket)") }
      func ask() async throws {
        let done = try await fixture.shell("curl -sS --unix-socket \(socket) http://h/healthz")
        #expect(done.err == "")
      }
      try await ask()
      try await eventually { fixture.read("log").contains("/healthz 200 ") }
      try FileManager.default.moveItem(
        atPath: fixture.path("log"), toPath: fixture.path("log.1"))
      service.kill(SIGHUP)
      try await eventually { FileManager.default.fileExists(atPath: fixture.path("log")) }
      try await ask()
      try await eventually { fixture.read("log").contains("/healthz 200 ") }
      #expect(fixture.lines("log").count == 1 && fixture.lines("log.1").count == 2)
      #expect(try await service.end().code == 0)
    }
  }

  @Test func withoutAFileHangUpDoesTheServiceNoHarm() async throws {
    try await JobrunFixture.with { fixture in
      let client = try await ServiceClient(fixture)
      client.process.kill(SIGHUP)
      #expect(try client.ask("GET", "/healthz").status == 200)
      #expect(client.process.isRunning)
    }
  }

  @Test(arguments: ["daemon", "serve"])
  func aFileThatCannotBeMadeIsToldAtOnce(verb: String) async throws {
    try await JobrunFixture.with { fixture in
      let done = try await fixture.jobrun(verb, "--log-file", "missing/log")
      #expect(done.code == 74)
      #expect(
        done.err
          == "jobrun \(verb): --log-file: open missing/log: No such file or directory\n")
      let unit = try await fixture.jobrun(verb, "--log-file=log", "--print-unit=system")
      #expect(unit.code == 64)
      #expect(unit.err.contains("--print-unit"))
      #expect(!FileManager.default.fileExists(atPath: fixture.path("log")))
    }
  }
}
