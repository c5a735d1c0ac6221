// One listening socket on the loop.

internal import LinuxIO

final class Listener {
  let socket: Socket
  private let loop: EventLoop
  private var token: EventLoop.Token?
  private(set) var isPaused = false

  init(_ socket: consuming Socket, loop: EventLoop) {
    self.socket = socket
    self.loop = loop
    // A stream may have nothing to send for hours.
    self.socket.noticeSilence()
  }

  /// Calls `accept` whenever a connection waits or a pause is over.
  func start(_ accept: @escaping (Listener) -> Void) throws(SystemError) {
    token = try loop.add(socket.descriptor) { [weak self] _ in
      guard let self else { return }
      resume()
      accept(self)
    }
  }

  /// Leaves connections in the kernel's queue for so many milliseconds or until `resume`.
  /// A listener that stayed ready without being accepted from would keep the loop spinning.
  func pause(for milliseconds: Int64?) {
    guard let token else { return }
    isPaused = true
    // Cannot fail for a descriptor that is watched; if it did, the loop would only be busy.
    try? loop.modify(token, socket.descriptor, for: [])
    loop.setDeadline(token, at: milliseconds.map { loop.now + $0 })
  }

  /// Takes connections again.
  func resume() {
    guard let token, isPaused else { return }
    isPaused = false
    try? loop.modify(token, socket.descriptor, for: .read)
    loop.setDeadline(token, at: nil)
  }

  /// Stops listening and removes the name that listening made.
  func stop() {
    guard let token else { return }
    loop.remove(token, socket.descriptor)
    self.token = nil
    socket.removeName()
  }
}
