// One output stream of a command with maxOutputBytes: read from a pipe and kept within the
// limit. The first half of the limit is the head, which is kept; then come parts of a
// quarter each, of which the last two are kept. So what is there is the head and at least
// the last quarter, in files that are only appended to: readable at every instant, whoever
// is killed (RunLog in JobSpool reads them).

internal import JobSpool
internal import LinuxIO

/// Keeps the head and the tail of a stream.
final class OutputLimiter {
  /// Read at one go, and before anybody else has a turn: as much as a pipe can hold.
  private static let block = 1 << 16
  private static let turn = 16

  /// Where the parts are made; another directory once the command has removed its own.
  var run: RunDirectory
  private let stream: String
  private let partSize: Int64
  private let source: Descriptor
  private var part: Descriptor?
  private var partEnd: Int64
  /// Bytes that have come so far.
  private(set) var position: Int64 = 0
  /// Places of the parts behind the head that are there.
  private var parts: [Int64] = []
  /// Whether anybody may still write.
  private(set) var isOpen = true
  /// Told of everything that comes, whether it is kept or not.
  var mirror: (([UInt8]) -> Void)?
  private var isPaused = false

  /// A limiter that reads from a pipe.
  /// - Parameter limit: bytes to keep, 1024 or more.
  init(
    _ run: RunDirectory, _ stream: String, limit: Int, reading source: consuming Descriptor
  ) throws(SystemError) {
    try source.setNonBlocking()
    self.run = run
    self.stream = stream
    self.source = source
    partSize = Int64(limit / 4)
    partEnd = Int64(limit) - 2 * partSize
    part = try run.directory.open(stream, .append)
  }

  func watch(by poller: borrowing Poller, token: UInt64) throws(SystemError) {
    try poller.add(source, token: token)
  }

  /// Takes nothing for a while: whoever writes has to wait.
  func pause(_ poller: borrowing Poller) {
    if isOpen, !isPaused { _ = try? poller.remove(source) }
    isPaused = true
  }

  /// Goes on.
  func resume(_ poller: borrowing Poller, token: UInt64) throws(SystemError) {
    if isOpen, isPaused { try watch(by: poller, token: token) }
    isPaused = false
  }

  /// Takes what has come, without waiting. The command is never stopped by what happens
  /// here: what cannot be kept counts as dropped.
  func take(_ poller: borrowing Poller) {
    for _ in 0..<OutputLimiter.turn where isOpen {
      do throws(SystemError) {
        let bytes = try source.read(limit: OutputLimiter.block)
        isOpen = !bytes.isEmpty
        keep(bytes[...])
        mirror?(bytes)
      } catch {
        if error.isWouldBlock { return }
        isOpen = false
      }
    }
    if !isOpen { _ = try? poller.remove(source) }
  }

  private func keep(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while !rest.isEmpty {
      if part == nil || position == partEnd {
        // What two more parts would push out is not written at all.
        let room = Int(2 * partSize)
        if rest.count > room {
          position += Int64(rest.count - room)
          rest = rest.suffix(room)
        }
        beginPart()
      }
      let piece = rest.prefix(Int(min(Int64(rest.count), partEnd - position)))
      write(piece)
      position += Int64(piece.count)
      rest = rest.dropFirst(piece.count)
    }
  }

  private func beginPart() {
    part = nil
    partEnd = position + partSize
    guard
      let file = try? run.directory.open(RunDirectory.partName(stream, at: position), .createNew)
    else { return }
    part = consume file
    parts.append(position)
    if parts.count > 2 {
      _ = try? run.directory.remove(RunDirectory.partName(stream, at: parts.removeFirst()))
    }
  }

  private func write(_ bytes: ArraySlice<UInt8>) {
    do throws(SystemError) {
      try part?.write(bytes)
    } catch {
      // The disk is full, perhaps. A part holds its stream without gaps, so this one ends
      // here; an empty one must not push out what is there.
      let isEmpty = (try? part?.status().size) ?? 0 == 0
      part = nil
      if isEmpty, let place = parts.popLast() {
        _ = try? run.directory.remove(RunDirectory.partName(stream, at: place))
      }
    }
  }
}
