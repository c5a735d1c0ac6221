// An attempt on another machine: whoever makes the name `claim` in its directory may run it, once.
// Making a name is one step on every file system, and needs no lock. What is written into it later,
// again and again, tells that its holder is alive.

public import JobCore
public import LinuxIO

/// A claim that was taken, held open.
public struct RunClaim: ~Copyable {
  let file: Descriptor

  /// Tells that its holder is alive, to whoever looks at the time of the file.
  public func beat() { _ = try? file.touch() }
}

extension RunDirectory {
  /// What tells one beat of a claim from the next.
  public struct ClaimMark: Hashable, Sendable {
    private let nanoseconds: Int64
    private let inode: UInt64

    /// A time of a file.
    public init(nanoseconds: Int64, inode: UInt64) {
      self.nanoseconds = nanoseconds
      self.inode = inode
    }
  }

  /// Takes the attempt for somebody. Nothing is synced: after a power cut nobody is left who could
  /// go on, and that the command has begun is said by `started.json`.
  /// - Parameter holder: a line on who that is.
  /// - Returns: nil if somebody else has it.
  func claim(for holder: String) throws(SystemError) -> RunClaim? {
    let digits = try Randomness.bytes(8).map { String($0, radix: 16) }.joined()
    let name = "\(Name.unfinishedClaim)\(digits)"
    let file = try directory.open(name, .createNew)
    defer { _ = try? directory.remove(name) }
    try file.write(Array("\(holder)\n".utf8), at: 0)
    do throws(SystemError) {
      try directory.link(name, to: Name.claim, in: directory)
    } catch {
      // The answer of a file server may be lost and the step repeated: then the name is there, and
      // the count of names tells whose it is.
      guard error.isExists else { throw error }
      guard try file.status().links == 2, let other = try directory.status(of: Name.claim),
        try file.status().isSameFile(as: other)
      else { return nil }
    }
    return RunClaim(file: file)
  }

  /// Who has taken the attempt; nil if nobody has.
  func claimHolder() throws(SystemError) -> String? {
    guard try directory.status(of: Name.claim) != nil else { return nil }
    guard let file = try directory.openIfPresent(Name.claim) else { return nil }
    let bytes = try file.contents(limit: 4096) ?? []
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }

  /// When the holder of the claim has told last that it is alive; nil if nobody has taken it.
  public func claimMark() throws(SystemError) -> ClaimMark? {
    guard let status = try directory.status(of: Name.claim) else { return nil }
    return ClaimMark(
      nanoseconds: status.modifiedNanoseconds, inode: status.inode)
  }

  /// What a daemon writes as the holder of a claim that no supervisor is to have.
  private static let barrier = "fenced"

  /// Makes sure that no supervisor can begin the attempt any more, unless one has.
  /// - Returns: false if one has.
  public func bar() throws(SystemError) -> Bool {
    if try claim(for: RunDirectory.barrier) == nil, try claimHolder() != RunDirectory.barrier {
      return false
    }
    try directory.removeTree(Name.plan)
    // A job of Slurm that is still pending may come after a power cut, too.
    try directory.sync()
    return true
  }

  /// What is on disk about an attempt that runs elsewhere. Nothing is told by the lock.
  public func observeClaim() throws(SystemError) -> RunObservation {
    var seen = try observe(boot: "")
    seen.isLocked = false
    seen.isClaimed = try claimHolder().map { $0 != RunDirectory.barrier } ?? false
    return seen
  }

  /// Whether a supervisor elsewhere has let the command go, and has left its last word. Asked of a
  /// directory that was opened just now, so that no cache of a network file system answers.
  public func progressOfRun() throws(SystemError) -> (isStarted: Bool, hasEnded: Bool) {
    (
      try directory.status(of: Name.started) != nil, try directory.status(of: Name.exit) != nil
    )
  }

  // MARK: What is known from Slurm

  /// Writes slurm.json.
  public func tell(_ standing: SlurmStanding) throws(SystemError) {
    let file = try directory.open(Name.unfinishedStanding, .updateOrCreate)
    let bytes = standing.bytes
    try file.write(bytes, at: 0)
    try file.truncate(to: Int64(bytes.count))
    try directory.rename(Name.unfinishedStanding, to: Name.standing, in: directory)
  }

  /// slurm.json; nil if it is not there or cannot be read.
  public func slurmStanding() -> SlurmStanding? {
    guard let bytes = (try? record(Name.standing)) ?? nil else { return nil }
    return try? SlurmStanding(parsing: bytes)
  }

  /// The last line that the batch script has written: why it could not become a supervisor.
  public func lastWords() -> String? {
    let text = String(decoding: report(Name.scriptOutput, last: 4096), as: UTF8.self)
    return text.split(separator: "\n").last { !$0.allSatisfy(\.isWhitespace) }.map {
      String($0.prefix(300))
    }
  }
}
