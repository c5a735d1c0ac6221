// Messages with descriptors between two ends.

import Glibc
import Testing

@testable import LinuxIO

@Suite struct MessageSocketTests {
  /// What a call fails with.
  private func failure(_ call: () throws(SystemError) -> Void) -> SystemError? {
    do throws(SystemError) {
      try call()
      return nil
    } catch {
      return error
    }
  }

  @Test func `a message comes whole, with copies of the descriptors`() throws {
    let pair = try MessageSocket.pair()
    let pipe = try Descriptor.pipe()
    try pair.one.send(Array("first".utf8), handing: [pipe.write.number, pipe.read.number])
    try pair.one.send(Array("second".utf8))
    let first = try pair.other.receive()
    #expect(first.map { String(decoding: $0.bytes, as: UTF8.self) } == "first")
    let numbers = try #require(first?.descriptors)
    #expect(numbers.count == 2 && !numbers.contains(pipe.write.number))
    for number in numbers { #expect(fcntl(number, F_GETFD) == FD_CLOEXEC) }
    try Descriptor(owning: numbers[0]).write(Array("through".utf8))
    #expect(try Descriptor(owning: numbers[1]).read(limit: 10) == Array("through".utf8))
    let second = try pair.other.receive()
    #expect(second?.bytes == Array("second".utf8) && second?.descriptors == [])
  }

  @Test func `an end that is closed is told, and an answer is waited for only so long`() throws {
    let pair = try MessageSocket.pair()
    let end = pair.one
    try end.setPatience(20)
    let late = failure { () throws(SystemError) in _ = try end.ask([1]) }
    #expect(late == SystemError("recvmsg", "", code: EAGAIN))
    let other = pair.other
    #expect(try other.receive()?.bytes == [1])
    _ = consume other
    let gone = failure { () throws(SystemError) in _ = try end.ask([2]) }
    #expect(gone?.isClosed == true)
    #expect(try end.receive() == nil)
  }

  @Test func `too much is refused, and what came with it is closed`() throws {
    let pair = try MessageSocket.pair()
    let pipe = try Descriptor.pipe()
    let long = [UInt8](repeating: 7, count: MessageSocket.limit + 1)
    try pair.one.send(long, handing: [pipe.write.number])
    let cut = failure { () throws(SystemError) in _ = try pair.other.receive() }
    #expect(cut == SystemError("recvmsg", "", code: EMSGSIZE))
    // The end of the pipe comes once nobody has its other end.
    let read = pipe.read
    let write = pipe.write
    _ = consume write
    #expect(try read.read(limit: 1) == [])
    let many = [Int32](repeating: 0, count: 254)
    let refused = failure { () throws(SystemError) in try pair.one.send([1], handing: many) }
    #expect(refused == SystemError("sendmsg", "", code: EINVAL))
    try pair.one.send([2], handing: Array(many.dropLast()))
    let message = try pair.other.receive()
    #expect(message?.bytes == [2] && message?.descriptors.count == 253)
    for number in message?.descriptors ?? [] { close(number) }
  }
}
