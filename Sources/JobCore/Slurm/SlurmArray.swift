// Many like runs as one submission: an array of Slurm, each of whose tasks becomes the supervisor of
// one run. All tasks have the array's name, so a run is known by that and by its number in it.

/// A submission of several runs.
public struct SlurmArray: Sendable {
  /// Fewer are not worth it: a job of its own has a name that tells people its run.
  public static let fewest = 8
  /// Far below what clusters allow unless they are told otherwise (1000).
  public static let most = 200
  /// So many are not kept waiting for more: Slurm has begun with them when those come.
  public static let enough = 50

  private let name: String
  private let requests: [SlurmRequest]

  /// An array of runs that are like each other, numbered from 1.
  /// - Parameter name: as of `name(first:count:)`.
  public init(named name: String, of requests: [SlurmRequest]) {
    self.name = name
    self.requests = requests
  }

  /// The name of an array: that of its first run, and how many more there are. A run is in one array
  /// that was submitted, at most, so no other has it, and no job that is none.
  public static func name(first: String, count: Int) -> String { "\(first)+\(count - 1)" }

  /// Arguments of sbatch, without its own name. No pattern for output files could name the
  /// directories of the runs, so the script opens them.
  public var arguments: [String] {
    SlurmRequest.arguments(requests.first?.options ?? [], name: name, output: "/dev/null")
      + ["--array=1-\(requests.count)"]
  }

  /// What a command would take for an array of its own is not handed on.
  private static let variables = [
    "SLURM_ARRAY_JOB_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MAX",
    "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_STEP",
  ]

  /// The script, each of whose tasks becomes one of the supervisors.
  public var script: String {
    var lines = ["#!/bin/sh", "case $SLURM_ARRAY_TASK_ID in"]
    for (index, request) in requests.enumerated() {
      let words = ([request.output] + request.words).map(shellWord).joined(separator: " ")
      lines.append("\(index + 1)) set -- \(words) ;;")
    }
    let program = (requests.first?.program ?? []).map(shellWord).joined(separator: " ")
    lines += [
      "*) exit 64 ;;", "esac", "unset \(SlurmArray.variables.joined(separator: " "))",
      "exec >\"$1\" 2>&1", "shift", "exec \(program) \"$@\"",
    ]
    return lines.joined(separator: "\n") + "\n"
  }
}
