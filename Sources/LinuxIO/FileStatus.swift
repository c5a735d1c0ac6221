// What the kernel knows of a file besides its bytes.

internal import CLinux
internal import Glibc

/// Kind, owner, mode, size and identity of a file (inode(7)).
public struct FileStatus: Hashable, Sendable {
  /// What sort of thing a name stands for.
  public enum Kind: Hashable, Sendable { case regular, directory, link, other }

  /// What sort of thing it is.
  public let kind: Kind
  /// Numeric user id of its owner.
  public let owner: UInt32
  /// Permission bits, without the kind: 0o600.
  public let permissions: UInt32
  /// Length in bytes.
  public let size: Int64
  /// Number of names it has; 0 once it was removed while open.
  public let links: Int
  /// Device and inode: two descriptors of the same pair are the same file.
  public let device: UInt64
  public let inode: UInt64
  /// Last change of the bytes, milliseconds since 1970 UTC.
  public let modified: Int64
  /// The same in nanoseconds, as exactly as the file system keeps it.
  public let modifiedNanoseconds: Int64

  /// In seconds: some 30,000 years.
  private static let farthest: Int64 = 1 << 40

  init(_ raw: stat) {
    if clinux_is_regular(raw.st_mode) != 0 {
      kind = .regular
    } else if clinux_is_directory(raw.st_mode) != 0 {
      kind = .directory
    } else {
      kind = clinux_is_link(raw.st_mode) != 0 ? .link : .other
    }
    owner = raw.st_uid
    permissions = raw.st_mode & 0o7777
    size = Int64(raw.st_size)
    links = Int(raw.st_nlink)
    device = UInt64(raw.st_dev)
    inode = UInt64(raw.st_ino)
    // Anybody can give a file a date that nothing can be reckoned with; nanoseconds may wrap, as
    // long as they differ where the dates do.
    let seconds = min(max(Int64(raw.st_mtim.tv_sec), -FileStatus.farthest), FileStatus.farthest)
    modified = seconds * 1000 + Int64(raw.st_mtim.tv_nsec) / 1_000_000
    modifiedNanoseconds = seconds &* 1_000_000_000 &+ Int64(raw.st_mtim.tv_nsec)
  }

  /// What a path leads to, links followed; nil if that is nothing, or cannot be seen.
  public init?(path: String) {
    var raw = stat()
    if stat(path, &raw) != 0 { return nil }
    self.init(raw)
  }

  /// Whether both describe the same file, whatever its name.
  public func isSameFile(as other: FileStatus) -> Bool {
    device == other.device && inode == other.inode
  }
}
