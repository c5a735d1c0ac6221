// Where a users file lies: who may read and write it, and how it is written.

internal import JobCore
internal import LinuxIO

/// A users file by its path.
public struct UsersPlace: Sendable {
  /// Why a users file cannot be used.
  public struct Fault: Error, Sendable {
    /// The kind of failure, for the exit code.
    public enum Kind: Sendable {
      /// It is not there, or cannot be read or written.
      case access
      /// Others may read or write it, or it is somebody else's.
      case permissions
      /// It says nothing sensible, or nothing at all.
      case content
      /// Somebody else is writing it.
      case busy
    }
    public let kind: Kind
    /// With the path, and what to do.
    public let message: String
  }

  /// A mebibyte is ten thousand users.
  private static let longestFile = 1 << 20

  /// As it was given.
  public let path: String
  private let folder: String
  private let name: String

  /// A place; nothing is looked at yet.
  public init(_ path: String) {
    self.path = path
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
  }

  /// What the file is now; nil if it is not there or cannot be seen. Two that are equal have
  /// the same content.
  func status() -> FileStatus? { FileStatus(path: path) }

  /// Reads and checks the file.
  func read() throws(Fault) -> (file: UsersFile, status: FileStatus) {
    let found = try calls { () throws(SystemError) in
      let file = try Directory(path: folder).openFollowingLinks(name)
      let status = try file.status()
      return (status, status.kind == .regular ? try file.contents(limit: Self.longestFile) : [])
    }
    let status = found.0
    if status.kind != .regular { throw fault(.content, "is no regular file") }
    if status.owner != CurrentProcess.user && status.owner != 0 {
      throw fault(
        .permissions, "belongs to user \(status.owner); it must be yours or root's")
    }
    if status.permissions & 0o077 != 0 {
      throw fault(
        .permissions,
        "others may read or write it (mode \(String(status.permissions, radix: 8))); "
          + "run: chmod 600 \(path)")
    }
    guard let bytes = found.1 else {
      throw fault(.content, "is longer than \(Self.longestFile) bytes")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw fault(.content, "is not UTF-8")
    }
    do throws(UsersFile.Fault) {
      return (try UsersFile(parsing: text), status)
    } catch {
      throw fault(.content, error.message)
    }
  }

  /// Checks that the file can be used and holds somebody.
  public func check() throws(Fault) {
    if try read().file.names.isEmpty {
      throw fault(.content, "holds no user; add one with --add-user")
    }
  }

  /// What is wrong with a name for a user, as the end of a sentence; nil if nothing is.
  public static func nameFault(_ name: String) -> String? { UsersFile.nameFault(name) }

  /// Adds a user, or gives one another password and other roles. The file is made if it is
  /// not there, is replaced as a whole, and can be read by its owner alone.
  /// - Returns: whether the user is new.
  public func add(
    _ user: String, password: [UInt8], roles: Set<Role>
  ) throws(Fault) -> Bool {
    let existing = try calls { () throws(SystemError) in
      try Directory(path: folder).status(of: name)
    }
    if existing?.kind == .link { throw fault(.content, "is a link; name the file itself") }
    let empty: UsersFile? = try? UsersFile(parsing: "")
    guard let file = existing == nil ? empty : try read().file else {
      throw fault(.content, "cannot be made")
    }
    let entry = UsersFile.User(
      name: user, hash: try calls { () throws(SystemError) in try Password.hash(password) },
      roles: roles)
    try write(Array(file.text(with: entry).utf8))
    return file.users[user] == nil
  }

  /// The new file's name is the lock: two that add a user at the same time would lose one.
  private func write(_ bytes: [UInt8]) throws(Fault) {
    let new = ".\(name).new"
    do throws(SystemError) {
      let folder = try Directory(path: folder)
      let file = try folder.open(new, .createNew)
      do throws(SystemError) {
        try file.write(bytes)
        try file.syncData()
        try folder.rename(new, to: name, in: folder)
        try folder.sync()
      } catch {
        _ = try? folder.remove(new)
        throw error
      }
    } catch {
      if error.isExists {
        throw fault(
          .busy, "somebody else is writing it; if nobody is, remove \(folder)/\(new)")
      }
      throw Fault(kind: .access, message: "\(error)")
    }
  }

  private func fault(_ kind: Fault.Kind, _ reason: String) -> Fault {
    Fault(kind: kind, message: "\(path): \(reason)")
  }

  private func calls<Result>(
    _ body: () throws(SystemError) -> Result
  ) throws(Fault) -> Result {
    do throws(SystemError) {
      return try body()
    } catch {
      throw Fault(kind: .access, message: "\(error)")
    }
  }
}

/// Reads roles as they are written: `read,run`.
/// - Returns: the roles, or why they are none.
public func roles(_ text: String) -> Result<Set<Role>, UsersPlace.Fault> {
  do throws(UsersFile.BadRole) {
    return .success(try UsersFile.roles(text))
  } catch {
    return .failure(UsersPlace.Fault(kind: .content, message: error.reason))
  }
}
