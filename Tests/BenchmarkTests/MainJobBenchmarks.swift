// The figures of README: each beside the same work as a bare loop of system calls, in the
// same run. What is asserted is the ratio to that: machines are shared, and what a spawn or
// a sync costs differs by several times from day to day.
// JOBRUN_BENCHMARK=1 swift test -c release --filter BenchmarkTests

import Foundation
import Glibc
import JobCore
import JobSpool
import LinuxIO
import Testing

@Suite(.serialized, .enabled(if: isAsked, "set JOBRUN_BENCHMARK=1 to measure"))
struct MainJobBenchmarks {
  private static let document = Array(
    #"{"command":["/bin/true","--quiet","input.csv"],"name":"load","retryCount":2,"labels":{"a":"b"}}"#
      .utf8)

  @Test func aDurableSubmitIsNearTheBareSteps() throws {
    let bench = try Bench()
    var jobrun = Figures()
    var bare = Figures()
    var spawn = Figures()
    let state = [UInt8](repeating: 0x61, count: 700)
    for round in 0..<300 {
      jobrun.add(
        try Bench.time {
          try bench.run(Bench.program, ["submit", "--spool", bench.spool, "--", "true"])
        })
      spawn.add(try Bench.time { try bench.run("/bin/true", []) })
      bare.add(try Bench.time { try bench.bareSubmit(round..<round + 1, bytes: state) })
    }
    let limit = spawn.at(0.5) + bare.at(0.5)
    print("submit, one durable process: \(jobrun.text)")
    print("  bare steps \(bare.text), spawning true \(spawn.text)")
    print(String(format: "  ratio to both: %.2f", jobrun.at(0.5) / limit))
    #expect(jobrun.at(0.5) < 2.5 * limit)
  }

  @Test func aStreamOfTenThousandJobsIsFast() throws {
    let bench = try Bench()
    let count = 10_000
    var lines: [UInt8] = []
    for _ in 0..<count {
      lines += MainJobBenchmarks.document
      lines.append(10)
    }
    try Data(lines).write(to: URL(fileURLWithPath: bench.path + "/jobs.ndjson"))
    var jobrun = Figures()
    var bare = Figures()
    let state = [UInt8](repeating: 0x61, count: 800)
    for round in 0..<3 {
      // Through a pipe, as a pipeline does.
      jobrun.add(
        try Bench.time {
          try bench.run(
            "/bin/sh",
            [
              "-c",
              "cat \(bench.path)/jobs.ndjson | \(Bench.program) submit --spool \(bench.spool) -",
            ])
        })
      bare.add(
        try Bench.time {
          for start in stride(from: 0, to: count, by: 400) {
            let first = round * count + start
            try bench.bareSubmit(first..<first + 400, bytes: state)
          }
        })
    }
    let rate = Double(count) / (jobrun.at(0.5) / 1e9)
    print(String(format: "submit -, 10,000 jobs: %.0f jobs/s", rate))
    print(
      String(
        format: "  bare loop %.0f jobs/s, ratio of times %.2f",
        Double(count) / (bare.at(0.5) / 1e9), jobrun.at(0.5) / bare.at(0.5)))
    #expect(jobrun.at(0.5) < 1.4 * bare.at(0.5))
  }

  @Test func idleDispatchTakesMilliseconds() throws {
    let bench = try Bench()
    let daemon = try bench.start(
      Bench.program, ["daemon", "--spool", bench.spool], input: bench.null)
    let spool = try Spool(path: bench.spool)
    while !spool.hasDaemon() { pause(milliseconds: 1) }
    var jobrun = Figures()
    var bare = Figures()
    for round in 0..<200 {
      let id = "probe-\(round)"
      let start = Clock.real.nanoseconds
      try bench.run(
        Bench.program,
        // LC_ALL: what date reads of locales is not the time of its start.
        [
          "submit", "--spool", bench.spool, "--id", id, "-e", "LC_ALL=C", "--", "/bin/date",
          "+%s%N",
        ])
      try bench.run(Bench.program, ["wait", "--spool", bench.spool, id])
      let log = try #require(try spool.log(id, "1.1", "stdout")?.read())
      let stamp = String(decoding: log, as: UTF8.self).trimmingCharacters(in: .newlines)
      jobrun.add(try #require(Int64(stamp)) - start)
      bare.add(try Bench.time { try bench.run("/bin/date", ["+%s%N"]) })
    }
    Child.send(.terminate, to: daemon)
    try Bench.wait(for: daemon)
    print("idle dispatch, submit begins to the command's own clock: \(jobrun.text)")
    print("  running that command alone, to its end: \(bare.text)")
    print(String(format: "  ratio %.1f", jobrun.at(0.5) / bare.at(0.5)))
    #expect(jobrun.at(0.5) < 8 * bare.at(0.5))
  }

  @Test func shortRunsPerSecond() throws {
    let bench = try Bench()
    let count = 1000
    let lines = String(repeating: "{\"command\":[\"/bin/true\"]}\n", count: count)
    try lines.write(toFile: bench.path + "/jobs.ndjson", atomically: false, encoding: .utf8)
    try bench.run(
      "/bin/sh",
      ["-c", "\(Bench.program) submit --spool \(bench.spool) - < \(bench.path)/jobs.ndjson"])
    let jobrun = try Bench.time {
      try bench.run(
        Bench.program, ["daemon", "--spool", bench.spool, "--slots", "2", "--until-idle=0s"])
    }
    let bare = try Bench.time {
      for number in 0..<count {
        try bench.run("/bin/true", [])
        try bench.bareSubmit(number..<number + 1, bytes: [1])
      }
    }
    print(String(format: "runs of true, 2 slots: %.0f/s", Double(count) / (Double(jobrun) / 1e9)))
    print(
      String(
        format: "  bare loop, one at a time, spawn and one durable file: %.0f/s",
        Double(count) / (Double(bare) / 1e9)))
    #expect(jobrun > 0)
  }
}
