// What many live jobs cost: a million with JOBRUN_BENCHMARK=long, else a hundred thousand.

import Foundation
import Glibc
import JobCore
import JobSpool
import LinuxIO
import Testing

@Suite(.serialized, .enabled(if: isAsked, "set JOBRUN_BENCHMARK=1 to measure"))
struct ScaleBenchmarks {
  private static let many = 100_000
  private static let sizes = isLongAsked ? [many, 1_000_000] : [many]

  /// Makes live jobs that fire on some minute of the first day of each year: of a million that fire
  /// daily, seven hundred are due each minute, and a daemon that runs them is not idle.
  private static func fill(_ bench: Bench, _ count: Int) throws {
    try bench.submit(
      bench.write(
        (1...count).map { number in
          #"{"command":["/usr/bin/load","--table","t\#(number)"],"name":"load\#(number)","#
            + #""quartzDef":"0 \#(number % 60) \#(number / 60 % 24) 1 1 ?","#
            + #""timeZone":"UTC","workingDirectory":"/srv"}"#
        }, to: "jobs.ndjson"))
  }

  @Test func costOfOneJobAmongMany() throws {
    let few = try Bench()
    let full = try Bench()
    try Self.fill(full, Self.many)
    let daemons = [try RunningDaemon(few), try RunningDaemon(full)]
    defer { for daemon in daemons { try? daemon.stop() } }
    func both(_ title: String, _ work: @escaping (Bench, Int) throws -> Void) throws {
      let figures = try contest(
        title, rounds: 100,
        [
          .timed("with \(Self.many) live jobs") { try work(full, $0) },
          .timed("with none") { try work(few, $0) },
        ])
      #expect(figures[0].at(0.5) < 1.5 * figures[1].at(0.5), "\(title)")
    }
    try both("submit, held") { bench, round in
      try bench.jobrun("submit", "--hold", "--id", "probe-\(round)", "--", "true")
    }
    try both("status by id") { bench, round in try bench.jobrun("status", "probe-\(round)") }
    try both("submit --wait of true") { bench, _ in
      try bench.jobrun("submit", "--wait", "--", "true")
    }
  }

  @Test(arguments: sizes) func aDaemonOfManyJobs(count: Int) throws {
    let bench = try Bench()
    try Self.fill(bench, count)
    var ready = Figures()
    for _ in 0..<3 {
      let daemon = try RunningDaemon(bench)
      ready.add(daemon.readyAfter)
      let first = daemon.ticks
      pause(milliseconds: 3000)
      let idle = daemon.ticks - first
      let kilobytes = daemon.kilobytes("VmRSS")
      print(
        "\(count) live jobs: ready after \(Figures.text(Double(daemon.readyAfter))), "
          + "\(kilobytes / 1024) MB (\(kilobytes * 1024 / count) bytes a job), "
          + "\(idle) ticks in 3 idle seconds")
      try daemon.stop()
    }
    print("\(count) live jobs, ready: \(ready.text)")
  }

  /// Starts jobrun with its output in a pipe.
  private static func reading(
    _ bench: Bench, _ arguments: [String]
  ) throws -> (pid: Int32, Output) {
    let pipe = try Descriptor.pipe()
    let pid = try Child.spawnDetached(
      path: Bench.program, arguments: ["jobrun"] + arguments, environment: [], input: bench.null,
      output: pipe.write, error: bench.null)
    return (pid, Output(pipe.read))
  }

  /// What a program prints.
  private final class Output {
    private let pipe: Descriptor
    init(_ pipe: consuming Descriptor) { self.pipe = pipe }
    func read() throws -> [UInt8] { try pipe.read(limit: 1 << 16) }
  }

  @Test(arguments: sizes) func statusOfManyJobs(count: Int) throws {
    let bench = try Bench()
    try Self.fill(bench, count)
    var first = Figures()
    var whole = Figures()
    for _ in 0..<3 {
      let start = Clock.boot.nanoseconds
      let (pid, reading) = try Self.reading(bench, ["status", "--spool", bench.spool])
      // The title and a row.
      var lines = 0
      while true {
        let bytes = try reading.read()
        if bytes.isEmpty { break }
        let before = lines
        lines += bytes.count { $0 == UInt8(ascii: "\n") }
        if before < 2, lines >= 2 { first.add(Clock.boot.nanoseconds - start) }
      }
      whole.add(Clock.boot.nanoseconds - start)
      try Bench.wait(for: pid)
      #expect(lines == count + 1)
    }
    print("status, a table of \(count): first row \(first.text), whole \(whole.text)")
  }

  @Test func aWaitingRun() throws {
    let bench = try Bench()
    let daemon = try RunningDaemon(bench, slots: 20)
    let ids = (0..<20).map { "sleep-\($0)" }
    for id in ids { try bench.jobrun("submit", "--id", id, "--", "sleep", "600") }
    func children(of pid: Int32) throws -> [Int32] {
      try String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)
        .split(separator: " ").compactMap { Int32($0) }
    }
    // They are copies of the daemon's launcher.
    var supervisors: [Int32] = []
    while supervisors.count < 20 {
      supervisors = try children(of: daemon.pid).flatMap(children)
    }
    pause(milliseconds: 500)
    let sizes = supervisors.map { RunningDaemon.kilobytes("Pss", of: $0, in: "smaps_rollup") }
    print("supervisor of a waiting run: \(sizes.reduce(0, +) / sizes.count) kB proportional")
    for id in ids { try bench.jobrun("cancel", id) }
    try daemon.stop()
  }
}
