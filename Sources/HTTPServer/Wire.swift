// The socket of one connection, what waits to go out of it, and what the loop watches it
// for. After `close` nothing of it does anything any more.

internal import LinuxIO

final class Wire {
  /// What the client has not taken yet.
  private(set) var output = OutputQueue()

  private let loop: EventLoop
  private var socket: Socket?
  private var token: EventLoop.Token?
  private var interest = Poller.Interest.read

  init(_ socket: consuming Socket, loop: EventLoop) {
    self.loop = loop
    self.socket = consume socket
  }

  /// Starts to be watched for bytes from the client.
  func start(_ action: @escaping EventLoop.Action) throws(SystemError) {
    token = try socket?.watch(on: loop, action)
  }

  /// Receives what is there: 0 at the end, nil if nothing is there after all.
  func receive(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int? {
    do throws(SystemError) {
      return try socket?.receive(into: buffer) ?? 0
    } catch {
      if error.isWouldBlock { return nil }
      throw error
    }
  }

  func append(_ bytes: [UInt8]) { output.append(bytes) }

  /// Sends what the client takes now; whether it took any.
  func flush() throws(SystemError) -> Bool {
    if output.isEmpty { return false }
    return try socket?.send(&output) ?? 0 > 0
  }

  func finishSending() { socket?.finishSending() }

  /// Waits for bytes from the client if wanted, and for room if there is output.
  func wait(forInput wantsInput: Bool) throws(SystemError) {
    var wanted: Poller.Interest = wantsInput ? .read : []
    if !output.isEmpty { wanted.insert(.write) }
    guard let token, wanted != interest else { return }
    try socket?.modify(token, on: loop, for: wanted)
    interest = wanted
  }

  func setDeadline(at instant: Int64?) {
    if let token { loop.setDeadline(token, at: instant) }
  }

  func close() {
    if let token { socket?.unwatch(token, on: loop) }
    token = nil
    socket = nil
    output = OutputQueue()
  }
}

// Calls on the socket inside the optional, out of which it cannot be copied.
extension Socket {
  fileprivate borrowing func watch(
    on loop: EventLoop, _ action: @escaping EventLoop.Action
  ) throws(SystemError) -> EventLoop.Token {
    try loop.add(descriptor, for: .read, action)
  }

  fileprivate borrowing func modify(
    _ token: EventLoop.Token, on loop: EventLoop, for interest: Poller.Interest
  ) throws(SystemError) {
    try loop.modify(token, descriptor, for: interest)
  }

  fileprivate borrowing func unwatch(_ token: EventLoop.Token, on loop: EventLoop) {
    loop.remove(token, descriptor)
  }

  fileprivate borrowing func send(_ output: inout OutputQueue) throws(SystemError) -> Int {
    try output.send(to: self)
  }
}
