// Programs of the names of Slurm's, in shell, which can be made to fail in ways that a real one
// cannot be made to.

import Foundation
import Glibc
import Testing

/// Stand-ins for sbatch, squeue and scancel, in a folder of a test.
struct SlurmStandIn {
  let spool: JobrunFixture
  let environment: [String: String]

  /// - Parameter plan: lines of shell that sbatch runs: `n` is the number of its call, `name` the
  ///   job's, `array` the number of its tasks if it is one; `run` starts the script in the
  ///   background, for each task, and `list STATE` tells squeue of the job or of each task.
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
      n=1
      until mkdir $here/call.$n 2>/dev/null; do n=$((n + 1)); done
      array=
      for word; do
        case $word in
          --job-name=*) name=${word#*=} ;;
          --array=1-*) array=${word#*=1-} ;;
        esac
      done
      cat > $here/script.$n
      echo "$*" > $here/words.$n
      env > $here/environment.$n
      each() {
        if [ -z "$array" ]; then "$@"; return; fi
        for task in $(seq $array); do SLURM_ARRAY_TASK_ID=$task "$@" _$task; done
      }
      script() { (setsid /bin/sh $here/script.$n </dev/null >/dev/null 2>&1 &); }
      line() { echo "$n$2|$1|0|n1|None|$name|" >> $here/jobs; }
      run() { each script; }
      list() { each line $1; }
      \(plan)
      """)
    try write("squeue", "cat \(folder)/jobs 2>/dev/null; exit 0")
    try write("scancel", "echo \"$*\" >> \(folder)/cancelled")
  }

  private func write(_ name: String, _ lines: String) throws {
    let text = try spool.write("#!/bin/sh\n\(lines)\n", to: "text/\(name)")
    // By another process: what this one has open for writing, a child that another test starts at that
    // moment has as well, and until its exec nobody can run the program (ETXTBSY, execve(2)).
    try #require(system("install -D -m 755 \(text) \(spool.path("bin/\(name)"))") == 0)
  }

  /// Starts a daemon for which they run everything.
  func daemon() async throws -> RunningProcess {
    let daemon = try spool.start(["daemon", "--engine", "slurm"], environment: environment)
    try await eventually { daemon.err.contains("ready\n") }
    return daemon
  }

  /// How often sbatch was called.
  var calls: Int { spool.names("../bin").filter { $0.hasPrefix("call.") }.count }
}
