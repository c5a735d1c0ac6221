// What the daemon and the service tell the service manager that has started them.

import Foundation
import Glibc
import Testing

@Suite struct NotifyTests {
  @Test func theDaemonTellsWhenItIsReadyReloadsAndStops() async throws {
    try await JobrunFixture.with { fixture in
      let listener = try NotifyListener(fixture)
      let id = try await fixture.submit("--", "sleep", "60")
      let daemon = try fixture.start(
        ["daemon"], environment: ["NOTIFY_SOCKET": listener.path])
      try await fixture.status(id, reaches: "running")
      #expect(listener.datagrams.first == "READY=1\nSTATUS=1 live job, 0 running")
      try await eventually { listener.datagrams.last == "STATUS=1 live job, 1 running" }
      daemon.kill(SIGHUP)
      try await eventually { listener.states.count == 3 }
      let end = try await daemon.end()
      #expect(end.code == 0)
      #expect(
        listener.states.map { $0.prefix { $0 != "=" } } == [
          "READY", "RELOADING", "READY", "STOPPING",
        ])
      let reloading = try #require(listener.datagrams.first { $0.hasPrefix("RELOADING=1\n") })
      let stamp = try #require(reloading.wholeMatch(of: /RELOADING=1\nMONOTONIC_USEC=(\d+)/)?.1)
      var now = timespec()
      clock_gettime(CLOCK_MONOTONIC, &now)
      let age = now.tv_sec - (try #require(Int(stamp))) / 1_000_000
      #expect((0...60).contains(age))
      #expect(listener.datagrams.last == "STOPPING=1")
    }
  }

  @Test func aDaemonThatLeavesByItselfSaysSo() async throws {
    try await JobrunFixture.with { fixture in
      let listener = try NotifyListener(fixture)
      let end = try await fixture.start(
        ["daemon", "--until-idle=1s"], environment: ["NOTIFY_SOCKET": listener.path]
      ).finished()
      #expect(end.code == 0)
      #expect(listener.datagrams == ["READY=1\nSTATUS=0 live jobs, 0 running", "STOPPING=1"])
    }
  }

  @Test func theStatusIsToldOnceASecondAndOnlyIfItChanged() async throws {
    try await JobrunFixture.with { fixture in
      let listener = try NotifyListener(fixture)
      let began = ContinuousClock.now
      let daemon = try fixture.start(["daemon"], environment: ["NOTIFY_SOCKET": listener.path])
      try await eventually { !listener.datagrams.isEmpty }
      for _ in 0..<8 { _ = try await fixture.submit("--", "sleep", "60") }
      try await eventually { listener.datagrams.last == "STATUS=8 live jobs, 8 running" }
      let seconds = Int((ContinuousClock.now - began).components.seconds)
      #expect(listener.datagrams.count <= 2 + seconds)
      #expect(Set(listener.datagrams).count == listener.datagrams.count)
      try await daemon.end()
    }
  }

  @Test(arguments: ["daemon", "serve"])
  func theWatchdogIsFedAtHalfItsTime(verb: String) async throws {
    try await JobrunFixture.with { fixture in
      let listener = try NotifyListener(fixture)
      let process = try fixture.start(
        [verb], environment: ["NOTIFY_SOCKET": listener.path, "WATCHDOG_USEC": "400000"])
      try await eventually { !listener.states.isEmpty }
      let began = ContinuousClock.now
      func meals() -> Int { listener.datagrams.count { $0 == "WATCHDOG=1" } }
      let before = meals()
      try await eventually { meals() >= before + 5 }
      // Four full spans of 200 ms at least; how much more depends on the machine.
      #expect(ContinuousClock.now - began > .milliseconds(790))
      try await process.end()
      #expect(listener.datagrams.last == "STOPPING=1")
    }
  }

  @Test func anIdleDaemonIsNotWoken() async throws {
    try await JobrunFixture.with { fixture in
      let listener = try NotifyListener(fixture)
      let daemon = try fixture.start(["daemon"], environment: ["NOTIFY_SOCKET": listener.path])
      try await eventually { !listener.datagrams.isEmpty }
      // Waits in poll for good: the number of its sleeps no longer grows.
      func sleeps() -> Substring {
        let file = "/proc/\(daemon.pid)/status"
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt") } ?? ""
      }
      try await eventually {
        let before = sleeps()
        try await Task.sleep(for: .seconds(2))
        return sleeps() == before
      }
      try await daemon.end()
    }
  }

  @Test func theServiceTellsWhereItListens() async throws {
    try await JobrunFixture.with { fixture in
      let listener = try NotifyListener(fixture)
      let service = try fixture.start(["serve"], environment: ["NOTIFY_SOCKET": listener.path])
      try await eventually { !listener.datagrams.isEmpty }
      try await service.end()
      #expect(
        listener.datagrams == [
          "READY=1\nSTATUS=listening on unix:\(fixture.spool)/serve.sock", "STOPPING=1",
        ])
    }
  }

  @Test(arguments: ["/nowhere/notify", "relative", "vsock:2:1"])
  func aManagerThatIsNotThereCostsNothing(socket: String) async throws {
    try await JobrunFixture.with { fixture in
      let id = try await fixture.submit("--", "true")
      let end = try await fixture.start(
        ["daemon", "--until-idle=1s"],
        environment: ["NOTIFY_SOCKET": socket, "WATCHDOG_USEC": "100000"]
      ).finished()
      #expect(end.code == 0)
      #expect(try await fixture.status(id).phase == "succeeded")
    }
  }

  @Test func commandsAndSupervisorsDoNotSeeTheManager() async throws {
    try await JobrunFixture.with { fixture in
      let listener = try NotifyListener(fixture)
      let id = try await fixture.submit("--", "/bin/sh", "-c", "env; exec sleep 60")
      let daemon = try fixture.start(
        ["daemon"],
        environment: [
          "NOTIFY_SOCKET": listener.path, "WATCHDOG_USEC": "60000000",
        ])
      try await fixture.status(id, reaches: "running")
      let pids = supervisors(of: fixture.spool) + commands(of: fixture.spool)
      #expect(pids.count >= 2)
      for pid in pids {
        let environment = try Data(contentsOf: URL(filePath: "/proc/\(pid)/environ"))
        let text = String(decoding: environment, as: UTF8.self)
        #expect(!text.contains("NOTIFY_SOCKET") && !text.contains("WATCHDOG"))
      }
      try await daemon.end()
    }
  }

  @Test(
    .enabled(
      if: system("unshare -rpf --mount-proc true 2>/dev/null >/dev/null") == 0,
      "no namespace of processes can be had"))
  func asProcessOneItReapsStrangersAndKeepsTheExitStatus() async throws {
    try await JobrunFixture.with { fixture in
      // They outlive the command and its supervisor.
      let stranger = "while [ ! -e \(fixture.path("go")) ]; do sleep 0.05; done"
      let id = try await fixture.submit(
        "--", "/bin/sh", "-c", "for n in 1 2 3; do setsid sh -c '\(stranger)' & done; exit 7")
      let holder = try fixture.program(
        "unshare", ["-rpf", "--mount-proc", JobrunFixture.binary, "daemon"])
      #expect(try await fixture.status(id, reaches: "failed").code == 7)
      func children(of parent: Int32) -> [Int32] {
        allProcesses().filter { processFields(of: $0).parent == parent }
      }
      let daemon = try #require(children(of: holder.pid).first)
      // Besides the launcher.
      try await eventually("they are left to the daemon") { children(of: daemon).count == 4 }
      try fixture.write("", to: "go")
      try await eventually("nothing is left of them") { children(of: daemon).count == 1 }
      let next = try await fixture.submit("--", "/bin/sh", "-c", "exit 9")
      #expect(try await fixture.status(next, reaches: "failed").code == 9)
      kill(daemon, SIGTERM)
      #expect(try await holder.finished().code == 0)
    }
  }
}
