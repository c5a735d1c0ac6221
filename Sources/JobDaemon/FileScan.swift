// One look for a job's files: a walk through its directory that can be cut in slices, so that
// a hundred thousand names do not stop the daemon's loop.

internal import JobCore
internal import LinuxIO

/// A walk through the directory of one job.
final class FileScan {
  /// What a walk has found.
  struct Findings {
    /// New files whose time has come, oldest first, at most `FileScan.mostFound`.
    var files: [TriggerFile] = []
    /// Files of the job's memory that are there no longer.
    var gone: Set<FileDigest> = []
    /// New files whose names are not UTF-8.
    var unnameable: [FileDigest: String] = [:]
    /// Why not all could be seen.
    var trouble: String?
    /// When the first of those that are too young will be old enough.
    var youngUntil: Instant?
    /// Watches on the directories that were seen.
    var watches: Set<Int32> = []
  }

  /// A directory that is being listed.
  private final class Level {
    let directory: Directory
    let stream: DirectoryStream
    let path: String

    init(_ directory: consuming Directory, path: String) throws(SystemError) {
      stream = try DirectoryStream(directory)
      self.directory = directory
      self.path = path
    }
  }

  /// So many are kept of a walk; the next walk finds the others.
  private static let mostFound = 1000
  private static let mostUnnameable = 100
  /// Further directories are looked at, but a change there is seen at the next look only.
  private static let mostWatches = 1000
  /// Names between two looks at the clock.
  private static let stride = 50

  private let trigger: FileTrigger
  private let pattern: NamePattern
  private let known: Set<FileDigest>
  private let now: Instant
  /// Watches a directory by path; nil if that is not possible.
  private let watch: (String) -> Int32?
  /// Where files are moved to: nothing comes from there.
  private let target: FileStatus?
  private var levels: [Level] = []
  private var present: Set<FileDigest> = []
  private var isBegun = false
  private(set) var findings = Findings()
  /// What it has cost so far, in milliseconds.
  private(set) var cost: Int64 = 0

  init(
    _ trigger: FileTrigger, _ pattern: NamePattern, known: Set<FileDigest>, at now: Instant,
    watch: @escaping (String) -> Int32?
  ) {
    self.trigger = trigger
    self.pattern = pattern
    self.known = known
    self.now = now
    self.watch = watch
    target = trigger.moveTo.flatMap { FileStatus(path: $0) }
  }

  /// Goes on for some milliseconds.
  /// - Returns: whether the walk is over.
  func step(for milliseconds: Int64) -> Bool {
    let start = Clock.boot.milliseconds
    defer { cost += Clock.boot.milliseconds - start }
    if !isBegun {
      isBegun = true
      begin()
    }
    while !levels.isEmpty {
      for _ in 0..<FileScan.stride where !levels.isEmpty { takeName() }
      if Clock.boot.milliseconds - start >= milliseconds, !levels.isEmpty { return false }
    }
    finish()
    return true
  }

  private func begin() {
    // Watched before it is listed: what comes in between is told or seen, or both.
    watchDirectory(trigger.directory)
    do throws(SystemError) {
      let directory = try Directory(path: trigger.directory)
      if let target, try directory.descriptor.status().isSameFile(as: target) {
        findings.trouble = "\(trigger.directory): it is the directory moveTo itself"
        return
      }
      levels = [try Level(directory, path: trigger.directory)]
    } catch {
      note(error)
    }
  }

  private func watchDirectory(_ path: String) {
    guard findings.watches.count < FileScan.mostWatches, let number = watch(path) else { return }
    findings.watches.insert(number)
  }

  private func note(_ error: SystemError) {
    findings.trouble = findings.trouble ?? "\(error.subject): \(error.reason)"
  }

  private func takeName() {
    guard let level = levels.last else { return }
    do throws(SystemError) {
      guard let name = try level.stream.next() else {
        levels.removeLast()
        return
      }
      let fits = pattern.matches(name)
      let isDeep = levels.count < trigger.depth
      guard fits || isDeep, let status = try level.directory.status(of: name) else { return }
      switch status.kind {
      case .regular: if fits { take(name, status, in: level) }
      case .directory: if isDeep { try descend(name, status, in: level) }
      case .link, .other: break
      }
    } catch {
      note(error)
      if error.call == "readdir" { levels.removeLast() }
    }
  }

  private func descend(
    _ name: FileName, _ status: FileStatus, in level: Level
  ) throws(SystemError) {
    if let target, status.isSameFile(as: target) { return }
    guard let text = name.text else { return pass(name, status, in: level) }
    let path = FileScan.path(of: text, in: level)
    watchDirectory(path)
    do throws(SystemError) {
      levels.append(try Level(try Directory(text, in: level.directory), path: path))
    } catch {
      // Removed or replaced since it was listed.
      if !error.isNotFound, !error.isNoDirectory { throw error }
    }
  }

  /// Takes note of a name that no record can hold.
  private func pass(_ name: FileName, _ status: FileStatus, in level: Level) {
    let digest = FileDigest(
      path: Array("\(level.path)/".utf8) + name.bytes, inode: status.inode, modified: 0)
    if known.contains(digest) {
      present.insert(digest)
    } else if findings.unnameable.count < FileScan.mostUnnameable {
      findings.unnameable[digest] = "\(level.path)/\(name.legible)"
    }
  }

  private static func path(of name: String, in level: Level) -> String {
    level.path == "/" ? "/\(name)" : "\(level.path)/\(name)"
  }

  private func take(_ name: FileName, _ status: FileStatus, in level: Level) {
    guard let text = name.text else { return pass(name, status, in: level) }
    let file = TriggerFile(
      path: FileScan.path(of: text, in: level), inode: status.inode,
      modified: status.modifiedNanoseconds)
    let digest = file.digest
    if known.contains(digest) {
      present.insert(digest)
      return
    }
    let ready = Instant(milliseconds: status.modified) + trigger.minAge
    if trigger.minAge != .zero, ready > now {
      findings.youngUntil = min(findings.youngUntil ?? ready, ready)
      return
    }
    findings.files.append(file)
    if findings.files.count >= 2 * FileScan.mostFound { sort() }
  }

  /// Puts the oldest first, and drops what is too much.
  private func sort() {
    findings.files.sort { ($0.modified, $0.path) < ($1.modified, $1.path) }
    findings.files.removeLast(max(0, findings.files.count - FileScan.mostFound))
  }

  private func finish() {
    sort()
    // Where not all could be seen, what was not seen may still be there.
    if findings.trouble == nil { findings.gone = known.subtracting(present) }
  }
}
