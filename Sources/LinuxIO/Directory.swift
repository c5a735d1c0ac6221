// An open directory. Names are resolved against its descriptor, so that a spool that is
// moved while in use stays the same spool, and no path has to be put together.

internal import CLinux
internal import Glibc

/// An open directory and the calls on names inside it.
public struct Directory: ~Copyable, Sendable {
  /// The descriptor; public for calls that take two directories or a watch.
  public let descriptor: Descriptor
  /// The path it was opened by, for messages only.
  public let path: String

  /// Opens a directory by path.
  public init(path: String) throws(SystemError) {
    let number = try check("open", path) {
      clinux_openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    }
    descriptor = Descriptor(owning: number)
    self.path = path
  }

  /// Opens a directory inside another; a symbolic link is not followed.
  public init(_ name: String, in parent: borrowing Directory) throws(SystemError) {
    let path = "\(parent.path)/\(name)"
    let parentNumber = parent.descriptor.number
    let number = try check("openat", path) {
      clinux_openat(parentNumber, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW, 0)
    }
    descriptor = Descriptor(owning: number)
    self.path = path
  }

  private init(_ number: Int32, path: String) {
    descriptor = Descriptor(owning: number)
    self.path = path
  }

  /// The full path of a name inside, for messages.
  public func path(of name: String) -> String { "\(path)/\(name)" }

  /// How a file is opened.
  public enum Mode: Sendable {
    /// For reading. Never follows a link, never waits for a fifo's writer.
    case read
    /// For reading and writing; must exist.
    case update
    /// For reading and writing; made with mode 0600 if missing.
    case updateOrCreate
    /// New, empty, for writing, mode 0600; an existing name is an error.
    case createNew
    /// For appending; made with mode 0600 if missing.
    case append
    /// The same, and for reading from positions.
    case readAndAppend

    var flags: Int32 {
      let common = O_CLOEXEC | O_NOFOLLOW
      switch self {
      case .read: return common | O_RDONLY | O_NONBLOCK
      case .update: return common | O_RDWR
      case .updateOrCreate: return common | O_RDWR | O_CREAT
      case .createNew: return common | O_RDWR | O_CREAT | O_EXCL
      case .append: return common | O_WRONLY | O_CREAT | O_APPEND
      case .readAndAppend: return common | O_RDWR | O_CREAT | O_APPEND
      }
    }

    var changes: Bool {
      switch self {
      case .read, .update: return false
      case .updateOrCreate, .createNew, .append, .readAndAppend: return true
      }
    }
  }

  /// Opens a file inside.
  public func open(_ name: String, _ mode: Mode) throws(SystemError) -> Descriptor {
    if mode.changes { try Seam.pass("openat", path(of: name)) }
    return Descriptor(
      owning: try check("openat", path(of: name)) {
        clinux_openat(descriptor.number, name, mode.flags, 0o600)
      })
  }

  /// Opens a file inside for reading, or nil if the name is not there.
  public func openIfPresent(_ name: String) throws(SystemError) -> Descriptor? {
    let number = clinux_openat(descriptor.number, name, Mode.read.flags, 0)
    if number >= 0 { return Descriptor(owning: number) }
    if errno == ENOENT { return nil }
    throw SystemError("openat", path(of: name))
  }

  /// What a name stands for, or nil if it is not there; links are not followed.
  public func status(of name: String) throws(SystemError) -> FileStatus? {
    var raw = stat()
    if fstatat(descriptor.number, name, &raw, AT_SYMLINK_NOFOLLOW) == 0 { return FileStatus(raw) }
    if errno == ENOENT { return nil }
    throw SystemError("fstatat", path(of: name))
  }

  /// Makes a directory of mode 0700; false if the name was there already.
  @discardableResult
  public func makeDirectory(_ name: String) throws(SystemError) -> Bool {
    try Seam.pass("mkdirat", path(of: name))
    if mkdirat(descriptor.number, name, 0o700) == 0 { return true }
    if errno == EEXIST { return false }
    throw SystemError("mkdirat", path(of: name))
  }

  /// Gives a file here a second name in another directory; an existing name is an error.
  public func link(
    _ name: String, to newName: String, in target: borrowing Directory
  ) throws(SystemError) {
    let subject = target.path(of: newName)
    let targetNumber = target.descriptor.number
    try Seam.pass("linkat", subject)
    _ = try check("linkat", subject) {
      linkat(descriptor.number, name, targetNumber, newName, 0)
    }
  }

  /// Moves a name to one that must be free; an existing name is an error. Where the file
  /// system cannot do that in one step, the file has both names for a moment.
  public func moveNew(
    _ name: String, to newName: String, in target: borrowing Directory
  ) throws(SystemError) {
    let subject = target.path(of: newName)
    let targetNumber = target.descriptor.number
    try Seam.pass("renameat2", subject)
    do throws(SystemError) {
      _ = try check("renameat2", subject) {
        clinux_rename_new(descriptor.number, name, targetNumber, newName)
      }
    } catch {
      guard error.code == EINVAL || error.code == ENOSYS else { throw error }
      try link(name, to: newName, in: target)
      try remove(name)
    }
  }

  /// Moves a name into another directory (or this one), replacing what is there.
  public func rename(
    _ name: String, to newName: String, in target: borrowing Directory
  ) throws(SystemError) {
    let subject = target.path(of: newName)
    let targetNumber = target.descriptor.number
    try Seam.pass("renameat", subject)
    _ = try check("renameat", subject) {
      renameat(descriptor.number, name, targetNumber, newName)
    }
  }

  /// Removes a file's name; false if it was not there.
  @discardableResult
  public func remove(_ name: String) throws(SystemError) -> Bool {
    try Seam.pass("unlinkat", path(of: name))
    if unlinkat(descriptor.number, name, 0) == 0 { return true }
    if errno == ENOENT { return false }
    throw SystemError("unlinkat", path(of: name))
  }

  /// Removes an empty directory; false if it was not there or is not empty.
  @discardableResult
  public func removeDirectory(_ name: String) throws(SystemError) -> Bool {
    try Seam.pass("unlinkat", path(of: name))
    if unlinkat(descriptor.number, name, AT_REMOVEDIR) == 0 { return true }
    if errno == ENOENT || errno == ENOTEMPTY || errno == EEXIST { return false }
    throw SystemError("unlinkat", path(of: name))
  }

  /// Removes a file or a directory with all that is in it; false if it was not there, or if
  /// more came into it meanwhile.
  @discardableResult
  public func removeTree(_ name: String) throws(SystemError) -> Bool {
    try removeTree(raw: Array(name.utf8CString))
  }

  /// The same for a name as the kernel has it: jobs make files whose names are not UTF-8.
  private func removeTree(raw name: [CChar]) throws(SystemError) -> Bool {
    func subject() -> String {
      path(of: String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    try Seam.pass("unlinkat", subject())
    if unlinkat(descriptor.number, name, 0) == 0 { return true }
    if errno == ENOENT { return false }
    guard errno == EISDIR else { throw SystemError("unlinkat", subject()) }
    let inner = Directory(
      try check("openat", subject()) {
        clinux_openat(
          descriptor.number, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW, 0)
      }, path: subject())
    var names: [[CChar]] = []
    try inner.forEachRawName { names.append(Array($0)) }
    for entry in names { _ = try inner.removeTree(raw: entry) }
    try Seam.pass("unlinkat", subject())
    if unlinkat(descriptor.number, name, AT_REMOVEDIR) == 0 { return true }
    // Somebody still writes there: what has come meanwhile goes next time.
    if errno == ENOENT || errno == ENOTEMPTY { return false }
    throw SystemError("unlinkat", subject())
  }

  /// Makes names inside durable (fsync on the directory).
  public func sync() throws(SystemError) {
    try descriptor.sync()
  }

  /// Makes everything durable that was written to this file system before (syncfs(2)).
  ///
  /// Since Linux 5.8 it reports an error of any file's write-back that happened after this
  /// directory was opened, so the directory must have been opened before the first write.
  public func syncFileSystem() throws(SystemError) {
    try Seam.pass("syncfs", path)
    _ = try check("syncfs", path) { clinux_sync_file_system(descriptor.number) }
  }

  /// Sets the directory's own permission bits.
  public func setPermissions(_ permissions: UInt32) throws(SystemError) {
    try Seam.pass("fchmod", path)
    _ = try check("fchmod", path) { fchmod(descriptor.number, permissions) }
  }

  /// Sets the permission bits of a file inside; a link is not followed.
  public func setPermissions(_ permissions: UInt32, of name: String) throws(SystemError) {
    let file = try open(name, .read)
    try Seam.pass("fchmod", path(of: name))
    _ = try check("fchmod", path(of: name)) { fchmod(file.number, permissions) }
  }

  /// All names inside except "." and "..", in no order. A name that is not UTF-8 is left
  /// out of `names()`: jobrun makes no such names.
  public func names() throws(SystemError) -> [String] {
    var names: [String] = []
    try forEachName { names.append($0) }
    return names
  }

  /// Calls `body` for every name inside except "." and "..", in no order.
  public func forEachName(_ body: (String) -> Void) throws(SystemError) {
    try forEachRawName { raw in
      if let name = Directory.text(of: raw) { body(name) }
    }
  }

  /// The same with names as the kernel has them, each ending in a zero byte.
  private func forEachRawName(
    _ body: (UnsafeBufferPointer<CChar>) -> Void
  ) throws(SystemError) {
    let stream = try DirectoryStream(self)
    while try stream.next(body) {}
  }
}

extension Directory {
  /// Opens a file for reading, following symbolic links: for files of the system, never
  /// for those of a spool.
  public func openFollowingLinks(_ name: String) throws(SystemError) -> Descriptor {
    Descriptor(
      owning: try check("openat", path(of: name)) {
        clinux_openat(descriptor.number, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0)
      })
  }
}
