// A spool directory, opened and checked. Layout and the table of legal states are in
// man/jobrun-spool.7. Every path inside is resolved against descriptors opened here once.

internal import JobCore
internal import LinuxIO

/// An open spool.
public final class Spool {
  /// First line of the file `format`.
  static let format = "jobrun spool 1"

  /// Absolute path, for messages and for JOBRUN_SPOOL.
  public let path: String
  let root: Directory
  let tmp: Directory
  let new: Directory
  let jobs: Directory
  let done: Directory
  let models: Directory
  let plans: Directory
  let corrupt: Directory
  let runs: Directory
  let events: Directory
  let locks: Directory
  /// How long to wait for somebody else's lock, in milliseconds. Whoever has other things to
  /// do meanwhile sets it lower and comes back.
  public var lockPatience: Int64 = 10_000
  /// Plans that were read, with the status of the file at that time.
  var knownPlans: [String: (status: FileStatus, plan: Plan)] = [:]
  /// The settings that were read last, with the status of the file at that time.
  var knownConfig: (status: FileStatus?, config: SpoolConfig) = (nil, SpoolConfig())
  /// What had to be mended when the spool was opened, for people to know.
  public private(set) var notes: [String] = []

  /// Directories of an old spool that were missing and have been made.
  public private(set) var made: [String] = []

  /// Opens a spool, making the directories that are missing.
  /// - Parameter path: absolute or relative; the directory itself is made if it is missing.
  /// - Throws: `refused` if it belongs to somebody else, is writable by the world, or has
  ///   an unknown format.
  public init(path: String) throws(SpoolError) {
    self.path = try Spool.absolute(path)
    try Spool.makeParents(of: self.path)
    root = try Spool.openTrusted(self.path, notes: &notes)
    tmp = try Spool.subdirectory("tmp", in: root, &notes, &made)
    new = try Spool.subdirectory("new", in: root, &notes, &made)
    jobs = try Spool.subdirectory("jobs", in: root, &notes, &made)
    done = try Spool.subdirectory("done", in: root, &notes, &made)
    models = try Spool.subdirectory("models", in: root, &notes, &made)
    plans = try Spool.subdirectory("plans", in: root, &notes, &made)
    corrupt = try Spool.subdirectory("corrupt", in: root, &notes, &made)
    runs = try Spool.subdirectory("runs", in: root, &notes, &made)
    events = try Spool.subdirectory("events", in: root, &notes, &made)
    locks = try Spool.subdirectory("locks", in: root, &notes, &made)
    try checkFormat()
  }

  /// Opens the directory itself and looks whether it can be trusted.
  private static func openTrusted(
    _ path: String, notes: inout [String]
  ) throws(SpoolError) -> Directory {
    let root = try openRoot(path)
    try checkTrust(root, &notes)
    return root
  }

  /// Whoever may write into any of the directories can run commands as its owner.
  private static func checkTrust(
    _ directory: borrowing Directory, _ notes: inout [String]
  ) throws(SpoolError) {
    let path = directory.path
    let status = try spoolCalls { () throws(SystemError) in try directory.descriptor.status() }
    if status.owner != CurrentProcess.user {
      throw .refused(
        path: path,
        reason: "it belongs to user \(status.owner), and you are user \(CurrentProcess.user); "
          + "use its owner's account or a spool of your own (--spool)")
    }
    if status.permissions & 0o002 != 0 {
      throw .refused(
        path: path,
        reason: "everybody may write into it, so anybody could run commands as you; "
          + "chmod 700 it, after a look at what is in it")
    }
    if status.permissions & 0o020 != 0 {
      do throws(SystemError) {
        try directory.setPermissions(status.permissions & ~0o020)
      } catch {
        throw .system(error)
      }
      notes.append("\(path) was writable by its group; it no longer is")
    }
  }

  private static func openRoot(_ path: String) throws(SpoolError) -> Directory {
    do throws(SystemError) {
      return try Directory(path: path)
    } catch {
      throw .refused(path: path, reason: "it cannot be opened: \(error.reason)")
    }
  }

  private static func subdirectory(
    _ name: String, in root: borrowing Directory, _ notes: inout [String],
    _ made: inout [String]
  ) throws(SpoolError) -> Directory {
    var isNew = false
    let directory = try spoolCalls { () throws(SystemError) in
      do throws(SystemError) {
        return try Directory(name, in: root)
      } catch {
        guard error.isNotFound else { throw error }
      }
      isNew = try root.makeDirectory(name)
      if isNew { try root.sync() }
      return try Directory(name, in: root)
    }
    if isNew { made.append("\(name)/") }
    try checkTrust(directory, &notes)
    return directory
  }

  private static func absolute(_ path: String) throws(SpoolError) -> String {
    if path.hasPrefix("/") { return path }
    guard let here = CurrentProcess.workingDirectory else {
      throw .refused(path: path, reason: "the working directory is gone; give an absolute path")
    }
    return here + "/" + path
  }

  /// Makes the directory and those above it that are missing.
  private static func makeParents(of path: String) throws(SpoolError) {
    if (try? Directory(path: path)) != nil { return }
    let parts = path.split(separator: "/").map(String.init)
    var parent = "/"
    for part in parts {
      try spoolCalls { () throws(SystemError) in
        let directory = try Directory(path: parent)
        if try directory.status(of: part) == nil {
          try directory.makeDirectory(part)
          try directory.sync()
        }
      }
      parent = parent == "/" ? "/" + part : parent + "/" + part
    }
  }

  private func checkFormat() throws(SpoolError) {
    let line: String
    do throws(SystemError) {
      guard let file = try root.openIfPresent("format") else {
        made = []
        // Complete before it has its name: an empty one would be refused from then on.
        return try put(Array("\(Spool.format)\n".utf8), as: "format", in: root)
      }
      let bytes = try file.contents(limit: 4096) ?? []
      line = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    } catch {
      throw .system(error)
    }
    if line != Spool.format {
      throw .refused(
        path: path, reason: "its format is \"\(line)\"; this jobrun knows \"\(Spool.format)\"")
    }
  }

  private var counter = 0
  /// Tells openings apart, those of one process and those of a later one of its number. Chosen with
  /// the first name, since copies of a process have the same opening.
  private lazy var instance = UInt32.random(in: 0...(.max))

  /// A name in tmp/ that nobody else uses.
  func temporaryName() -> String {
    counter += 1
    return "\(CurrentProcess.pid)-\(instance)-\(counter)"
  }
}
