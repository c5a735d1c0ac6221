// `--print-unit`: what is printed is what the man page shows, and what systemd accepts.

import Foundation
import Testing

@testable import Commands

@Suite struct ServiceUnitTests {
  private static let analyzer = ["/usr/bin/systemd-analyze", "/bin/systemd-analyze"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  @Test(arguments: ["daemon", "serve"])
  func theManualShowsWhatIsPrinted(verb: String) throws {
    let unit = ServiceUnit(
      verb: verb, scope: .system, program: "/usr/local/bin/jobrun", spool: "/var/spool/jobrun",
      arguments: verb == "serve" ? ["--users=/etc/jobrun/users"] : [])
    #expect(try ManualPage("jobrun-daemon.8").sample("unit \(verb)") + "\n" == unit.text)
  }

  @Test(arguments: ["daemon", "serve"], ["system", "user"])
  func itRunsThisBinaryOnTheSpoolThatIsNamed(verb: String, scope: String) async throws {
    try await JobrunFixture.with { fixture in
      let done = try await fixture.jobrun(verb, "--print-unit", scope, "--spool", "my spool")
      #expect(done.code == 0 && done.err == "")
      let command =
        "ExecStart=\(JobrunFixture.binary) \(verb) --spool \"\(fixture.directory)/my spool\""
      #expect(done.lines.contains(command), "\(done.out)")
      #expect(done.lines.contains("Type=notify") && done.lines.contains("NotifyAccess=main"))
      // Nothing is made: the unit may be meant for another time.
      #expect(!FileManager.default.fileExists(atPath: fixture.path("my spool")))
    }
  }

  @Test func otherOptionsStayWithTheirPathsMadeAbsolute() async throws {
    try await JobrunFixture.with { fixture in
      let daemon = try await fixture.jobrun(
        "daemon", "-s", "3", "--drain", "--print-unit=system", "a.json")
      #expect(daemon.out.contains(" --slots=3 --drain \(fixture.directory)/a.json\n"))
      #expect(daemon.lines.contains("TimeoutStopSec=infinity"))
      let serve = try await fixture.jobrun(
        "serve", "--users", "./users", "--listen", "unix:run/a.sock", "--listen", "[::1]:80",
        "--print-unit", "system")
      let folder = fixture.directory
      #expect(
        serve.out.contains(
          " --users=\(folder)/users --listen=unix:\(folder)/run/a.sock --listen=[::1]:80\n"))
      #expect(serve.lines.contains("ReadWritePaths=\(fixture.spool) \(folder)/run"))
    }
  }

  @Test func jobsAreKeptFromNothingAndTheServiceFromMuch() {
    func lines(_ verb: String, _ scope: ServiceUnit.Scope) -> [String] {
      ServiceUnit(verb: verb, scope: scope, program: "/bin/jobrun", spool: "/var/lib/jobs").text
        .split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
    }
    func hasSandbox(_ lines: [String]) -> Bool {
      lines.contains { $0.contains(/^(Protect|Private|NoNew|Restrict[A-Z]|SystemCall|Memory)/) }
    }
    for scope in ServiceUnit.Scope.allCases {
      let daemon = lines("daemon", scope).filter { !$0.hasPrefix("Restart") }
      #expect(!hasSandbox(daemon))
      #expect(daemon.contains("KillMode=process") && daemon.contains("OOMPolicy=continue"))
      #expect(hasSandbox(lines("serve", scope)))
    }
    #expect(lines("serve", .system).contains("ProtectSystem=strict"))
    #expect(!lines("serve", .user).contains { $0.hasPrefix("Protect") })
    #expect(lines("daemon", .system).contains("StateDirectory=jobs"))
    #expect(!lines("daemon", .user).contains { $0.hasPrefix("StateDirectory") })
  }

  @Test func wordsAreQuotedForSystemd() {
    let unit = ServiceUnit(
      verb: "daemon", scope: .system, program: "/bin/jobrun", spool: #"/a b/50%/$HOME/"\"#)
    #expect(unit.text.contains(#"--spool "/a b/50%%/$$HOME/\"\\""# + "\n"))
    #expect(unit.text.contains(#"RequiresMountsFor="/a b/50%%/$HOME/\"\\""# + "\n"))
  }

  @Test(arguments: [
    (["daemon", "--print-unit", "both"], "must be one of system, user"),
    (["serve", "--print-unit", "user", "--add-user", "ann"], "exclude"),
    (["daemon", "--print-unit", "user", "--spool", "a\nb"], "control characters"),
    (["daemon", "--print-unit", "user", "--slots", "0"], "whole number"),
  ])
  func whatCannotBeIsRefused(words: [String], complaint: String) async throws {
    try await JobrunFixture.with { fixture in
      let done = try await fixture.start(words).finished()
      #expect(done.code == 64 && done.out == "")
      #expect(done.err.contains(complaint), "\(done.err)")
    }
  }

  @Test(
    .enabled(if: analyzer != nil, "systemd-analyze is not installed: apt-get install systemd"),
    arguments: ["daemon", "serve"], ["system", "user"])
  func systemdAcceptsIt(verb: String, scope: String) async throws {
    let analyzer = try #require(Self.analyzer)
    try await JobrunFixture.with { fixture in
      let name = verb == "daemon" ? "jobrun.service" : "jobrun-serve.service"
      let printed = try await fixture.jobrun(
        verb, "--print-unit", scope, "--spool", "/var/lib/a b%")
      // Pages and other units need not be there.
      let unit = printed.out.replacing(/Documentation=.*\n/, with: "")
      try fixture.write(unit, to: name)
      let done = try await fixture.start(
        ["--\(scope)", "verify", "--man=no", "--recursive-errors=no", fixture.path(name)],
        environment: ["XDG_RUNTIME_DIR": fixture.directory, "SYSTEMD_LOG_COLOR": "0"],
        program: analyzer
      ).finished()
      #expect(done.code == 0 && !done.err.contains(name), "\(done.err)")
    }
  }
}
