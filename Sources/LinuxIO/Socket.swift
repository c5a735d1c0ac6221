// Stream sockets: listening, accepted and connecting ones. All are close-on-exec and never
// raise SIGPIPE. Accepted ones never make the caller wait.

internal import CLinux
internal import Glibc

/// A stream socket that closes itself.
public struct Socket: ~Copyable {
  /// The descriptor to watch.
  public let descriptor: Descriptor
  /// Where the other end is, for an accepted socket.
  public let peer: SocketAddress?
  /// The user at the other end of an accepted unix socket (SO_PEERCRED).
  public private(set) var peerUser: UInt32?
  /// The name that listening gave to a unix socket in the file system.
  private var name: FileStatus?

  /// Takes over a socket that nobody else will close.
  public init(owning number: Int32) {
    self.init(Descriptor(owning: number), peer: nil)
  }

  private init(_ descriptor: consuming Descriptor, peer: SocketAddress?) {
    self.descriptor = descriptor
    self.peer = peer
  }

  private init(family: Int32) throws(SystemError) {
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    self.init(Descriptor(owning: try check("socket") { socket(family, kind, 0) }), peer: nil)
  }

  /// Starts listening. A unix socket is made with `permissions`, and takes the place of one
  /// that nobody listens on any more; one in use is EADDRINUSE.
  public static func listen(
    on address: SocketAddress, permissions: UInt32 = 0o600, backlog: Int32 = 1024
  ) throws(SystemError) -> Socket {
    var socket = try Socket(family: address.family)
    let number = socket.descriptor.number
    switch address {
    case .unix(let path):
      // Before bind, so that the name never exists with wider permissions.
      _ = try check("fchmod", path) { fchmod(number, permissions) }
      removeAbandoned(address, path)
    case .ipv4, .ipv6:
      try socket.set(SOL_SOCKET, SO_REUSEADDR)
      if case .ipv6 = address { try socket.set(Int32(IPPROTO_IPV6), IPV6_V6ONLY) }
    }
    try address.withRaw { raw, length throws(SystemError) in
      _ = try check("bind", address.description) { bind(number, raw, length) }
    }
    _ = try check("listen", address.description) { Glibc.listen(number, backlog) }
    try socket.descriptor.setNonBlocking()
    if case .unix(let path) = address {
      socket.name = status(of: path)
      // Again, because bind takes away what the umask has.
      _ = try check("chmod", path) { chmod(path, permissions) }
    }
    return socket
  }

  /// Removes the name of a unix socket whose listener is gone: connecting to it is refused.
  /// So is connecting to any other file, which is left alone.
  private static func removeAbandoned(_ address: SocketAddress, _ path: String) {
    var raw = stat()
    guard lstat(path, &raw) == 0, raw.st_mode & S_IFMT == S_IFSOCK else { return }
    do throws(SystemError) {
      _ = try connect(to: address)
    } catch {
      if error.code == ECONNREFUSED { unlink(path) }
    }
  }

  /// Removes the name that listening made for a unix socket, unless it is another's by now.
  /// A name that stays behind harms nobody: listening there again takes its place.
  public func removeName() {
    guard let name, let address = try? localAddress(), case .unix(let path) = address else {
      return
    }
    if Socket.status(of: path)?.isSameFile(as: name) == true { unlink(path) }
  }

  private static func status(of path: String) -> FileStatus? {
    var raw = stat()
    return lstat(path, &raw) == 0 ? FileStatus(raw) : nil
  }

  /// Connects, waiting until it is done.
  public static func connect(to address: SocketAddress) throws(SystemError) -> Socket {
    let socket = try Socket(family: address.family)
    let number = socket.descriptor.number
    try address.withRaw { raw, length throws(SystemError) in
      _ = try check("connect", address.description) { Glibc.connect(number, raw, length) }
    }
    return socket
  }

  /// Takes one connection from a listening socket; nil if none waits.
  ///
  /// A shortage of descriptors is thrown (`SystemError.isShortage`): the connection stays
  /// in the kernel's queue. One that broke while it waited is passed over.
  public func accept() throws(SystemError) -> Socket? {
    while true {
      var storage = sockaddr_storage()
      var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
      let number = clinux_accept(descriptor.number, &storage, &length)
      if number >= 0 {
        var accepted = Socket(
          Descriptor(owning: number), peer: SocketAddress(storage, length: length))
        accepted.sendAtOnce()
        if case .unix = accepted.peer {
          accepted.peerUser = UInt32(exactly: clinux_peer_user(number))
        }
        return accepted
      }
      switch errno {
      case EAGAIN: return nil
      // accept(2): errors of the new connection itself are to be treated like EAGAIN.
      case EINTR, ECONNABORTED, EPROTO, EPERM, ENETDOWN, ENETUNREACH, EHOSTUNREACH, EHOSTDOWN:
        continue
      default: throw SystemError("accept4", "")
      }
    }
  }

  /// Sends what fits without waiting and tells how many bytes that was.
  public func send(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int {
    try check("send") {
      Glibc.send(
        descriptor.number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    }
  }

  /// Receives what is there; 0 once the other end has finished sending.
  public func receive(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
    try check("recv") { recv(descriptor.number, buffer.baseAddress, buffer.count, 0) }
  }

  /// Tells the other end that nothing more will be sent; receiving goes on.
  public func finishSending() {
    shutdown(descriptor.number, Int32(SHUT_WR))
  }

  /// The address of this end: with the port that the kernel chose for port 0.
  public func localAddress() throws(SystemError) -> SocketAddress? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    _ = try check("getsockname") {
      clinux_local_address(descriptor.number, &storage, &length)
    }
    return SocketAddress(storage, length: length)
  }

  /// Whether this is a stream socket that accepts connections.
  public var isListening: Bool {
    option(SO_ACCEPTCONN) == 1 && option(SO_TYPE) == Int32(SOCK_STREAM.rawValue)
  }

  /// Makes the kernel ask a silent client whether it is still there, so that one that has vanished,
  /// or has closed its end while nothing is sent to it, is a hang-up after about two minutes. A
  /// listening socket hands this on to what it accepts; a unix socket needs none of it.
  public func noticeSilence() {
    try? set(SOL_SOCKET, SO_KEEPALIVE)
    try? set(Int32(IPPROTO_TCP), TCP_KEEPIDLE, Socket.silentSeconds)
    try? set(Int32(IPPROTO_TCP), TCP_KEEPINTVL, Socket.silentSeconds / 4)
    try? set(Int32(IPPROTO_TCP), TCP_KEEPCNT, 4)
    // The same for one that something was sent to: the kernel would try for a quarter of an hour.
    try? set(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, 2 * Socket.silentSeconds * 1000)
  }

  /// The kernel forgets a socket that was closed without a word after as many.
  private static let silentSeconds: Int32 = 60

  /// Small answers go out at once instead of waiting for the acknowledgement of earlier
  /// ones (TCP_NODELAY). A unix socket has no such option and no such delay.
  private func sendAtOnce() {
    switch peer {
    case .ipv4, .ipv6: try? set(Int32(IPPROTO_TCP), TCP_NODELAY)
    case .unix, nil: break
    }
  }

  private func set(
    _ level: Int32, _ option: Int32, _ value: Int32 = 1
  ) throws(SystemError) {
    let number = descriptor.number
    var value = value
    _ = try check("setsockopt") {
      setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
  }

  private func option(_ option: Int32) -> Int32? {
    var value: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    if getsockopt(descriptor.number, SOL_SOCKET, option, &value, &length) != 0 { return nil }
    return value
  }
}
