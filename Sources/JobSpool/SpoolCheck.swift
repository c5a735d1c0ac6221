// Looking through a whole spool for what is not as it should be, and putting it in order by the
// same steps that a daemon takes when it finds such things. Nothing is ever made up.

public import JobCore
internal import LinuxIO

/// One thing in a spool that is not as it should be. Paths are those inside the spool.
public enum Finding: Hashable, Sendable {
  /// A directory of the spool was missing; opening the spool has made it.
  case missing(path: String)
  case foreign(path: String, owner: UInt32)
  case writable(path: String, permissions: UInt32)
  /// Something else than a file stands where one belongs.
  case notRegular(path: String)
  /// A file that cannot be understood, or that no job could have.
  case unreadable(StrangeName)
  /// A model that cannot be understood; people write those.
  case badModel(name: String, reason: String)
  /// A file in plans/ that cannot be understood, or that no plan could have.
  case badPlan(file: String, reason: String)
  /// A file in plans/ that a newer jobrun has written.
  case newerPlan(file: String, reason: String)
  /// A metrics.json that cannot be understood.
  case badMetrics(reason: String)
  /// A config.json that cannot be understood; people write it.
  case badConfig(reason: String)
  /// A plan whose live jobs are not all there yet, or whose old ones have not all been told.
  case unsettledPlan(name: String)
  /// An unfinished write that nobody is at work on.
  case leftover(name: String)
  /// A drop that somebody has begun to take in.
  case halfTaken(name: String)
  /// A final phase in jobs/.
  case ended(id: String)
  /// A job that has not ended, and whose `jobrun exec` is gone.
  case left(id: String)
  /// A job that is in jobs/ and in done/.
  case double(id: String)
  /// Two jobs have the same number.
  case sameNumber(number: Int, ids: [String])
  /// New numbers would be those of jobs that are there.
  case numbers(next: Int, highest: Int)
  /// Run directories of a job that is not there.
  case ownerless(id: String)
  /// Something in runs/ that is no job's directory.
  case strangeRun(name: String)

  /// Whether `repair` can do something about it.
  public var isRepairable: Bool {
    switch self {
    case .foreign, .notRegular, .badModel, .badConfig, .newerPlan, .sameNumber, .strangeRun: false
    case .badPlan, .badMetrics, .unsettledPlan: true
    case .missing, .writable, .unreadable, .leftover, .halfTaken, .ended, .left, .double,
      .numbers, .ownerless:
      true
    }
  }
}

extension Spool {
  /// Everything that is not as it should be. While a daemon or a command is at work, that may
  /// be what it is doing right now.
  /// - Parameter telling: is told how many jobs have been read, again and again.
  public func check(
    at now: Instant, telling: (Int) -> Void = { _ in }
  ) throws(SpoolError) -> [Finding] {
    var findings = made.map { Finding.missing(path: $0) }
    try checkNames(&findings)
    try checkJobs(&findings, telling)
    try checkRuns(&findings)
    try spoolCalls { () throws(SystemError) in
      findings += try leftovers(at: now).sorted().map { .leftover(name: $0) }
    }
    for name in try drops() where name.hasPrefix(".") { findings.append(.halfTaken(name: name)) }
    for name in modelNames() {
      do throws(DocumentError) {
        _ = try model(name)
      } catch {
        findings.append(.badModel(name: name, reason: error.message))
      }
    }
    try checkPlans(&findings)
    do throws(SpoolError) {
      _ = try metrics()
    } catch .damaged(_, let reason) {
      findings.append(.badMetrics(reason: reason))
    }
    do throws(SpoolError) {
      _ = try config()
    } catch .refused(_, let reason) {
      findings.append(.badConfig(reason: reason))
    }
    return findings
  }

  private func checkPlans(_ findings: inout [Finding]) throws(SpoolError) {
    for file in try planFiles() {
      do throws(SpoolError) {
        guard let plan = try plan(file: file), !plan.isSettled else { continue }
        findings.append(.unsettledPlan(name: plan.name))
      } catch .damaged(_, let reason) {
        findings.append(.badPlan(file: file, reason: reason))
      } catch .refused(_, let reason) {
        findings.append(.newerPlan(file: file, reason: reason))
      }
    }
  }

  /// Owners and modes of the directories, and of the files in those where all are jobrun's own.
  private func checkNames(_ findings: inout [Finding]) throws(SpoolError) {
    try spoolCalls { () throws(SystemError) in
      try checkMode(root, "", &findings)
      for name in [
        "format", "numbers", "daemon.lock", "state.lock", "parents.lock", "plans.lock",
        "config.lock", Spool.metricsFile, Spool.configFile, Spool.slurmTagName,
      ] {
        try check(name, in: root, "", &findings)
      }
      for (name, directory) in [
        ("tmp", true), ("new", false), ("models", true), ("plans", true), ("corrupt", false),
        ("locks", true),
      ] {
        let inner = try Directory(name, in: root)
        try checkMode(inner, name, &findings)
        for file in try directory ? inner.names().sorted() : [] {
          try check(file, in: inner, "\(name)/", &findings)
        }
      }
      for place in [QuarantineSource.jobs, .done] {
        try withPlace(place) { directory throws(SystemError) in
          try checkMode(directory, place.rawValue, &findings)
          for file in try directory.names().sorted() {
            guard let status = try directory.status(of: file), status.permissions & 0o022 != 0,
              status.kind == .regular
            else { continue }
            findings.append(
              .writable(path: "\(place.rawValue)/\(file)", permissions: status.permissions))
          }
        }
      }
      for name in ["runs", "events"] { try checkMode(Directory(name, in: root), name, &findings) }
    }
  }

  private func checkMode(
    _ directory: borrowing Directory, _ path: String, _ findings: inout [Finding]
  ) throws(SystemError) {
    let status = try directory.descriptor.status()
    if status.owner != CurrentProcess.user {
      findings.append(.foreign(path: "\(path)/", owner: status.owner))
    }
  }

  private func check(
    _ name: String, in directory: borrowing Directory, _ prefix: String,
    _ findings: inout [Finding]
  ) throws(SystemError) {
    guard let status = try directory.status(of: name) else { return }
    let path = prefix + name
    if status.kind == .directory, name.hasPrefix(Spool.purgedPrefix) { return }
    if status.kind != .regular { return findings.append(.notRegular(path: path)) }
    if status.owner != CurrentProcess.user {
      findings.append(.foreign(path: path, owner: status.owner))
    } else if status.permissions & 0o022 != 0 {
      findings.append(.writable(path: path, permissions: status.permissions))
    }
  }

  private func checkJobs(
    _ findings: inout [Finding], _ telling: (Int) -> Void
  ) throws(SpoolError) {
    var count = 0
    for place in [QuarantineSource.new, .jobs, .done] {
      findings += try strangeNames(place).map { .unreadable($0) }
    }
    let live = Set(try liveIdentifiers())
    var numbers: [Int: [String]] = [:]
    for place in [StoredJob.Place.jobs, .done] {
      let ids = place == .jobs ? live.sorted() : try finishedIdentifiers().sorted()
      for id in ids {
        telling(count)
        count += 1
        if place == .done, live.contains(id) { findings.append(.double(id: id)) }
        do throws(SpoolError) {
          guard let state = try job(id, in: place)?.state else { continue }
          if place == .jobs, state.isFinished { findings.append(.ended(id: id)) }
          if try isLeft(state) { findings.append(.left(id: id)) }
          if place == .jobs || !live.contains(id) { numbers[state.number, default: []].append(id) }
        } catch .damaged(_, let reason) {
          let source: QuarantineSource = place == .jobs ? .jobs : .done
          findings.append(
            .unreadable(StrangeName(source, FileName(Spool.fileName(id)), reason)))
        }
      }
    }
    for (number, ids) in numbers.sorted(by: { $0.key < $1.key }) where ids.count > 1 {
      findings.append(.sameNumber(number: number, ids: ids.sorted()))
    }
    if let highest = numbers.keys.max() {
      let next = try spoolCalls { () throws(SystemError) in
        try root.status(of: "numbers").map { Int($0.size) / Spool.numberEntry } ?? 0
      }
      if next <= highest { findings.append(.numbers(next: next, highest: highest)) }
    }
  }

  private func checkRuns(_ findings: inout [Finding]) throws(SpoolError) {
    try spoolCalls { () throws(SystemError) in
      let names = try DirectoryStream(runs)
      while let name = try names.next() {
        guard let id = name.text, JobIdentifier.isValid(id),
          try runs.status(of: id)?.kind == .directory
        else {
          findings.append(.strangeRun(name: name.legible))
          continue
        }
        let file = Spool.fileName(id)
        if try jobs.status(of: file) == nil, try done.status(of: file) == nil,
          try jobs.status(of: file) == nil
        {
          findings.append(.ownerless(id: id))
        }
      }
    }
  }

  /// Puts one thing in order, as a daemon would. Whoever calls holds daemon.lock.
  public func repair(_ finding: Finding, zones: ZoneFiles, at now: Instant) throws {
    switch finding {
    case .missing, .foreign, .notRegular, .badModel, .badConfig, .newerPlan, .sameNumber,
      .strangeRun:
      break
    case .badPlan(let file, let reason): try quarantine(planFile: file, because: reason)
    case .badMetrics(let reason):
      try spoolCalls { () throws(SystemError) in _ = try quarantineMetrics(because: reason) }
    case .unsettledPlan: try settlePlans(zones: zones)
    case .writable(let path, let permissions):
      try spoolCalls { () throws(SystemError) in
        try root.setPermissions(permissions & ~0o022, of: path)
      }
    case .unreadable(let strange):
      try spoolCalls { () throws(SystemError) in _ = try quarantine(strange) }
    case .leftover: try sweepTemporary(at: now)
    case .halfTaken(let name):
      _ = try takeIn(name, context: unattendedContext(zones: zones), at: now)
    case .ended(let id):
      guard let stored = try job(id, in: .jobs) else { return }
      _ = try commit([StateChange(stored, stored.state)])
    case .left(let id): _ = try settleLeft(id, zones: zones, at: now)
    case .double: _ = try settleDoubles()
    case .numbers(_, let highest): try prepareNumbers(above: highest)
    case .ownerless(let id): _ = try sweepRuns(id)
    }
  }
}
