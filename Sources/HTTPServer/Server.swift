// An HTTP/1.1 server (RFC 9110, RFC 9112) on one loop. It knows nothing of what its
// handler does; it guarantees that the handler sees only complete, unambiguous requests,
// one at a time per connection, and that every limit holds.

public import LinuxIO

/// Listens, and hands every request to one handler.
public final class Server {
  /// Gets each request with the right to answer it, at once or later. Called on the loop,
  /// so it must not wait for anything.
  public typealias Handler = (Request, Responder) -> Void

  /// Bytes read from a client at once.
  private static let readSize = 65536
  /// Connections taken in one turn of the loop before the others get theirs.
  private static let acceptsPerTurn = 64

  /// The loop it lives on; its owner may have own descriptors there.
  public let loop: EventLoop
  /// Its bounds.
  public let limits: ServerLimits
  /// Gets the head of each request whose body has not come yet, to answer it at once or to let
  /// the body come (`Responder.proceed()`): bodies of those who may not send any are neither
  /// asked for nor kept. Nil: every body may come.
  public var admission: Handler?
  /// Called once for each request when it is over.
  public var accessLog: ((AccessRecord) -> Void)?
  /// Words the answer to a request that no handler gets to see.
  public var refusalResponse: (Refusal) -> Response = Response.refusing
  /// Whether it takes no new connections and ends those that it has.
  public private(set) var isStopping = false

  let handler: Handler
  /// What `recv` fills; shared, because its bytes are consumed before the next call.
  let scratch = UnsafeMutableRawBufferPointer.allocate(
    byteCount: Server.readSize, alignment: 16)

  private var listeners: [Listener] = []
  private var connections: [ObjectIdentifier: Connection] = [:]
  private var surplus = 0
  private var clients: [SocketAddress: Int] = [:]
  private var stopToken: EventLoop.Token?
  private var dateSecond: Int64 = -1
  private var dateText = ""

  /// Makes a server that does not listen yet.
  public init(
    loop: EventLoop, limits: ServerLimits = ServerLimits(), handler: @escaping Handler
  ) {
    self.loop = loop
    self.limits = limits
    self.handler = handler
  }

  /// Makes a server whose handler answers everything at once.
  public convenience init(
    loop: EventLoop, limits: ServerLimits = ServerLimits(),
    answering answer: @escaping (Request) -> Response
  ) {
    self.init(loop: loop, limits: limits) { request, responder in
      responder.answer(answer(request))
    }
  }

  deinit {
    for connection in connections.values { connection.abandon() }
    for listener in listeners { listener.stop() }
    scratch.deallocate()
  }

  /// Starts to listen. A unix socket is made with `permissions`.
  /// - Returns: the address, with the port that the kernel chose for port 0.
  @discardableResult
  public func listen(
    on address: SocketAddress, permissions: UInt32 = 0o600
  ) throws(SystemError) -> SocketAddress {
    let socket = try Socket.listen(on: address, permissions: permissions)
    let bound = try socket.localAddress() ?? address
    try start(Listener(socket, loop: loop))
    return bound
  }

  /// Starts to accept from a listening socket that somebody else opened
  /// (`InheritedSockets.take()`), and owns it from now on.
  /// - Returns: false if the descriptor is no listening stream socket; it is closed then.
  public func listen(adopting number: Int32) throws(SystemError) -> Bool {
    let socket = Socket(owning: number)
    guard socket.isListening else { return false }
    try socket.descriptor.setNonBlocking()
    try start(Listener(socket, loop: loop))
    return true
  }

  private func start(_ listener: Listener) throws(SystemError) {
    try listener.start { [weak self] in self?.accept(from: $0) }
    listeners.append(listener)
  }

  private func accept(from listener: Listener) {
    for _ in 0..<Server.acceptsPerTurn {
      if isFull && surplus >= limits.refusedConnections { return listener.pause(for: nil) }
      do throws(SystemError) {
        guard let socket = try listener.socket.accept() else { return }
        try admit(socket)
      } catch {
        // Out of descriptors or memory (EMFILE and its like): what waits stays in the
        // kernel's queue until a connection ends or the time is over.
        return listener.pause(for: limits.shortageTime)
      }
    }
  }

  private var isFull: Bool { connections.count - surplus >= limits.connections }

  private func admit(_ socket: consuming Socket) throws(SystemError) {
    let client = socket.peer?.client
    let isSurplus =
      isFull || client.map { clients[$0, default: 0] >= limits.connectionsPerAddress } ?? false
    // Closed without a word: those that get one would be its tool to keep others out.
    if isSurplus && surplus >= limits.refusedConnections { return }
    let connection = Connection(socket, server: self, isSurplus: isSurplus)
    connections[ObjectIdentifier(connection)] = connection
    if isSurplus { surplus += 1 } else if let client { clients[client, default: 0] += 1 }
    do throws(SystemError) {
      try connection.start()
    } catch {
      connection.close()
      throw error
    }
  }

  /// How many connections there are, those included that are being told to leave.
  public var connectionCount: Int { connections.count }

  func closed(_ connection: Connection) {
    guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
    if connection.isSurplus {
      surplus -= 1
    } else if let client = connection.peer?.client {
      let left = clients[client, default: 1] - 1
      clients[client] = left > 0 ? left : nil
    }
    for listener in listeners where listener.isPaused { listener.resume() }
    endIfStopped()
  }

  func log(_ record: AccessRecord) { accessLog?(record) }

  /// The Date field, worded once a second (RFC 9110 section 6.6.1).
  func date() -> String {
    let second = Clock.real.milliseconds / 1000
    if second != dateSecond {
      dateSecond = second
      dateText = HTTPDate.text(second)
    }
    return dateText
  }

  /// Whether nothing is left of it on the loop.
  public var isStopped: Bool { isStopping && connections.isEmpty }

  /// Stops listening, ends idle connections, and lets requests that have begun be answered.
  /// - Parameter grace: milliseconds after which what is left, endless streams above all,
  ///   is cut.
  public func stop(grace: Int64) {
    if isStopping { return }
    // Who is connected in the kernel's eyes has been promised an answer.
    for listener in listeners where !listener.isPaused { accept(from: listener) }
    isStopping = true
    for listener in listeners { listener.stop() }
    listeners = []
    for connection in Array(connections.values) { connection.stop() }
    if connections.isEmpty { return }
    let token = loop.add { [weak self] _ in self?.cut() }
    stopToken = token
    loop.setDeadline(token, at: loop.now + grace)
  }

  private func cut() {
    for connection in Array(connections.values) { connection.close() }
  }

  private func endIfStopped() {
    guard isStopped, let token = stopToken else { return }
    stopToken = nil
    loop.remove(token)
  }
}
