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

  /// A new folder of the measurement.
  private func folder(_ name: String) throws -> String {
    let path = "\(bench.path)/\(name)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  @Test func aStartThroughJobrunIsNearOneBySbatch() throws {
    var jobrun = Figures()
    var sbatch = Figures()
    try withDaemon {
      for round in 0..<40 {
        // Passes of the scheduler are a second apart: each pair begins at another place between them.
        let (first, second) = (try folder("a\(round)"), try folder("b\(round)"))
        sbatch.add(
          try Bench.time {
            try bench.run("/usr/bin/sbatch", ["-o", "/dev/null", "--wrap", "touch \(first)/x"])
            wait(for: 1, in: first)
          })
        pause(milliseconds: Int64(round) * 37 % 1000)
        jobrun.add(
          try Bench.time {
            try bench.run(
              Bench.program, ["submit", "--spool", bench.spool, "--", "touch", "\(second)/x"])
            wait(for: 1, in: second)
          })
        pause(milliseconds: Int64(round) * 53 % 1000)
      }
    }
    print("start by sbatch: \(sbatch.text)\n  through jobrun: \(jobrun.text)")
    print(String(format: "  ratio: %.2f", jobrun.at(0.5) / sbatch.at(0.5)))
  }

  @Test func manyJobsThroughJobrunTakeAsLongAsBySbatch() throws {
    let count = 200
    var jobrun = Figures()
    var sbatch = Figures()
    try withDaemon {
      for round in 0..<3 {
        let (first, second) = (try folder("c\(round)"), try folder("d\(round)"))
        sbatch.add(
          try Bench.time {
            try bench.shell(
              "for i in $(seq \(count)); do "
                + "sbatch -o /dev/null --wrap \"touch \(first)/$i\" >/dev/null; done")
            wait(for: count, in: first)
          })
        let document = #"{"command":"touch \#(second)/$JOBRUN_NUMBER"}"# + "\n"
        try Data(String(repeating: document, count: count).utf8)
          .write(to: URL(filePath: bench.path + "/many.ndjson"))
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
    let rates = [sbatch, jobrun].map { Double(count) / ($0.at(0.5) / 1e9) }
    print(String(format: "%d jobs: sbatch %.0f/s, jobrun %.0f/s", count, rates[0], rates[1]))
    print(String(format: "  ratio: %.2f", jobrun.at(0.5) / sbatch.at(0.5)))
  }
}
