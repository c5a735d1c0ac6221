// What sbatch is asked for: an attempt's needs in Slurm's words, the options of its queue, and what
// jobrun depends on, which comes last and so overrides the others.

/// A submission.
public struct SlurmRequest: Hashable, Sendable {
  /// What the job needs, and what its queue asks for.
  let options: [String]
  private let name: String
  /// File for what the script itself says.
  let output: String
  /// The words that the script becomes, those that all runs of a spool have in common first.
  let program: [String]
  let words: [String]

  /// Whether another run can be submitted together with this one: all is the same but the run.
  public func isLike(_ other: SlurmRequest) -> Bool {
    options == other.options && program == other.program
  }

  /// Arguments of sbatch, without its own name.
  public var arguments: [String] {
    SlurmRequest.arguments(options, name: name, output: SlurmRequest.literal(output))
  }

  /// The script, which becomes jobrun's supervisor.
  public var script: String {
    "#!/bin/sh\nexec \((program + words).map(shellWord).joined(separator: " "))\n"
  }

  /// Names that stand for processors among what jobs need.
  static let processors: Set = ["cpu", "cpus"]

  /// The name of an attempt's job: what tells it from all others of a cluster, whatever numbers the
  /// controller gives.
  /// - Parameter tag: of the spool.
  public static func name(_ job: String, _ attempt: Attempt, tag: String) -> String {
    "jobrun-\(tag)-\(job)-\(attempt.directoryName)"
  }

  /// The request for an attempt.
  /// - Parameters:
  ///   - output: file for what the script itself says, which is nothing unless it cannot start.
  ///   - program: what the script becomes, words as they are.
  ///   - words: more of them, which tell this run from others.
  public init(
    _ state: JobState, named name: String, config: SpoolConfig, output: String,
    program: [String], words: [String]
  ) {
    let spec = state.spec
    options =
      SlurmRequest.options(spec, config)
      + (config.queues[config.queue(of: spec)]?.sbatch ?? [])
    self.name = name
    self.output = output
    self.program = program
    self.words = words
  }

  /// All arguments of a submission. What jobrun depends on comes last, and so overrides the others.
  static func arguments(_ options: [String], name: String, output: String) -> [String] {
    options + [
      "--parsable", "--no-requeue", "--job-name=\(name)", "--export=ALL", "--propagate=NONE",
      "--chdir=/", "--output=\(output)",
    ]
  }

  private static func options(_ spec: JobSpec, _ config: SpoolConfig) -> [String] {
    var options: [String] = []
    // Below zero is for Slurm's operators; it ignores that of others.
    if spec.priority != 0 { options.append("--nice=\(-spec.priority)") }
    let counted = config.countedNeeds(spec.needs, on: .slurm)
    let needs = spec.needs.filter { counted[$0.key] == nil && $0.value > 0 }
    if let count = needs.filter({ processors.contains($0.key) }).values.max() {
      options.append("--cpus-per-task=\(count)")
    }
    let others = needs.filter { !processors.contains($0.key) }.sorted { $0.key < $1.key }
    if !others.isEmpty {
      let list = others.map { "\($0.key):\($0.value)" }
      options.append("--gres=\(list.joined(separator: ","))")
    }
    if let limit = spec.maxExecutionTime {
      // The supervisor keeps the limit; this is the net under it, and tells Slurm what to plan with.
      let minutes = (limit.milliseconds.addingSaturated(spec.killGrace.milliseconds) / 60_000)
      options.append("--time=\(min(minutes, mostMinutes) + 2)")
    }
    return options
  }

  /// A year: longer times are none that Slurm could take.
  private static let mostMinutes: Int64 = 365 * 24 * 60

  /// A file's name as a pattern that stands for nothing else; backslashes switch patterns off, and
  /// are better not tried.
  private static func literal(_ path: String) -> String {
    if path.contains("\\") { return "/dev/null" }
    return path.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
  }

  // MARK: Options of people's own

  /// Options that would make something else of a submission than one run of one supervisor.
  private static let ownOptions: Set = [
    "array", "begin", "chdir", "dependency", "export", "export-file", "help", "input", "job-name",
    "no-requeue", "output", "parsable", "requeue", "test-only", "usage", "version", "wait", "wrap",
  ]

  /// Why an option cannot be one of a queue; nil if it can.
  static func fault(ofOption option: String) -> String? {
    guard option.hasPrefix("--") else {
      return "options are expected as \"--name=value\", not \"\(printable(option))\""
    }
    let name = option.dropFirst(2).prefix { $0 != "=" }
    let letters = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    if name.isEmpty || !letters { return "\"\(printable(option))\" is no option" }
    if ownOptions.contains(String(name)) { return "jobrun sets --\(name) itself" }
    return nil
  }
}
