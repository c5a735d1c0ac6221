// `jobrun metrics` and the daemon that counts, as those who watch see them.

import Foundation
import Glibc
import Testing

@Suite struct MetricsTests {
  private static let hasPromtool = ["/usr/local/bin", "/usr/bin", "/bin"].contains {
    FileManager.default.isExecutableFile(atPath: "\($0)/promtool")
  }

  /// The sample lines that `jobrun metrics` prints, by name and labels.
  private func metrics(_ spool: JobrunFixture) async throws -> [String: String] {
    let done = try await spool.jobrun("metrics")
    try #require(done.code == 0 && done.err == "", "\(done.err)")
    return Dictionary(
      uniqueKeysWithValues: done.lines.filter { !$0.hasPrefix("#") }.map { line in
        let parts = line.split(separator: " ")
        return (String(parts[0]), String(parts[1]))
      })
  }

  @Test func countsWhatTheDaemonHasDone() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.submit("--", "true")
      _ = try await spool.submit("--retry", "2", "--retry-delay", "0", "--", "false")
      _ = try await spool.submit(
        "--retry", "1", "--retry-delay", "0", "--shell", "[ $JOBRUN_ATTEMPT = 2 ]")
      _ = try await spool.submit("--shell", "kill -9 $$")
      _ = try await spool.submit("--timeout", "100ms", "--", "sleep", "60")
      _ = try await spool.submit("--", "/no/such/program")
      _ = try await spool.submit("--hold", "--", "true")
      let before = try await metrics(spool)
      #expect(before[#"jobrun_jobs{phase="queued"}"#] == "6")
      #expect(before["jobrun_retries_total"] == "0")
      #expect(before["jobrun_counted_since_timestamp_seconds"] == nil)
      try await spool.work(within: "0s")
      let after = try await metrics(spool)
      for (outcome, count) in [
        ("succeeded", "2"), ("failed", "1"), ("signalled", "1"), ("timedOut", "1"),
        ("notStarted", "1"), ("cancelled", "0"), ("lost", "0"),
      ] {
        #expect(after["jobrun_runs_total{outcome=\"\(outcome)\"}"] == count, "\(outcome)")
      }
      #expect(after["jobrun_retries_total"] == "3")
      #expect(after["jobrun_start_lateness_seconds_count"] == "6")
      #expect(after["jobrun_queue_wait_seconds_count"] == "9")
      #expect(after["jobrun_daemon_turn_seconds_count"] != "0")
      #expect(after["jobrun_daemon_up"] == "0")
      #expect(after[#"jobrun_jobs{phase="succeeded"}"#] == "2")
      #expect(after[#"jobrun_jobs{phase="failed"}"#] == "4")
      #expect(after[#"jobrun_jobs{phase="held"}"#] == "1")
      #expect(try await spool.jobrun("fsck").out == "")
    }
  }

  @Test func goesOnCountingWhateverEndsTheDaemon() async throws {
    try await JobrunFixture.with { spool in
      let succeeded = #"jobrun_runs_total{outcome="succeeded"}"#
      var since: Set<String?> = []
      for (round, signal) in [SIGKILL, SIGTERM, SIGKILL].enumerated() {
        let daemon = try await spool.daemon()
        _ = try await spool.submit("--", "true")
        try await eventually("run \(round + 1) is counted") {
          try await metrics(spool)[succeeded] == "\(round + 1)"
        }
        let working = try await metrics(spool)
        #expect(working["jobrun_daemon_up"] == "1")
        since.insert(working["jobrun_counted_since_timestamp_seconds"])
        try await daemon.end(signal)
        let ended = try await metrics(spool)
        #expect(ended[succeeded] == "\(round + 1)" && ended["jobrun_daemon_up"] == "0")
      }
      #expect(since.count == 1 && !since.contains(nil))
      #expect(spool.names("tmp").isEmpty && spool.names("corrupt").isEmpty)
    }
  }

  /// Inode and date of the file, and how often the daemon has gone to sleep.
  private func traces(_ spool: JobrunFixture, _ daemon: RunningProcess) throws -> [String] {
    var status = stat()
    try #require(stat(spool.spool + "/metrics.json", &status) == 0)
    let lines = try String(contentsOfFile: "/proc/\(daemon.pid)/status", encoding: .utf8)
    let sleeps = lines.split(separator: "\n").filter { $0.hasPrefix("voluntary") }
    return ["\(status.st_ino) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"]
      + sleeps.map(String.init)
  }

  @Test func anIdleDaemonIsNotWokenAndWritesNothing() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      _ = try await spool.submit("--", "true")
      try await eventually("the run is counted") {
        try await metrics(spool)[#"jobrun_runs_total{outcome="succeeded"}"#] == "1"
      }
      // All of two seconds without a trace, which is twice the time to a write that were due.
      var last = try traces(spool, daemon)
      var since = ContinuousClock.now
      try await eventually("the daemon is idle") {
        let now = try traces(spool, daemon)
        if now != last { (last, since) = (now, ContinuousClock.now) }
        return ContinuousClock.now - since > .seconds(2)
      }
      // It still is there for what comes.
      kill(daemon.pid, SIGHUP)
      try await eventually("it looks") { try traces(spool, daemon)[1] != last[1] }
      #expect(try traces(spool, daemon)[0] == last[0], "a look is nothing to write about")
    }
  }

  @Test func aDaemonKeepsWhatItCannotReadAndBeginsAnew() async throws {
    try await JobrunFixture.with { spool in
      try spool.write("[", to: "spool/metrics.json")
      chmod(spool.spool, 0o700)
      let told = try await spool.jobrun("metrics")
      #expect(told.code == 0)
      #expect(told.err.hasSuffix("what the daemons have counted is left out\n"))
      #expect(told.lines.contains("jobrun_daemon_up 0") && !told.out.contains("_total"))
      let done = try await spool.work(within: "0s")
      #expect(done.err.contains("corrupt/metrics.json now, and counting begins at zero"))
      #expect(spool.read("spool/corrupt/metrics.json") == "[")
      #expect(try await metrics(spool)["jobrun_retries_total"] == "0")
    }
  }

  @Test func tellsHowManyJobsCannotBeRead() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--hold", "--", "true")
      try spool.write("{", to: "spool/jobs/\(id).json")
      let told = try await metrics(spool)
      #expect(told["jobrun_jobs_unreadable"] == "1")
      #expect(told[#"jobrun_jobs{phase="held"}"#] == "0")
      #expect(try await spool.jobrun("metrics", "x").code == 64)
    }
  }

  @Test(.enabled(if: hasPromtool, "promtool is not installed: apt-get install prometheus"))
  func passesTheCheckOfPrometheus() async throws {
    try await JobrunFixture.with { spool in
      for _ in 0..<2 {
        let check = try await spool.shell("$JOBRUN metrics | promtool check metrics")
        #expect(check.code == 0 && check.out + check.err == "")
        _ = try await spool.submit("--retry", "1", "--retry-delay", "0", "--", "false")
        try await spool.work(within: "0s")
      }
    }
  }

  @Test(.enabled(if: hasPromtool, "promtool is not installed: apt-get install prometheus"))
  func thoseOfTheServicePassItToo() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--", "true")
      try await spool.work(within: "0s")
      let service = try await ServiceClient(spool)
      for _ in 0..<2 { #expect(try service.ask("GET", "/v1/jobs/\(id)").status == 200) }
      #expect(try service.ask("GET", "/no/\"such").status == 400)
      #expect(try service.ask("POST", "/healthz").status == 405)
      try spool.write(try service.ask("GET", "/metrics").text, to: "metrics")
      let text = spool.read("metrics")
      for line in [
        #"jobrun_jobs{phase="succeeded"} 1"#, #"jobrun_runs_total{outcome="succeeded"} 1"#,
        #"jobrun_http_requests_total{route="/v1/jobs/{id}",method="GET",status="200"} 2"#,
        #"jobrun_http_requests_total{route="other",method="other",status="400"} 1"#,
        #"jobrun_http_requests_total{route="other",method="POST",status="405"} 1"#,
        #"jobrun_http_request_duration_seconds_count{route="/v1/jobs/{id}"} 2"#,
      ] {
        #expect(text.contains("\(line)\n"), "\(line)\n\(text)")
      }
      let check = try await spool.shell("promtool check metrics < metrics")
      #expect(check.code == 0 && check.out + check.err == "")
      try await service.process.end()
    }
  }
}
