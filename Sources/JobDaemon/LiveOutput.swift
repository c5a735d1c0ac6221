// What a command of `jobrun exec` writes, passed on to the streams of this process while it is kept
// as a log. The log comes first: nobody who reads slowly, or not at all, stops the command or what
// is kept of it. Without a limit, the command writes to its log file and this follows the file;
// with one, the limiter hands over what it takes from the command's pipe.

internal import JobSpool
internal import LinuxIO

/// The way of a command's output to the streams of this process.
final class LiveOutput {
  /// One stream on its way.
  private final class Way {
    let target: StandardStream
    var log: Descriptor?
    var position: Int64 = 0
    var waiting: ArraySlice<UInt8> = []
    /// Whoever read it has gone.
    var isClosed = false
    /// It cannot be waited for, and never makes anybody wait: a file.
    var isFile = false
    var isArmed = false
    let descriptor: Descriptor?

    init(_ target: StandardStream) {
      self.target = target
      descriptor = try? Descriptor.standard(target.rawValue)
      isClosed = descriptor == nil
    }

    func wait(by poller: borrowing Poller, _ token: UInt64) throws(SystemError) {
      switch descriptor {
      case .some(let descriptor): try poller.add(descriptor, for: .write, token: token)
      case .none: break
      }
    }

    func stopWaiting(by poller: borrowing Poller) {
      switch descriptor {
      case .some(let descriptor): _ = try? poller.remove(descriptor)
      case .none: break
      }
    }
  }

  /// Bytes written at one go: a pipe that has room has room for so many, and a file takes more.
  private static let pipeBlock = 4096
  private static let block = 1 << 16
  /// Blocks passed on before others have a turn.
  private static let turn = 16
  /// So much of a limited stream may wait for its reader, in bytes; then the command does.
  private static let mostWaiting = 1 << 18

  /// Tells of what is written to the logs.
  let watch: FileWatch
  private let ways = [Way(.output), Way(.error)]
  /// Why some of it could not be passed on; not that a reader has gone, which is a reader's right.
  private(set) var fault: SystemError?

  init() throws(SystemError) { watch = try FileWatch() }

  private func way(_ stream: StandardStream) -> Way? { ways.first { $0.target == stream } }

  /// Follows the log of a new attempt from its beginning.
  func follow(_ stream: StandardStream, _ name: String, in run: RunDirectory, path: String)
    throws(SystemError)
  {
    // Before it is read for the first time.
    _ = try watch.add(path: "\(path)/\(name)", for: .modified)
    let way = way(stream)
    way?.log = try run.directory.open(name, .read)
    way?.position = 0
  }

  /// Takes what a limiter has taken from the command.
  func append(_ bytes: [UInt8], to stream: StandardStream) {
    guard let way = way(stream), !way.isClosed else { return }
    way.waiting = way.waiting.isEmpty ? bytes[...] : way.waiting + bytes
  }

  /// Whether so much waits for the reader of a stream that the command has to wait, too.
  func isFull(_ stream: StandardStream) -> Bool {
    (way(stream)?.waiting.count ?? 0) >= LiveOutput.mostWaiting
  }

  /// Passes on what can be passed on without waiting, and has the rest waited for.
  /// - Returns: whether there is more to pass on at once.
  func pump(by poller: borrowing Poller, token: (StandardStream) -> UInt64) -> Bool {
    var hasMore = false
    for way in ways where !way.isClosed {
      let isBlocked = pump(way, &hasMore)
      arm(way, isBlocked, poller, token(way.target))
    }
    return hasMore
  }

  /// - Returns: whether its reader has to be waited for.
  private func pump(_ way: Way, _ hasMore: inout Bool) -> Bool {
    for _ in 0..<LiveOutput.turn {
      if way.waiting.isEmpty { read(way) }
      if way.waiting.isEmpty || way.isClosed { return false }
      if !way.isFile, !way.target.hasRoom { return true }
      let count = way.isFile ? LiveOutput.block : LiveOutput.pipeBlock
      do throws(SystemError) {
        try way.target.write(Array(way.waiting.prefix(count)))
        way.waiting = way.waiting.dropFirst(count)
      } catch {
        if !error.isBrokenPipe, fault == nil { fault = error }
        close(way)
      }
    }
    hasMore = true
    return false
  }

  private func read(_ way: Way) {
    guard let bytes = try? way.log?.read(limit: LiveOutput.block, at: way.position) else { return }
    way.position += Int64(bytes.count)
    way.waiting = bytes[...]
  }

  private func close(_ way: Way) {
    way.isClosed = true
    way.waiting = []
    way.log = nil
  }

  private func arm(
    _ way: Way, _ wanted: Bool, _ poller: borrowing Poller, _ token: UInt64
  ) {
    if wanted, !way.isArmed {
      do throws(SystemError) {
        try way.wait(by: poller, token)
        way.isArmed = true
      } catch {
        way.isFile = true
      }
    } else if way.isArmed, !wanted {
      way.stopWaiting(by: poller)
      way.isArmed = false
    }
  }

  /// Waits for nothing any more: the poller is about to go.
  func disarm(_ poller: borrowing Poller) {
    for way in ways { arm(way, false, poller, 0) }
  }

  /// Passes on what the logs hold by now, waiting for readers, until all is passed on or one of
  /// some signals comes.
  /// - Returns: false if one has come.
  func finish(unless signals: borrowing SignalQueue) throws(SystemError) -> Bool {
    let poller = try Poller()
    try poller.add(signals.descriptor, token: 0)
    // What is left behind may write for ever.
    let ends = ways.map { (try? $0.log?.status().size) ?? 0 }
    func isDone() -> Bool {
      zip(ways, ends).allSatisfy { way, end in
        way.isClosed || (way.waiting.isEmpty && (way.log == nil || way.position >= end))
      }
    }
    while true {
      let hasMore = pump(by: poller) { UInt64($0.rawValue) }
      if isDone() { break }
      for event in try poller.wait(timeout: hasMore ? 0 : 1000) where event.token == 0 {
        if try signals.pending().contains(where: { $0 != .child }) {
          disarm(poller)
          return false
        }
      }
    }
    disarm(poller)
    for way in ways { way.log = nil }
    return true
  }
}
