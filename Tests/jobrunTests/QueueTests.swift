// Queues and pools with the built binary: set while a daemon works, kept when it is killed, and
// shown without one.

import Foundation
import Glibc
import Testing

@Suite struct QueueTests {
  /// A job of a queue that runs until `go` is there.
  private func hold(_ queue: String, in spool: JobrunFixture) async throws -> String {
    try await spool.submit(
      "--queue", queue, "--shell", "while [ ! -e go ]; do sleep 0.02; done")
  }

  private func phases(_ ids: [String], in spool: JobrunFixture) async throws -> [String] {
    var phases: [String] = []
    for id in ids { phases.append(try await spool.status(id).phase) }
    return phases
  }

  @Test func aPauseKeepsWhatRunsAndAResumeLetsTheRestStart() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.daemon()
      let first = try await hold("big", in: spool)
      try await spool.status(first, reaches: "running")
      #expect(try await spool.jobrun("queue", "pause", "big").code == 0)
      let drain = try spool.start(["queue", "drain", "big", "--wait"])
      let second = try await spool.submit("--queue", "big", "--", "true")
      let other = try await spool.submit("--", "true")
      try await spool.status(other, reaches: "succeeded")
      #expect(try await phases([first, second], in: spool) == ["running", "queued"])
      #expect(
        try await spool.status(second).message.hasSuffix(", but queue \"big\" is paused"))
      #expect(drain.isRunning)
      try spool.write("", to: "go")
      #expect(try await drain.finished().code == 0)
      try await spool.status(first, reaches: "succeeded")
      #expect(try await spool.status(second).phase == "queued")
      #expect(try await spool.jobrun("queue", "resume", "big").code == 0)
      try await spool.status(second, reaches: "succeeded")
    }
  }

  @Test func slotsAreSetInARunningDaemonAndKeptByTheNext() async throws {
    try await JobrunFixture.with { spool in
      try await spool.jobrun("queue", "set", "big", "--slots", "1")
      let daemon = try await spool.daemon()
      var ids: [String] = []
      for _ in 1...3 { ids.append(try await hold("big", in: spool)) }
      let other = try await spool.submit("--", "true")
      try await spool.status(other, reaches: "succeeded")
      try await spool.status(ids[0], reaches: "running")
      #expect(try await phases(ids, in: spool) == ["running", "queued", "queued"])
      #expect(
        try await spool.status(ids[1]).message
          .hasSuffix(" and waits for a slot of queue \"big\", which has 1, all in use"))
      try await spool.jobrun("queue", "set", "big", "--slots", "2")
      try await spool.status(ids[1], reaches: "running")
      #expect(try await spool.status(ids[2]).phase == "queued")
      daemon.kill(SIGKILL)
      _ = try await daemon.finished()
      let next = try await spool.daemon()
      let another = try await spool.submit("--", "true")
      try await spool.status(another, reaches: "succeeded")
      #expect(try await phases(ids, in: spool) == ["running", "running", "queued"])
      try await spool.jobrun("queue", "set", "big", "--slots", "none")
      try await spool.status(ids[2], reaches: "running")
      try spool.write("", to: "go")
      for id in ids { try await spool.status(id, reaches: "succeeded") }
      next.kill(SIGTERM)
      _ = try await next.finished()
    }
  }

  @Test func higherPrioritiesStartFirst() async throws {
    try await JobrunFixture.with { spool in
      for priority in ["-1", "5", "0", "5"] {
        _ = try await spool.submit(
          "--priority=\(priority)", "--shell", "echo $JOBRUN_NUMBER >> order")
      }
      try await spool.work("--slots", "1")
      #expect(spool.lines("order") == ["2", "4", "3", "1"])
    }
  }

  @Test func partsOfAPoolAreTakenAndGivenBack() async throws {
    try await JobrunFixture.with { spool in
      try await spool.jobrun("queue", "pool", "gpu", "--size", "2")
      let line = "echo + >> seen; sleep 0.05; echo - >> seen"
      let input = String(
        repeating: "{\"command\":\"\(line)\",\"needs\":{\"gpu\":1}}\n", count: 6)
      _ = try await spool.jobrun("submit", "-", input: input)
      let tooMuch = try await spool.submit("--need", "gpu=3", "--", "true")
      try await spool.work()
      var running = 0
      for sign in spool.lines("seen") {
        running += sign == "+" ? 1 : -1
        #expect((0...2).contains(running))
      }
      #expect(spool.lines("seen").count == 12)
      #expect(
        try await spool.status(tooMuch).message.hasSuffix(
          ", but it needs 3 of pool \"gpu\", which has 2; besides, it waits for a daemon: none is "
            + "running on this spool"))
      try await spool.jobrun("queue", "pool", "gpu", "--size", "3")
      try await spool.work()
      #expect(try await spool.status(tooMuch).phase == "succeeded")
    }
  }

  @Test func goesOnWithEarlierSettingsWhileAnEditCannotBeUnderstood() async throws {
    try await JobrunFixture.with { spool in
      try await spool.jobrun("queue", "set", "big", "--slots", "1")
      let daemon = try await spool.daemon()
      let first = try await hold("big", in: spool)
      try await spool.status(first, reaches: "running")
      try spool.write(#"{"queues":{"big":{"slotz":9}}}"#, to: "spool/config.json")
      let fault = "line 1, column 19: queues.big.slotz: there is no such key; did you mean"
      try await eventually { daemon.err.contains(fault) }
      let second = try await hold("big", in: spool)
      let other = try await spool.submit("--", "true")
      try await spool.status(other, reaches: "succeeded")
      #expect(try await spool.status(second).phase == "queued")
      let told = try await spool.jobrun("status").err
      #expect(told.contains("the daemon goes on with earlier settings: config.json: \(fault)"))
      let refused = try await spool.jobrun("queue", "set", "big", "--slots", "3")
      #expect(refused.code == 78 && refused.err.contains(fault))
      try spool.write(#"{"queues":{"big":{"slots":2}}}"#, to: "spool/config.json")
      try await spool.status(second, reaches: "running")
      #expect(try await spool.jobrun("status").err == "")
      try FileManager.default.removeItem(atPath: spool.path("spool/config.json"))
      let third = try await hold("big", in: spool)
      try await spool.status(third, reaches: "running")
      try spool.write("", to: "go")
    }
  }

  @Test func doesNotBeginWithSettingsThatCannotBeUnderstood() async throws {
    try await JobrunFixture.with { spool in
      try await spool.jobrun("queue", "list")
      try spool.write("{\"queues\":\n []}", to: "spool/config.json")
      let done = try await spool.work()
      #expect(done.code == 78)
      #expect(
        done.err.contains(
          "config.json: line 1, column 2: queues: an object is expected, not an array"))
    }
  }

  @Test func twoWhoSetSomethingAtOnceLoseNothingOfEachOther() async throws {
    try await JobrunFixture.with { spool in
      let names = (1...12).map { "q\($0)" }
      let all = try names.map { try spool.start(["queue", "set", $0, "--slots", "3"]) }
      for process in all { #expect(try await process.finished().code == 0) }
      let list = try await spool.jobrun("queue", "list", "--json").out
      for name in names { #expect(list.contains("\"name\": \"\(name)\"")) }
    }
  }

  @Test func aPausedQueueKeepsNoDaemonFromLeaving() async throws {
    try await JobrunFixture.with { spool in
      try await spool.jobrun("queue", "pause", "default")
      let id = try await spool.submit("--", "true")
      #expect(try await spool.work().code == 0)
      #expect(try await spool.status(id).phase == "queued")
    }
  }

  @Test func showsQueuesWithoutADaemon() async throws {
    try await JobrunFixture.with { spool in
      try await spool.jobrun("queue", "set", "big", "--slots", "2", "--paused")
      try await spool.jobrun("queue", "pool", "gpu", "--size", "4")
      _ = try await spool.submit("--queue", "odd", "--", "true")
      _ = try await spool.submit("--worker", "big", "--start", "2100-01-01", "--", "true")
      let list = try await spool.jobrun("queue", "list")
      #expect(
        list.out == """
          QUEUE    SLOTS  RUNNING  QUEUED  STATE
          big      2      0        0       paused
          default  -      0        0       open
          odd      -      0        1       open

          POOL  SIZE  USED
          gpu   4     0

          """)
      try await spool.jobrun("queue", "pool", "gpu", "--size", "none")
      try await spool.jobrun("queue", "resume", "big")
      let json = try await spool.jobrun("queue", "list", "--json").out
      let members = try JobStatus(json).members
      #expect((members["pools"] as? [Any])?.isEmpty == true)
      let queues = try #require(members["queues"] as? [[String: Any]])
      #expect(queues.map { $0["state"] as? String } == ["open", "open", "open"])
      #expect(queues[0]["slots"] as? Int == 2 && queues[1]["slots"] == nil)
    }
  }

  @Test func aNameThatNobodyKnowsIsToldAndASettingThatIsGoneIsForgotten() async throws {
    try await JobrunFixture.with { spool in
      try await spool.jobrun("queue", "set", "backup", "--slots", "2")
      let typo = try await spool.jobrun("queue", "pause", "bakcup")
      #expect(typo.code == 0)
      #expect(
        typo.err == "jobrun queue: queue \"bakcup\" has no settings, and no job waits in it; "
          + "did you mean \"backup\"?\n")
      #expect(try await spool.jobrun("queue", "pause", "backup").err == "")
      for name in ["bakcup", "backup"] { try await spool.jobrun("queue", "resume", name) }
      #expect(spool.read("spool/config.json").contains("backup"))
      #expect(!spool.read("spool/config.json").contains("bakcup"))
      try await spool.jobrun("queue", "set", "backup", "--slots", "none")
      #expect(!spool.read("spool/config.json").contains("backup"))
      let pool = try await spool.jobrun("queue", "pool", "gpu", "--size", "none")
      #expect(pool.code == 0 && pool.err == "jobrun queue: there is no pool \"gpu\"\n")
    }
  }

  @Test(arguments: [
    (["queue"], "list, set, pause, resume, drain or pool is missing"),
    (["queue", "lits"], "did you mean \"list\"?"),
    (["queue", "list", "big"], "\"big\" is one argument too many"),
    (["queue", "set", "big"], "set needs --slots or --paused"),
    (["queue", "set", "big", "--slots", "0"], "--slots"),
    (["queue", "pause"], "NAME is missing"),
    (["queue", "pause", "big", "--wait"], "--wait does not go with pause"),
    (["queue", "pool", "gpu"], "pool needs --size"),
    (["queue", "pause", "a\tb"], "cannot be a name"),
  ])
  func saysWhatIsWrongWithACommandLine(arguments: [String], message: String) async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.start(arguments).finished()
      #expect(done.code == 64 && done.err.contains(message), "\(done.err)")
    }
  }
}
