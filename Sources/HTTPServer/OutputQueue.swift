// Bytes on their way out of one connection.

internal import LinuxIO

struct OutputQueue {
  /// With so many bytes waiting, no more are made: the client has to take some first.
  static let fullSize = 65536

  private var bytes: [UInt8] = []
  private var start = 0

  var isEmpty: Bool { start == bytes.count }
  var isFull: Bool { bytes.count - start >= OutputQueue.fullSize }

  mutating func append(_ more: [UInt8]) {
    if more.isEmpty { return }
    // The usual case, one answer into an empty queue, takes it over without copying.
    if isEmpty {
      bytes = more
      start = 0
    } else {
      bytes += more
    }
  }

  /// Sends what fits and tells how many bytes that was.
  mutating func send(to socket: borrowing Socket) throws(SystemError) -> Int {
    var failure: SystemError?
    let before = start
    bytes.withUnsafeBytes { buffer in
      do throws(SystemError) {
        while start < buffer.count {
          start += try socket.send(UnsafeRawBufferPointer(rebasing: buffer[start...]))
        }
      } catch {
        if !error.isWouldBlock { failure = error }
      }
    }
    if let failure { throw failure }
    let sent = start - before
    // Whole or nothing, so that a long body is not moved at each piece of it.
    if isEmpty { self = OutputQueue() }
    return sent
  }
}
