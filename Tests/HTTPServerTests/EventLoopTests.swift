import HTTPServer
import LinuxIO
import Testing

@Suite("The loop")
struct EventLoopTests {
  @Test("what is removed is not called, not even for what has already been found")
  func removal() throws {
    let loop = try EventLoop()
    let one = try Descriptor.pipe()
    let other = try Descriptor.pipe()
    var tokens: [EventLoop.Token] = []
    var calls = 0
    // Each removes the other: only the one that comes first is called.
    let first = try loop.add(one.read) { _ in
      calls += 1
      if tokens.count == 2 { loop.remove(tokens[1], other.read) }
    }
    let second = try loop.add(other.read) { _ in
      calls += 1
      if tokens.count == 2 { loop.remove(tokens[0], one.read) }
    }
    tokens = [first, second]
    try one.write.write([1])
    try other.write.write([1])
    try loop.turn(timeout: 1000)
    #expect(calls == 1)
  }

  @Test("deadlines come once and in order, at their last setting")
  func deadlines() throws {
    let loop = try EventLoop()
    var order: [Int] = []
    let tokens = (0..<3).map { index in loop.add { _ in order.append(index) } }
    loop.setDeadline(tokens[0], at: loop.now + 30)
    loop.setDeadline(tokens[1], at: loop.now + 10)
    loop.setDeadline(tokens[2], at: loop.now + 5)
    loop.setDeadline(tokens[2], at: nil)
    let end = Clock.boot.milliseconds + 5000
    try loop.run(while: { order.count < 2 && Clock.boot.milliseconds < end })
    #expect(order == [1, 0])
    try loop.turn(timeout: 20)
    #expect(order == [1, 0])
  }

  @Test("what is postponed is called without anything else happening")
  func postponed() throws {
    let loop = try EventLoop()
    var order: [Int] = []
    loop.postpone {
      order.append(1)
      loop.postpone { order.append(2) }
    }
    try loop.turn()
    try loop.turn()
    #expect(order == [1, 2])
  }
}
