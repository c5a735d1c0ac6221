// Where a stream socket listens or connects from: numeric addresses and unix paths only,
// because name look-ups do not work in a statically linked program and block the loop.

internal import CLinux
internal import Glibc

/// One end of a stream connection.
public enum SocketAddress: Hashable, Sendable, CustomStringConvertible {
  /// An IPv4 address in host byte order: 0x7F000001 is 127.0.0.1.
  case ipv4(address: UInt32, port: UInt16)
  /// An IPv6 address, 16 bytes in network order.
  case ipv6(address: [UInt8], port: UInt16)
  /// A path in the file system; empty for the unnamed end of a connection (unix(7)).
  case unix(path: String)

  /// Reads a numeric address: "127.0.0.1", "::1"; nil for anything else, names included.
  public init?(host: String, port: UInt16) {
    var four = in_addr()
    if inet_pton(AF_INET, host, &four) == 1 {
      self = .ipv4(address: UInt32(bigEndian: four.s_addr), port: port)
      return
    }
    var six = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET6, host, &six) == 1 {
      self = .ipv6(address: six, port: port)
      return
    }
    return nil
  }

  init?(_ storage: sockaddr_storage, length: socklen_t) {
    let family = Int32(storage.ss_family)
    let result: SocketAddress? = withUnsafeBytes(of: storage) { raw in
      switch family {
      case AF_INET:
        let address = raw.loadUnaligned(as: sockaddr_in.self)
        return .ipv4(
          address: UInt32(bigEndian: address.sin_addr.s_addr),
          port: UInt16(bigEndian: address.sin_port))
      case AF_INET6:
        let address = raw.loadUnaligned(as: sockaddr_in6.self)
        let bytes = withUnsafeBytes(of: address.sin6_addr) { Array($0) }
        return .ipv6(address: bytes, port: UInt16(bigEndian: address.sin6_port))
      case AF_UNIX:
        let path = raw[SocketAddress.pathOffset..<max(SocketAddress.pathOffset, Int(length))]
        return .unix(path: String(decoding: path.prefix { $0 != 0 }, as: UTF8.self))
      default:
        return nil
      }
    }
    guard let result else { return nil }
    self = result
  }

  /// The address family (socket(2)).
  var family: Int32 {
    switch self {
    case .ipv4: AF_INET
    case .ipv6: AF_INET6
    case .unix: AF_UNIX
    }
  }

  /// Whether only this machine can be at the other end.
  public var isLocal: Bool {
    switch self {
    case .ipv4(let address, _): address >> 24 == 127
    case .ipv6(let address, _):
      SocketAddress.mapped(address).map { $0 >> 24 == 127 }
        ?? address.elementsEqual([UInt8](repeating: 0, count: 15) + [1])
    case .unix: true
    }
  }

  /// What stands for one client when connections are counted: the address without its
  /// port, of IPv6 only the /64 network, since one host has all of that. Nil for unix
  /// sockets, whose clients have no addresses.
  public var client: SocketAddress? {
    switch self {
    case .ipv4(let address, _): return .ipv4(address: address, port: 0)
    case .ipv6(let address, _):
      if let four = SocketAddress.mapped(address) { return .ipv4(address: four, port: 0) }
      return .ipv6(address: address.prefix(8) + [UInt8](repeating: 0, count: 8), port: 0)
    case .unix: return nil
    }
  }

  /// The host without the port as text; the path of a unix socket.
  public var host: String {
    switch self {
    case .ipv4(let address, _):
      return [24, 16, 8, 0].map { String(address >> UInt32($0) & 255) }.joined(separator: ".")
    case .ipv6(let address, _):
      var text = [CChar](repeating: 0, count: 64)
      guard inet_ntop(AF_INET6, address, &text, socklen_t(text.count)) != nil else { return "" }
      return String(
        decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    case .unix(let path): return path
    }
  }

  /// "127.0.0.1:8080", "[::1]:8080", "unix:/run/jobrun.sock".
  public var description: String {
    switch self {
    case .ipv4(_, let port): "\(host):\(port)"
    case .ipv6(_, let port): "[\(host)]:\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }

  /// Lends the address in the kernel's form. A unix path that is too long is ENAMETOOLONG.
  func withRaw<Result>(
    _ body: (UnsafePointer<sockaddr>, socklen_t) throws(SystemError) -> Result
  ) throws(SystemError) -> Result {
    var storage = sockaddr_storage()
    let length = try fill(&storage)
    return try withUnsafePointer(to: &storage) { pointer throws(SystemError) in
      try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw throws(SystemError) in
        try body(raw, length)
      }
    }
  }

  private func fill(_ storage: inout sockaddr_storage) throws(SystemError) -> socklen_t {
    switch self {
    case .ipv4(let address, let port):
      var raw = sockaddr_in()
      raw.sin_family = sa_family_t(AF_INET)
      raw.sin_port = port.bigEndian
      raw.sin_addr.s_addr = address.bigEndian
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: raw, as: sockaddr_in.self) }
      return socklen_t(MemoryLayout<sockaddr_in>.size)
    case .ipv6(let address, let port):
      var raw = sockaddr_in6()
      raw.sin6_family = sa_family_t(AF_INET6)
      raw.sin6_port = port.bigEndian
      withUnsafeMutableBytes(of: &raw.sin6_addr) { $0.copyBytes(from: address.prefix(16)) }
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: raw, as: sockaddr_in6.self) }
      return socklen_t(MemoryLayout<sockaddr_in6>.size)
    case .unix(let path):
      let bytes = Array(path.utf8)
      let room = MemoryLayout<sockaddr_un>.size - SocketAddress.pathOffset
      if bytes.count >= room { throw SystemError("bind", path, code: ENAMETOOLONG) }
      storage.ss_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &storage) { raw in
        UnsafeMutableRawBufferPointer(rebasing: raw[SocketAddress.pathOffset...])
          .copyBytes(from: bytes)
      }
      return socklen_t(SocketAddress.pathOffset + bytes.count + 1)
    }
  }

  private static var pathOffset: Int { MemoryLayout<sa_family_t>.size }

  /// The IPv4 address inside an IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2).
  private static func mapped(_ address: [UInt8]) -> UInt32? {
    guard address.count == 16, address.prefix(10).allSatisfy({ $0 == 0 }), address[10] == 255,
      address[11] == 255
    else { return nil }
    return address.suffix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }
}
