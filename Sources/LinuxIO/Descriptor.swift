// An open file, owned: it closes itself, cannot be copied, and its calls are typed.

internal import CLinux
internal import Glibc

/// An open descriptor that closes itself when it goes out of scope.
public struct Descriptor: ~Copyable, Sendable {
  /// The number the kernel gave it; for calls that take several descriptors.
  public let number: Int32

  /// Takes over a descriptor that nobody else will close.
  public init(owning number: Int32) {
    self.number = number
  }

  deinit { close(number) }

  /// What fstat(2) tells of an open file.
  public func status() throws(SystemError) -> FileStatus {
    var raw = stat()
    _ = try check("fstat") { fstat(number, &raw) }
    return FileStatus(raw)
  }

  /// Reads once, at the file's position; 0 is the end of the file.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
    try check("read") { Glibc.read(number, buffer.baseAddress, buffer.count) }
  }

  /// Reads from a position, until the buffer is full or the file ends.
  public func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int64
  ) throws(SystemError) -> Int {
    var filled = 0
    while filled < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let count = try check("pread") {
        pread(number, rest.baseAddress, rest.count, off_t(offset) + off_t(filled))
      }
      if count == 0 { break }
      filled += count
    }
    return filled
  }

  /// Reads once, at the file's position, at most `limit` bytes; empty at the end of the file.
  public func read(limit: Int) throws(SystemError) -> [UInt8] {
    try bytes(limit) { buffer throws(SystemError) in try read(into: buffer) }
  }

  /// Reads from a position, at most `limit` bytes; fewer only at the end of the file.
  public func read(limit: Int, at offset: Int64) throws(SystemError) -> [UInt8] {
    try bytes(limit) { buffer throws(SystemError) in try read(into: buffer, at: offset) }
  }

  /// Carries a typed error through the array's initializer, which knows none.
  private func bytes(
    _ limit: Int, _ read: (UnsafeMutableRawBufferPointer) throws(SystemError) -> Int
  ) throws(SystemError) -> [UInt8] {
    var failure: SystemError?
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      do throws(SystemError) {
        count = try read(UnsafeMutableRawBufferPointer(buffer))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Reads everything from the start, or nil if there are more bytes than `limit`.
  /// - Parameter status: what is known of the file already.
  public func contents(
    limit: Int, status: FileStatus? = nil
  ) throws(SystemError) -> [UInt8]? {
    let known = if let status { status } else { try self.status() }
    let expected = Int(known.size)
    if expected > limit { return nil }
    // One byte more than expected tells a file that grew from one that did not. Files of
    // /proc say 0 and have to be read at one go: the kernel makes their text anew each time.
    if expected > 0 {
      let whole = try self.bytes(expected + 1) { buffer throws(SystemError) in
        try check("pread") { pread(number, buffer.baseAddress, buffer.count, 0) }
      }
      if whole.count == expected { return whole }
    }
    var bytes = [UInt8]()
    var capacity = expected == 0 ? 65536 : expected + 1
    while true {
      let more = try read(limit: capacity, at: Int64(bytes.count))
      if bytes.isEmpty { bytes = more } else { bytes += more }
      if bytes.count > limit { return nil }
      if more.count < capacity { return bytes }
      capacity = 65536
    }
  }

  /// Writes everything at the file's position (or its end, if opened for appending).
  public func write(_ bytes: some Sequence<UInt8>) throws(SystemError) {
    var failure: SystemError?
    let done: Void? = bytes.withContiguousStorageIfAvailable { buffer in
      do throws(SystemError) {
        try write(raw: UnsafeRawBufferPointer(buffer))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    if done == nil { try write(Array(bytes)) }
  }

  private func write(raw bytes: UnsafeRawBufferPointer) throws(SystemError) {
    var rest = bytes
    while !rest.isEmpty {
      try Seam.pass("write", "")
      let count = try check("write") { Glibc.write(number, rest.baseAddress, rest.count) }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Writes at a position, leaving the file's own position alone.
  public func write(_ bytes: [UInt8], at offset: Int64) throws(SystemError) {
    var written = 0
    while written < bytes.count {
      try Seam.pass("pwrite", "")
      written += try check("pwrite") {
        bytes.withUnsafeBytes { buffer in
          pwrite(
            number, buffer.baseAddress.map { $0 + written }, bytes.count - written,
            off_t(offset) + off_t(written))
        }
      }
    }
  }

  /// Writes one byte into a pipe, for whoever waits at its other end.
  public func signal() throws(SystemError) {
    var byte: UInt8 = 1
    _ = try check("write") { Glibc.write(number, &byte, 1) }
  }

  /// Makes data and size durable (fdatasync(2)). After an error nothing is known about
  /// what reached the disk: the file must be given up, not synced again.
  public func syncData() throws(SystemError) {
    try Seam.pass("fdatasync", "")
    _ = try check("fdatasync") { fdatasync(number) }
  }

  /// Makes a file or directory with all its metadata durable (fsync(2)).
  public func sync() throws(SystemError) {
    try Seam.pass("fsync", "")
    _ = try check("fsync") { fsync(number) }
  }

  /// Starts writing to the disk without waiting; a hint, so its failure means nothing.
  public func startWriteBack() {
    clinux_start_write_back(number)
  }

  /// Reserves disk space so that writing up to `size` bytes cannot fail for want of it.
  public func reserve(_ size: Int64) throws(SystemError) {
    try Seam.pass("posix_fallocate", "")
    let code = posix_fallocate(number, 0, off_t(size))
    if code != 0 { throw SystemError("posix_fallocate", "", code: code) }
  }

  /// Sets the file's times to now.
  public func touch() throws(SystemError) {
    _ = try check("futimens") { futimens(number, nil) }
  }

  /// Cuts or extends the file to a size in bytes.
  public func truncate(to size: Int64) throws(SystemError) {
    try Seam.pass("ftruncate", "")
    _ = try check("ftruncate") { ftruncate(number, off_t(size)) }
  }

  /// Makes reads and writes return at once instead of waiting.
  public func setNonBlocking() throws(SystemError) {
    let flags = try check("fcntl") { fcntl(number, F_GETFL) }
    _ = try check("fcntl") { fcntl(number, F_SETFL, flags | O_NONBLOCK) }
  }

  /// A second descriptor of the same open file, closed on exec.
  public func duplicate() throws(SystemError) -> Descriptor {
    Descriptor(owning: try check("fcntl") { fcntl(number, F_DUPFD_CLOEXEC, 3) })
  }

  /// Takes over a descriptor that this process was started with; it is closed on exec from now on.
  /// - Returns: nil if there is none of that number.
  public static func inherited(_ number: Int32) -> Descriptor? {
    fcntl(number, F_SETFD, FD_CLOEXEC) == 0 ? Descriptor(owning: number) : nil
  }

  /// A pipe: what is written to the second end is read from the first.
  public static func pipe() throws(SystemError) -> Pipe {
    var ends: [Int32] = [0, 0]
    _ = try check("pipe2") { clinux_pipe(&ends) }
    return Pipe(read: Descriptor(owning: ends[0]), write: Descriptor(owning: ends[1]))
  }

  /// An anonymous file in memory, holding the bytes given, positioned at its start.
  public static func memory(_ bytes: [UInt8], name: String) throws(SystemError) -> Descriptor {
    let file = Descriptor(
      owning: try check("memfd_create", name) {
        clinux_memory_file(name)
      })
    try file.write(bytes, at: 0)
    return file
  }

  /// One of the process's own standard descriptors (0, 1, 2), as an independent copy.
  public static func standard(_ number: Int32) throws(SystemError) -> Descriptor {
    Descriptor(owning: try check("fcntl") { fcntl(number, F_DUPFD_CLOEXEC, 3) })
  }
}

/// Both ends of a pipe.
@frozen
public struct Pipe: ~Copyable {
  /// Where bytes come out; at its end once every copy of `write` is closed.
  public let read: Descriptor
  /// Where bytes go in.
  public let write: Descriptor
}

extension Descriptor {
  /// Opens a file that a person named, for reading, following links.
  public static func open(path: String) throws(SystemError) -> Descriptor {
    Descriptor(
      owning: try check("open", path) { clinux_openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0) })
  }
}
