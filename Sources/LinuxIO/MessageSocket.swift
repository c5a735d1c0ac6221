// A connection to another process of this program by which descriptors can be handed over (unix(7),
// SCM_RIGHTS). Each message arrives whole or not at all.

internal import CLinux
internal import Glibc

/// One end of a connection for messages.
public struct MessageSocket: ~Copyable {
  /// Both ends of a connection.
  @frozen
  public struct Pair: ~Copyable {
    public let one: MessageSocket
    public let other: MessageSocket
  }

  /// A message that was received.
  public struct Message {
    public let bytes: [UInt8]
    /// Numbers of the descriptors that came with it: open, closed on exec, and for the receiver to
    /// close.
    public let descriptors: [Int32]
  }

  /// So many bytes a message has at most.
  public static let limit = 1024

  /// What the end is open as.
  public let descriptor: Descriptor

  /// Takes over an open end.
  public init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

  /// Both ends of a new connection.
  public static func pair() throws(SystemError) -> Pair {
    var ends: [Int32] = [0, 0]
    _ = try check("socketpair") { clinux_message_sockets(&ends) }
    return Pair(
      one: MessageSocket(Descriptor(owning: ends[0])),
      other: MessageSocket(Descriptor(owning: ends[1])))
  }

  /// Waits at most so long for a message, in milliseconds; `receive` throws EAGAIN then.
  public func setPatience(_ milliseconds: Int32) throws(SystemError) {
    _ = try check("setsockopt") { clinux_set_receive_timeout(descriptor.number, milliseconds) }
  }

  /// Sends a message, with copies of descriptors.
  public func send(_ bytes: [UInt8], handing descriptors: [Int32] = []) throws(SystemError) {
    _ = try check("sendmsg") {
      clinux_send_message(
        descriptor.number, bytes, bytes.count, descriptors, Int32(descriptors.count))
    }
  }

  /// Sends a message and waits for the answer; throws EPIPE if the other end is closed.
  public func ask(
    _ bytes: [UInt8], handing descriptors: [Int32] = []
  ) throws(SystemError) -> Message {
    try send(bytes, handing: descriptors)
    guard let answer = try receive() else { throw SystemError.closed("") }
    return answer
  }

  /// Waits for a message; nil once the other end is closed.
  public func receive() throws(SystemError) -> Message? {
    var bytes = [UInt8](repeating: 0, count: MessageSocket.limit)
    var numbers = [Int32](repeating: -1, count: Int(CLINUX_MOST_DESCRIPTORS))
    var count: Int32 = 0
    let size = try check("recvmsg") {
      clinux_receive_message(descriptor.number, &bytes, bytes.count, &numbers, &count)
    }
    if size == 0 { return nil }
    return Message(bytes: Array(bytes[..<size]), descriptors: Array(numbers[..<Int(count)]))
  }
}
