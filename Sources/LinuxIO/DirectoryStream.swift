// Names in a directory, one after the other: for directories that are too large to be listed
// in one turn of a loop, and for names that no String can hold.

internal import CLinux
internal import Glibc

/// A name as the kernel has it: bytes, mostly but not always UTF-8.
public struct FileName: Hashable, Sendable {
  /// With the zero byte at its end.
  let raw: [CChar]

  /// The name that a text is.
  public init(_ text: String) { raw = Array(text.utf8CString) }

  init(raw: [CChar]) { self.raw = raw }

  /// The name as text; nil if it is not UTF-8.
  public var text: String? { raw.withUnsafeBufferPointer { Directory.text(of: $0) } }

  /// Its bytes, without the zero byte.
  public var bytes: [UInt8] { raw.dropLast().map { UInt8(bitPattern: $0) } }

  /// The name for people: bytes that are not UTF-8 are replaced.
  public var legible: String {
    String(decoding: bytes, as: UTF8.self)
  }
}

/// An open listing of a directory. What is added or removed meanwhile may be listed or not;
/// everything else is listed once.
public final class DirectoryStream {
  private let stream: OpaquePointer
  private let path: String

  /// Begins a listing.
  public init(_ directory: borrowing Directory) throws(SystemError) {
    path = directory.path
    let descriptor = directory.descriptor.number
    // fdopendir takes its descriptor over and moves its position: it gets one of its own.
    let number = try check("openat", directory.path) {
      clinux_openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    }
    guard let stream = fdopendir(number) else {
      let error = SystemError("fdopendir", directory.path)
      close(number)
      throw error
    }
    self.stream = stream
  }

  deinit { closedir(stream) }

  /// The next name except "." and ".."; nil at the end.
  public func next() throws(SystemError) -> FileName? {
    var name: FileName?
    _ = try next { name = FileName(raw: Array($0)) }
    return name
  }

  /// The same without a copy; false at the end.
  func next(_ body: (UnsafeBufferPointer<CChar>) -> Void) throws(SystemError) -> Bool {
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw SystemError("readdir", path) }
        return false
      }
      let isName = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { name in
          if strcmp(name, ".") == 0 || strcmp(name, "..") == 0 { return false }
          body(UnsafeBufferPointer(start: name, count: strlen(name) + 1))
          return true
        }
      }
      if isName { return true }
    }
  }
}

extension Directory {
  static func text(of raw: UnsafeBufferPointer<CChar>) -> String? {
    raw.baseAddress.flatMap { String(validatingCString: $0) }
  }

  /// What a name that need not be UTF-8 stands for, or nil if it is not there; links are not
  /// followed.
  public func status(of name: FileName) throws(SystemError) -> FileStatus? {
    var raw = stat()
    if fstatat(descriptor.number, name.raw, &raw, AT_SYMLINK_NOFOLLOW) == 0 {
      return FileStatus(raw)
    }
    if errno == ENOENT { return nil }
    throw SystemError("fstatat", path(of: name.legible))
  }

  /// Moves a name that need not be UTF-8 into another directory, replacing what is there.
  public func rename(
    _ name: FileName, to newName: String, in target: borrowing Directory
  ) throws(SystemError) {
    let subject = target.path(of: newName)
    let targetNumber = target.descriptor.number
    try Seam.pass("renameat", subject)
    _ = try check("renameat", subject) {
      renameat(descriptor.number, name.raw, targetNumber, newName)
    }
  }
}
