// Moving the file of a run out of the directory it came into, before the run begins. Whoever does
// it may die anywhere in between: the next one finds the file at its old or at its new place, by
// its inode, and goes on from there.

internal import JobCore
internal import LinuxIO

/// The move of one file.
struct FileMove {
  /// What is to be moved.
  let file: TriggerFile
  /// Absolute path of the directory that it goes to; nil: it stays.
  let target: String?
  /// Names it apart, should its name be taken there.
  let stamp: Instant

  /// Names with the same stamp that are tried.
  private static let mostNames = 10

  /// Whether the file is still there as it was found; nil if it is, else what has become of it.
  func absence() throws(SystemError) -> String? {
    guard let parent = try FileMove.open(FileMove.parent(of: file.path)),
      let status = try parent.status(of: file.name), status.kind == .regular,
      status.inode == file.inode
    else { return "it is gone" }
    return status.modifiedNanoseconds == file.modified ? nil : "it was written to since it came"
  }

  /// Whether the file can be seen as it was found.
  var isPresent: Bool {
    do throws(SystemError) {
      return try absence() == nil
    } catch {
      return false
    }
  }

  /// Sees to it that the file lies where its run is to find it.
  /// - Parameter mayBeDone: somebody may have moved it and not recorded that.
  func fetch(mayBeDone: Bool) throws(SystemError) -> FileFetch? {
    do throws(SystemError) {
      guard let target else { return try absence().map { .gone(reason: $0) } }
      return try move(to: target, mayBeDone: mayBeDone)
    } catch {
      // What is short may be there in a second.
      if error.isShortage { throw error }
      let what = error.subject.isEmpty ? "\(error)" : "\(error.subject): \(error.reason)"
      guard let target else { return .gone(reason: what) }
      let reason =
        error.isOtherFileSystem
        ? "\(target) is on another file system: a file can only be moved within one"
        : what
      return .failed(reason: "its file cannot be moved: \(reason)")
    }
  }

  private func move(to target: String, mayBeDone: Bool) throws(SystemError) -> FileFetch {
    let home = try FileMove.makeAndOpen(target)
    let absence = try absence()
    if mayBeDone, let name = try nameOfMoved(in: home) {
      // Where a move takes two steps, the file may have both names for a moment.
      if absence == nil, let source = try FileMove.open(FileMove.parent(of: file.path)) {
        try source.remove(file.name)
        try source.sync()
      }
      return .moved(to: "\(target)/\(name)")
    }
    if let absence { return .gone(reason: absence) }
    guard let source = try FileMove.open(FileMove.parent(of: file.path)) else {
      return .gone(reason: "it is gone")
    }
    for name in names {
      do throws(SystemError) {
        try source.moveNew(file.name, to: name, in: home)
      } catch {
        if error.isExists { continue }
        if error.isNotFound { return .gone(reason: "it is gone") }
        throw error
      }
      do throws(SystemError) {
        // Both, before anything is recorded: a power cut must not bring the file back behind a
        // record that says where it is.
        try home.sync()
        try source.sync()
      } catch {
        // The file is there all the same, and its run is owed to it. What a power cut could do
        // now is to bring it back, where its state knows that it has had its run.
        if error.isShortage { throw error }
      }
      return .moved(to: "\(target)/\(name)")
    }
    return .failed(reason: "its file cannot be moved: all names for it in \(target) are taken")
  }

  /// The names it may get, in the order in which they are tried.
  private var names: [String] {
    let time = stamp.rfc3339.filter { $0 != "-" && $0 != ":" }
    let first = "\(file.name).\(time)"
    return [file.name, first] + (1..<FileMove.mostNames).map { "\(first).\($0)" }
  }

  /// The name that the file has got already.
  private func nameOfMoved(in home: borrowing Directory) throws(SystemError) -> String? {
    for name in names {
      if let status = try home.status(of: name), status.kind == .regular,
        status.inode == file.inode
      {
        return name
      }
    }
    return nil
  }

  private static func parent(of path: String) -> String {
    path.parentPath.flatMap { $0.isEmpty ? nil : $0 } ?? "/"
  }

  /// Opens a directory; nil if it is not there.
  private static func open(_ path: String) throws(SystemError) -> Directory? {
    do throws(SystemError) {
      return try Directory(path: path)
    } catch {
      if error.isNotFound || error.isNotDirectory { return nil }
      throw error
    }
  }

  /// Opens a directory, and makes it first if it is missing.
  private static func makeAndOpen(_ path: String) throws(SystemError) -> Directory {
    if let directory = try open(path) { return directory }
    let parent = try Directory(path: parent(of: path))
    let name = path.pathNames.last ?? "."
    try parent.makeDirectory(name)
    try parent.sync()
    return try Directory(path: path)
  }
}
