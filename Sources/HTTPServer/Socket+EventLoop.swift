// What a connection does with a socket that it may have given up already: calls on the
// socket inside an optional, which cannot be copied out of it.

internal import LinuxIO

extension Socket {
  borrowing func watch(
    on loop: EventLoop, _ action: @escaping EventLoop.Action
  ) throws(SystemError) -> EventLoop.Token {
    try loop.add(descriptor, for: .read, action)
  }

  borrowing func modify(
    _ token: EventLoop.Token, on loop: EventLoop, for interest: Poller.Interest
  ) throws(SystemError) {
    try loop.modify(token, descriptor, for: interest)
  }

  borrowing func unwatch(_ token: EventLoop.Token, on loop: EventLoop) {
    loop.remove(token, descriptor)
  }

  borrowing func send(_ output: inout OutputQueue) throws(SystemError) -> Int {
    try output.send(to: self)
  }
}
