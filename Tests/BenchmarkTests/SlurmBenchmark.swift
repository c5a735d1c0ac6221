// What jobrun adds to Slurm: the same jobs by sbatch alone and through jobrun, in turns on the same
// cluster. It needs one that runs: Tests/jobrunTests/Slurm/cluster.sh starts it, and SLURM_CONF names it.

import Foundation
import JobSpool
import LinuxIO
import Testing

private let hasCluster = ProcessInfo.processInfo.environment["SLURM_CONF"] != nil

@Suite(
  .serialized,
  .enabled(if: isAsked && hasCluster, "set JOBRUN_BENCHMARK=1 and SLURM_CONF to measure"))
struct SlurmBenchmark {
  private let bench: Bench

  init() throws { bench = try Bench() }

  /// Runs a body while a daemon works for which Slurm runs everything.
  private func withDaemon(_ body: () throws -> Void) throws {
    let daemon = try bench.start(
      Bench.program, ["daemon", "--spool", bench.spool, "--engine", "slurm"])
    defer {
      Child.send(.terminate, to: daemon)
      try? Bench.wait(for: daemon)
    }
    try body()
  }

  private func wait(for count: Int, in folder: String) {
    while ((try? FileManager.default.contentsOfDirectory(atPath: folder).count) ?? 0) < count {
      pause(milliseconds: 2)
    }
  }

  /// Waits until the cluster has nothing left to do: what ends last is not the next one's burden.
  private func settle() throws {
    try bench.shell("while [ -n \"$(squeue -h)\" ]; do sleep 0.1; done; sleep 1")
  }

  /// A new folder of the measurement.
  private func folder(_ name: String) throws -> String {
    let path = "\(bench.path)/\(name)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  /// How long it takes until a job has made a file, if it is handed in at a place in the second, in
  /// milliseconds: passes of the scheduler are a second apart, so two that begin at one place wait alike.
  private func start(
    at place: Int64, making file: String, _ submit: (String) throws -> Void
  ) throws -> Int64 {
    let now = Clock.real.milliseconds
    pause(milliseconds: (place - now % 1000 + 1000) % 1000)
    return try Bench.time {
      try submit(file)
      while !FileManager.default.fileExists(atPath: file) { pause(milliseconds: 2) }
    }
  }

  @Test func aStartThroughJobrunIsNearOneBySbatch() throws {
    var jobrun = Figures()
    var sbatch = Figures()
    var later = Figures()
    try withDaemon {
      for round in 0..<100 {
        let name = "\(bench.path)/start\(round)"
        // Each place in a second comes once in a hundred rounds, and who begins changes: the last start
        // was in a pass of the scheduler, which tells the next one's wait.
        let place = Int64(round) * 370 % 1000
        let alone = {
          try start(at: place, making: name + "a") {
            try bench.run("/usr/bin/sbatch", ["-o", "/dev/null", "--wrap", "touch \($0)"])
          }
        }
        let through = {
          try start(at: place, making: name + "b") {
            try bench.run(Bench.program, ["submit", "--spool", bench.spool, "--", "touch", $0])
          }
        }
        let times =
          round % 2 == 0 ? [try alone(), try through()] : [try through(), try alone()].reversed()
        sbatch.add(times[0])
        jobrun.add(times[1])
        later.add(times[1] - times[0])
      }
    }
    print("start by sbatch: \(sbatch.text)\n  through jobrun: \(jobrun.text)")
    print(
      String(
        format: "  means: %.0f and %.0f ms, ratio: %.3f; in a pair later by %.0f ms (median)",
        sbatch.mean / 1e6, jobrun.mean / 1e6, jobrun.mean / sbatch.mean, later.at(0.5) / 1e6))
  }

  @Test func manyJobsThroughJobrunTakeAsLongAsBySbatch() throws {
    let count = 200
    var jobrun = Figures()
    var sbatch = Figures()
    var array = Figures()
    try withDaemon {
      for round in 0..<5 {
        let (first, second) = (try folder("c\(round)"), try folder("d\(round)"))
        let third = try folder("e\(round)")
        try settle()
        sbatch.add(
          try Bench.time {
            try bench.shell(
              "for i in $(seq \(count)); do "
                + "sbatch -o /dev/null --wrap \"touch \(first)/$i\" >/dev/null; done")
            wait(for: count, in: first)
          })
        try settle()
        array.add(
          try Bench.time {
            try bench.shell(
              "sbatch -o /dev/null --array=1-\(count) "
                + "--wrap \"touch \(third)/\\$SLURM_ARRAY_TASK_ID\" >/dev/null")
            wait(for: count, in: third)
          })
        let document = #"{"command":"touch \#(second)/$JOBRUN_NUMBER"}"# + "\n"
        try Data(String(repeating: document, count: count).utf8)
          .write(to: URL(filePath: bench.path + "/many.ndjson"))
        try settle()
        jobrun.add(
          try Bench.time {
            try bench.run(
              Bench.program,
              ["submit", "--spool", bench.spool, "\(bench.path)/many.ndjson"])
            wait(for: count, in: second)
          })
        // What has run is to be recorded before the next round begins.
        while try Spool(path: bench.spool).liveIdentifiers().count > 0 { pause(milliseconds: 20) }
      }
    }
    let rates = [sbatch, array, jobrun].map { Double(count) / ($0.at(0.5) / 1e9) }
    print(
      String(
        format: "%d jobs: sbatch %.0f/s, as one array %.0f/s, jobrun %.0f/s", count, rates[0],
        rates[1], rates[2]))
    print(
      String(
        format: "  ratios: %.2f and %.2f", jobrun.at(0.5) / sbatch.at(0.5),
        jobrun.at(0.5) / array.at(0.5)))
  }
}
