// What a program of Slurm says when it fails. Either the cluster cannot be reached, which is nobody's
// fault and passes, or it has refused what it was asked for.

/// A failure of a program, by what it has said.
public struct SlurmFailure: Hashable, Sendable {
  /// Its words, without its name.
  public let words: String
  /// Whether the same may succeed a little later.
  public let isPassing: Bool

  /// Told of a controller, a key service or a database that is away, busy or starting.
  private static let passing = [
    "unable to contact", "unable to connect", "connection refused", "connection timed out",
    "connection reset", "socket timed out", "zero bytes were transmitted", "i/o error",
    "communication", "communications connection failure", "temporarily unable", "try again",
    "backup controller", "standby mode", "not responding", "munge", "authentication",
    "resource temporarily unavailable", "no route to host", "network is unreachable",
    "could not establish a configuration source", "slurmdbd",
  ]

  /// Reads what a program has written to its standard error.
  public init(_ text: String) {
    let lines = text.split(separator: "\n").map(SlurmFailure.stripped).filter { !$0.isEmpty }
    var last = lines.last.map { String($0) } ?? "it gave no reason"
    for prefix in ["Batch job submission failed: ", "slurm_load_jobs error: "]
    where last.hasPrefix(prefix) {
      last.removeFirst(prefix.count)
    }
    words = last
    let all = text.lowercased()
    isPassing = SlurmFailure.passing.contains { all.contains($0) }
  }

  /// A failure that passes, in words of jobrun's own.
  public init(passing words: String) {
    self.words = words
    isPassing = true
  }

  /// A line without `sbatch: error: `.
  private static func stripped(_ line: Substring) -> Substring {
    for mark in ["error: ", "fatal: "] {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let rest = line[line.index(after: colon)...].drop { $0 == " " }
      if rest.hasPrefix(mark) { return rest.dropFirst(mark.count) }
    }
    return line
  }
}

/// A pace that slows down while nothing happens, in milliseconds.
public struct SlowingPace: Hashable, Sendable {
  private let shortest: Int64
  private let longest: Int64
  /// The wait until the next look.
  public private(set) var wait: Int64

  /// A pace between two limits.
  public init(from shortest: Int64, to longest: Int64) {
    self.shortest = shortest
    self.longest = longest
    wait = shortest
  }

  /// Something has happened: more may follow soon.
  public mutating func quicken() { wait = shortest }

  /// Nothing has.
  public mutating func slow() { wait = min(wait + wait / 2, longest) }
}
