// inotify: hints that something in a directory changed. The truth is always a scan.

internal import CLinux
internal import Glibc

/// A set of watched directories (inotify(7)).
public struct FileWatch: ~Copyable {
  /// What to be told of.
  public struct Interest: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// A name was made (open, link, mkdir).
    public static let created = Interest(rawValue: UInt32(IN_CREATE))
    /// A name was moved in.
    public static let movedIn = Interest(rawValue: UInt32(IN_MOVED_TO))
    /// A name was removed or moved out.
    public static let removed = Interest(rawValue: UInt32(IN_DELETE) | UInt32(IN_MOVED_FROM))
    /// A file that was open for writing was closed.
    public static let written = Interest(rawValue: UInt32(IN_CLOSE_WRITE))
    /// Bytes of a file changed.
    public static let modified = Interest(rawValue: UInt32(IN_MODIFY))
  }

  /// One hint.
  public enum Hint: Hashable, Sendable {
    /// Something happened to a name in the directory of watch `watch`.
    case changed(watch: Int32, name: String, removed: Bool)
    /// Hints were lost: everything has to be scanned.
    case overflow
    /// Watch `watch` is over: it was ended, or what it was for is gone. Only where that was asked
    /// for.
    case ended(watch: Int32)
  }

  /// The descriptor to wait for.
  public let descriptor: Descriptor
  /// Of what is made, only directories are told.
  private let isSilentOnNewFiles: Bool
  private let tellsEnds: Bool

  /// Makes an empty set.
  /// - Parameters:
  ///   - silentOnNewFiles: nothing is told of a file that is made; it is still empty
  ///     then, and whoever writes it will close it.
  ///   - tellingEnds: the end of each watch is told.
  public init(
    silentOnNewFiles: Bool = false, tellingEnds: Bool = false
  ) throws(SystemError) {
    isSilentOnNewFiles = silentOnNewFiles
    tellsEnds = tellingEnds
    descriptor = Descriptor(
      owning: try check("inotify_init1") {
        inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
      })
  }

  /// Watches a directory, or a single file, by path; the number tells its hints apart. What is
  /// watched already, be it by another path, keeps its number.
  /// - Parameter isAdded: it is watched for what it was watched for before, too.
  public func add(
    path: String, for interest: Interest, isAdded: Bool = false
  ) throws(SystemError) -> Int32 {
    try check("inotify_add_watch", path) {
      inotify_add_watch(
        descriptor.number, path, interest.rawValue | (isAdded ? UInt32(IN_MASK_ADD) : 0))
    }
  }

  /// Ends a watch; one that is gone already is none.
  public func remove(_ watch: Int32) { _ = inotify_rm_watch(descriptor.number, watch) }

  /// All hints that are there now, without waiting.
  public func hints() throws(SystemError) -> [Hint] {
    var hints: [Hint] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = Glibc.read(descriptor.number, &buffer, buffer.count)
      if count < 0 {
        if errno == EINTR { continue }
        if errno == EAGAIN { return hints }
        throw SystemError("read", "inotify")
      }
      buffer.withUnsafeBytes { bytes in
        var offset = 0
        while offset + 16 <= count {
          let watch = bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)
          let mask = bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)
          let length = Int(bytes.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self))
          let name = bytes[(offset + 16)..<(offset + 16 + length)].prefix { $0 != 0 }
          offset += 16 + length
          if mask & UInt32(IN_Q_OVERFLOW) != 0 {
            hints.append(.overflow)
          } else if isSilentOnNewFiles,
            mask & UInt32(IN_CREATE) != 0, mask & UInt32(IN_ISDIR) == 0
          {
            continue
          } else if mask & UInt32(IN_IGNORED) != 0 {
            if tellsEnds { hints.append(.ended(watch: watch)) }
          } else {
            hints.append(
              .changed(
                watch: watch, name: String(decoding: name, as: UTF8.self),
                removed: mask & Interest.removed.rawValue != 0))
          }
        }
      }
      if count < 32768 { return hints }
    }
  }
}
