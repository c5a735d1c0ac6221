// A failed system call as data: which call, on what, and why. Wording for people is
// made at the edge; this type only knows the C library's own names for the reason.

internal import CLinux
internal import Glibc

/// A system call that failed.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The call, as its man page is named: "openat", "fdatasync".
  public let call: String
  /// What it was applied to, usually a path; empty where there is no name.
  public let subject: String
  /// The error number (errno(3)).
  public let code: Int32

  /// Records a failure with the error number given.
  public init(_ call: String, _ subject: String, code: Int32) {
    self.call = call
    self.subject = subject
    self.code = code
  }

  /// Records the failure that `errno` tells of; to be called right after the call.
  init(_ call: String, _ subject: String) {
    self.init(call, subject, code: errno)
  }

  /// The C library's text for the reason: "No space left on device".
  public var reason: String { SystemError.reason(of: code) }

  /// The C library's text for an error number.
  public static func reason(of code: Int32) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text)
  }

  /// One line: call, subject and reason.
  public var description: String {
    subject.isEmpty ? "\(call): \(reason)" : "\(call) \(subject): \(reason)"
  }

  /// Nothing is there by that name.
  public var isNotFound: Bool { code == ENOENT }
  /// Something on the way to it is no directory.
  public var isNotDirectory: Bool { code == ENOTDIR }
  /// The name is taken.
  public var isExists: Bool { code == EEXIST }
  /// Both names would have to be on one file system.
  public var isOtherFileSystem: Bool { code == EXDEV }
  /// A symbolic link stands where none is followed.
  public var isLink: Bool { code == ELOOP }
  /// The name stands for something that no regular file is, such as a link or a socket, or
  /// for something that its reader may not read: trying again will not help.
  public var isUnreadable: Bool { isLink || code == ENXIO || code == ENODEV || isPermission }
  /// A directory was expected there.
  public var isNoDirectory: Bool { isLink || code == ENOTDIR }
  /// The caller may not.
  public var isPermission: Bool { code == EACCES || code == EPERM || code == EROFS }
  /// Short of space, descriptors, processes or memory: waiting may help. So it may where files
  /// may not grow: a limit of a running process can be raised (prlimit(1)).
  public var isShortage: Bool {
    [ENOSPC, EDQUOT, EFBIG, EMFILE, ENFILE, ENOMEM, EAGAIN, ENOBUFS].contains(code)
  }
  /// A connection whose other end is closed.
  public static func closed(_ subject: String) -> SystemError {
    SystemError("recvmsg", subject, code: EPIPE)
  }
  /// The other end of a connection is closed.
  public var isClosed: Bool { code == EPIPE || code == ECONNRESET }
  /// Nobody reads any more what is written.
  public var isBrokenPipe: Bool { code == EPIPE }
  /// The call would have had to wait.
  public var isWouldBlock: Bool { code == EAGAIN || code == EWOULDBLOCK }
}

/// Repeats a call that a signal interrupted, and turns -1 into a typed error.
@inline(__always)
func check<Result: FixedWidthInteger & SignedNumeric>(
  _ call: StaticString, _ subject: @autoclosure () -> String = "", _ body: () -> Result
) throws(SystemError) -> Result {
  while true {
    let result = body()
    if result != -1 { return result }
    if errno != EINTR { throw SystemError("\(call)", subject()) }
  }
}
