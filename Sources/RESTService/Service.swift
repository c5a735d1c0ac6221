// The loop of `jobrun serve`: a server on one socket, until told to stop.

internal import HTTPServer
public import JobSpool
public import LinuxIO

/// A running service on one spool.
public final class Service {
  /// What is in flight may take so long after the signal to stop, in milliseconds.
  private static let stopTime: Int64 = 10_000

  private let loop: EventLoop
  private let server: Server
  private let signals: SignalQueue

  /// Listens on a unix socket, readable by its owner alone.
  /// - Parameter publicURL: what links begin with; nil: the host that a client has asked for.
  /// - Throws: if the path cannot be bound.
  public init(
    spool: Spool, socket path: String, publicURL: String? = nil
  ) throws(SystemError) {
    loop = try EventLoop()
    let contracts = ContractService(spool: spool, publicURL: publicURL)
    var limits = ServerLimits()
    // A rerun is a POST without a body, and many clients send no length with it.
    limits.request.methodsWithLength.remove(.post)
    // Nobody but the owner can open the socket.
    server = Server(loop: loop, limits: limits) { request, responder in
      responder.answer(contracts.answer(request, .owner))
    }
    signals = try SignalQueue([.terminate, .interrupt])
    try server.listen(on: .unix(path: path))
    _ = try loop.add(signals.descriptor) { [weak self] _ in self?.stop() }
  }

  /// Serves until TERM or INT, then answers what is in flight and leaves.
  public func run() throws(SystemError) {
    try loop.run { !server.isStopped }
  }

  private func stop() {
    _ = try? signals.pending()
    server.stop(grace: Service.stopTime)
  }
}
