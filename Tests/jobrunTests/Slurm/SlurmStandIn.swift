// Programs of the names of Slurm's, in shell, which can be made to fail in ways that a real one
// cannot be made to.

import Foundation
import Testing

/// Stand-ins for sbatch, squeue and scancel, in a folder of a test.
struct SlurmStandIn {
  let spool: JobrunFixture
  let environment: [String: String]

  /// - Parameter plan: lines of shell that sbatch runs: `n` is the number of its call, `name` the
  ///   job's, `run` starts the script in the background, and `list STATE` tells squeue of the job.
  init(_ spool: JobrunFixture, plan: String) throws {
    self.spool = spool
    let folder = spool.path("bin")
    environment = [
      "PATH": "\(folder):/usr/bin:/bin", "SBATCH_PARTITION": "wrong", "SECRET": "leaked",
    ]
    try write(
      "sbatch",
      """
      here=\(folder)
      n=$(( $(cat $here/count 2>/dev/null || echo 0) + 1 ))
      echo $n > $here/count
      for word; do case $word in --job-name=*) name=${word#*=} ;; esac; done
      cat > $here/script.$n
      echo "$*" > $here/words.$n
      env > $here/environment.$n
      run() { (setsid /bin/sh $here/script.$n </dev/null >/dev/null 2>&1 &); }
      list() { echo "$n|$1|0|n1|None|$name|" >> $here/jobs; }
      \(plan)
      """)
    try write("squeue", "cat \(folder)/jobs 2>/dev/null; exit 0")
    try write("scancel", "echo \"$*\" >> \(folder)/cancelled")
  }

  private func write(_ name: String, _ lines: String) throws {
    let path = try spool.write("#!/bin/sh\n\(lines)\n", to: "bin/\(name)")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }

  /// Starts a daemon for which they run everything.
  func daemon() async throws -> RunningProcess {
    let daemon = try spool.start(["daemon", "--engine", "slurm"], environment: environment)
    try await eventually { daemon.err.contains("ready\n") }
    return daemon
  }

  /// How often sbatch was called.
  var calls: Int { Int(spool.lines("bin/count").first ?? "") ?? 0 }
}
