// Following what a run writes, as it comes and through its retries, without ever waiting: whoever
// follows watches the places named here, and asks again after a hint. "Nothing now" is always said
// after a fresh look at job and log, so a hint that comes between two questions may be forgotten.

public import JobCore
public import LinuxIO

/// The output of one run, from what is there to its end. The job may not have run yet.
public final class LogFollow {
  /// An answer to "what is next".
  public enum Step: Hashable, Sendable {
    /// Output, 64 KiB at most.
    case bytes([UInt8])
    /// The next output comes from elsewhere: `places` are others now. They are to be watched
    /// before the next question.
    case moved
    /// Nothing now: to be asked again after a hint.
    case waiting
    /// The run has ended, and all that it has written was handed out.
    case ended
  }

  /// A directory whose changes are hints.
  public struct Place: Equatable, Sendable {
    /// Its absolute path.
    public let path: String
    /// Which changes.
    public let interest: FileWatch.Interest
    /// The only name in it that matters; nil: all do.
    public let name: String?
  }

  /// What is read of an attempt.
  private struct Source {
    let name: String
    var log: RunLog?
    /// What is there now is all.
    var isOver = false
  }

  /// Where hints come from. To be watched before the first question.
  public private(set) var places: [Place]

  private let spool: Spool
  private let zones: ZoneFiles
  private let id: String
  private let stream: String
  private let statePlaces: [Place]
  /// The run that is followed, once it is known.
  private var run: Int?
  private var lines: Int?
  private let most: Int64
  /// Later runs are followed, too.
  private let isForAllRuns: Bool
  private var source: Source?
  /// The last attempt that was read to its end.
  private var last: (run: Int, attempt: Int)?

  /// Begins to follow.
  /// - Parameters:
  ///   - job: its id.
  ///   - run: its number; nil: the latest one, or the first if there is none yet.
  ///   - stream: `RunDirectory.Name.stdout` or `stderr`.
  ///   - lines: of what is there, only so many last lines.
  ///   - most: which are looked for among so many last bytes.
  ///   - allRuns: goes on through later runs, until the job has ended.
  public init(
    _ spool: Spool, zones: ZoneFiles, job id: String, run: Int? = nil, stream: String,
    lines: Int? = nil, within most: Int64 = .max, allRuns: Bool = false
  ) {
    isForAllRuns = allRuns
    self.spool = spool
    self.zones = zones
    self.id = id
    self.run = run
    self.stream = stream
    self.lines = lines
    self.most = most
    let name = Spool.fileName(id)
    // Every change of a job moves its file in, whoever makes it.
    statePlaces = ["jobs", "done"].map { folder in
      Place(path: "\(spool.path)/\(folder)", interest: .movedIn, name: name)
    }
    places = statePlaces
  }

  /// What comes next.
  public func next(at now: Instant) throws(SpoolError) -> Step {
    if let step = try read(at: now) { return step }
    guard let state = try state(at: now) else { return .ended }
    if let name = try nextAttempt(), name != LogFollow.upcoming(state) {
      begin(name)
      return .moved
    }
    return state.phase.isFinal || (isOver(state) && !isForAllRuns) ? .ended : .waiting
  }

  private func begin(_ name: String) {
    if run == nil || isForAllRuns { run = LogFollow.numbers(name)?.run }
    source = Source(name: name)
    // The supervisor makes the log when it starts, and names exit.json when the run is over.
    let folder = Place(
      path: "\(spool.path)/runs/\(id)/\(name)", interest: [.created, .movedIn, .modified],
      name: nil)
    places = statePlaces + [folder]
  }

  /// Reads on in the attempt that is being read; nil if there is none, or at its end.
  private func read(at now: Instant) throws(SpoolError) -> Step? {
    while var source {
      if source.log == nil { source.log = try open(source.name) }
      let bytes = try spoolCalls { () throws(SystemError) in try source.log?.read() ?? [] }
      if bytes.isEmpty {
        if source.isOver { break }
        // Asked before the last look at the log: what was written before the end is in it.
        let phase = try state(at: now)
        if phase?.phase.liveAttempt?.directoryName == source.name
          || phase.flatMap(LogFollow.upcoming) == source.name
        {
          self.source = source
          return .waiting
        }
        source.isOver = true
      }
      self.source = source
      if !bytes.isEmpty { return .bytes(bytes) }
    }
    guard let name = source?.name else { return nil }
    last = LogFollow.numbers(name)
    source = nil
    // A retry's output is new altogether.
    lines = nil
    return nil
  }

  private func open(_ name: String) throws(SpoolError) -> RunLog? {
    try spoolCalls { () throws(SystemError) in
      let log = try spool.log(id, name, stream)
      if let lines { try log?.seek(toLast: lines, within: most) }
      return log
    }
  }

  /// The attempt to be read now: the latest, and then one after the other. Those that have come
  /// and gone while nobody asked are not left out.
  private func nextAttempt() throws(SpoolError) -> String? {
    let names = try spoolCalls { () throws(SystemError) in try spool.runNames(id) }
    let ofRun = names.filter { name in run == nil || LogFollow.numbers(name)?.run == run }
    guard let last else { return ofRun.last }
    return (isForAllRuns ? names : ofRun).first { name in
      LogFollow.numbers(name).map { $0 > last } ?? false
    }
  }

  /// Run and attempt in the name of a directory.
  private static func numbers(_ name: String) -> (run: Int, attempt: Int)? {
    let parts = name.split(separator: ".").compactMap { Int($0) }
    return parts.count == 2 ? (parts[0], parts[1]) : nil
  }

  /// The attempt that has a directory, perhaps, and has not been started.
  private static func upcoming(_ state: JobState) -> String? {
    switch state.phase {
    case .queued(let attempt), .backoff(let attempt, _), .held(let attempt?):
      attempt.directoryName
    case .held(nil), .awaiting, .waiting, .starting, .running, .succeeded, .failed, .cancelled,
      .expired:
      nil
    }
  }

  /// Whether the run that was followed has come to its end.
  private func isOver(_ state: JobState) -> Bool {
    guard let run else { return false }
    switch state.phase {
    case .backoff(let attempt, _), .queued(let attempt), .starting(let attempt),
      .running(let attempt):
      return attempt.run > run
    case .held(let attempt): return attempt.map { $0.run > run } ?? true
    case .awaiting, .waiting, .succeeded, .failed, .cancelled, .expired: return state.runs >= run
    }
  }

  /// The job as it stands, with an end that no daemon has taken note of.
  private func state(at now: Instant) throws(SpoolError) -> JobState? {
    try spool.job(id).map { spool.current($0.state, zones: zones, at: now) }
  }
}
