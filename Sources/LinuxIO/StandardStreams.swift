// Standard output and standard error, unbuffered.

internal import CLinux
internal import Glibc

/// The streams that a process is born with.
public enum StandardStream: Int32, Sendable {
  case input = 0
  case output = 1
  case error = 2

  /// Writes everything.
  public func write(_ bytes: [UInt8]) throws(SystemError) {
    var written = 0
    while written < bytes.count {
      written += try check("write", name) {
        bytes.withUnsafeBytes { buffer in
          Glibc.write(rawValue, buffer.baseAddress.map { $0 + written }, bytes.count - written)
        }
      }
    }
  }

  /// Reads what is there, at most `limit` bytes; empty at the end.
  public func read(limit: Int) throws(SystemError) -> [UInt8] {
    var failure: SystemError?
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      do throws(SystemError) {
        count = try check("read", name) { Glibc.read(rawValue, buffer.baseAddress, limit) }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Everything up to the end, of at most so many bytes; nil if there is more.
  public func readAll(limit: Int) throws(SystemError) -> [UInt8]? {
    var bytes: [UInt8] = []
    while true {
      let more = try read(limit: 1 << 20)
      if more.isEmpty { return bytes }
      bytes += more
      if bytes.count > limit { return nil }
    }
  }

  /// Becomes another open file, which this process has under this number only.
  public func take(_ file: consuming Descriptor) throws(SystemError) {
    _ = try check("dup2", name) { dup2(file.number, rawValue) }
  }

  /// Closes the stream for this process.
  public func close() { _ = Glibc.close(rawValue) }

  /// Whether a failed call was applied to a stream of these.
  public static func isOne(_ subject: String) -> Bool {
    [input, output, error].contains { $0.name == subject }
  }

  private var name: String {
    switch self {
    case .input: "standard input"
    case .output: "standard output"
    case .error: "standard error"
    }
  }
}

extension StandardStream {
  /// Whether reading would not wait.
  public var isReady: Bool {
    var request = pollfd(fd: rawValue, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 0) > 0
  }

  /// Whether writing a few kilobytes would not wait, or would fail at once.
  public var hasRoom: Bool {
    var request = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
    return poll(&request, 1, 0) > 0
  }

  /// Lets a pipe hold up to a mebibyte, so that a batch is not cut small by the pipe; a
  /// hint, and nothing for other kinds of file.
  public func widenPipe() {
    clinux_widen_pipe(rawValue, 1 << 20)
  }
}
