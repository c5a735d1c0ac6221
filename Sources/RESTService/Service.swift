// The loop of `jobrun serve`: a server on its sockets, until told to stop.

internal import HTTPServer
public import JobSpool
public import LinuxIO

/// A running service on one spool.
public final class Service {
  /// What a service is started with.
  public struct Settings {
    /// Where to listen.
    public var addresses: [SocketAddress] = []
    /// Listening sockets that somebody else has opened, by number; others are closed.
    public var inherited: [Int32] = []
    /// Who may come in besides the owner; nil: nobody.
    public var users: UsersPlace?
    /// What links begin with; nil: the host that a client has asked for.
    public var publicURL: String?
    /// Of the program, for those who ask the service for it.
    public var version = ""
    /// The only agent that plans and events may be meant for; nil: any.
    public var agentName: String?
    /// How lines of the access log look.
    public var log = AccessLog.Style.text
    /// The file that the log goes to instead of standard error; HUP opens it anew.
    public var logFile: LogFile?
    /// Who is told how the service fares; nil: nobody.
    public var manager: NotifySocket?
    /// jobrun's own binary, for the helper that checks passwords.
    public var program = "/proc/self/exe"
    /// Bounds of the server.
    var limits: ServerLimits = {
      var limits = ServerLimits()
      limits.request.bodyBytes = 16 << 20
      // A rerun is a POST without a body, and many clients send no length with it.
      limits.request.methodsWithLength.remove(.post)
      // Idle ones cost 3 KiB each; as far as the limit of open files goes.
      limits.connections = 12_000
      return limits
    }()

    /// Nowhere to listen, and nobody to come in.
    public init() {}
  }

  /// What is in flight may take so long after the signal to stop, in milliseconds.
  private static let stopTime: Int64 = 10_000
  /// How long a request waits for somebody else's lock, in milliseconds.
  private static let lockPatience: Int64 = 300
  /// What a client is told that came when too many passwords were being checked, in seconds.
  private static let retryTime = 5

  /// Where it listens, with the ports that the kernel chose.
  public private(set) var addresses: [SocketAddress] = []

  let loop: EventLoop
  private let server: Server
  private let log: AccessLog
  private let checks: PasswordChecks
  private let signals: SignalQueue
  private let manager: NotifySocket?
  private var watchdog: EventLoop.Token?

  /// Listens.
  /// - Parameter complain: told what people should know while the service runs.
  /// - Throws: `SystemError` if an address cannot be bound, `UsersPlace.Fault` if the users
  ///   cannot be read.
  public init(
    spool: Spool, _ settings: Settings, complain: @escaping (String) -> Void
  ) throws {
    _ = CurrentProcess.raiseDescriptorLimit()
    loop = try EventLoop()
    // One loop serves all clients: who waits for a lock is told to come again.
    spool.lockPatience = Service.lockPatience
    let handler = RequestHandler(
      spool: spool, watch: SpoolWatch(loop: loop),
      .init(
        version: settings.version, publicURL: settings.publicURL, agentName: settings.agentName,
        complain: complain))
    manager = settings.manager
    checks = PasswordChecks(loop: loop, program: settings.program)
    let gate = try Gate(
      loop: loop, users: settings.users.map { try Users($0, complain: complain) },
      checking: checks.check)
    server = Server(loop: loop, limits: settings.limits) { request, responder in
      Service.admit(request, responder, gate, handler) { match, caller in
        responder.answer(handler.answer(request, match, caller))
      }
    }
    server.admission = { request, responder in
      Service.admit(request, responder, gate, handler) { match, caller in
        if let objection = handler.objection(to: match, caller) {
          responder.answer(objection)
        } else {
          responder.proceed()
        }
      }
    }
    server.refusalResponse = { ErrorShape.problem.response(RequestFailure($0)) }
    log = AccessLog(style: settings.log, loop: loop)
    server.accessLog = { [log] record in
      handler.counts.add(record)
      log.note(record)
    }
    signals = try SignalQueue([.terminate, .interrupt, .hangUp])
    for address in settings.addresses { addresses.append(try server.listen(on: address)) }
    for number in settings.inherited {
      let address = InheritedSockets.address(of: number)
      if try server.listen(adopting: number), let address { addresses.append(address) }
    }
    _ = try loop.add(signals.descriptor) { [weak self] _ in
      self?.takeSignals(settings.logFile, complain)
    }
  }

  /// Finds out who makes a request, and answers those who must not.
  private static func admit(
    _ request: Request, _ responder: Responder, _ gate: Gate, _ handler: RequestHandler,
    then body: @escaping (Router<Endpoint>.Match, Caller) -> Void
  ) {
    let match = handler.match(request)
    if case .found(let endpoint, _) = match { responder.assign(to: endpoint.path) }
    if let failure = CrossSite.objection(to: request, publicURL: handler.settings.publicURL) {
      responder.answer(handler.refusal(failure, of: match))
      return
    }
    gate.identify(request) { entry in
      // Whoever has left needs no job started.
      guard responder.isWaiting else { return }
      switch entry {
      case .caller(let caller):
        if let name = caller.name { responder.identify(as: name) }
        body(match, caller)
      case .wrong, .slowedDown, .busy:
        responder.answer(refusal(entry, of: match, handler))
      }
    }
  }

  private static func refusal(
    _ entry: Gate.Entry, of match: Router<Endpoint>.Match, _ handler: RequestHandler
  ) -> Response {
    let failure: RequestFailure
    var seconds: Int?
    switch entry {
    case .caller, .wrong:
      failure = RequestFailure(.unauthorized, "the name or the password is wrong")
    case .slowedDown(let time):
      failure = RequestFailure(
        .tooManyRequests, "there were too many wrong passwords from this address")
      seconds = Int((time + 999) / 1000)
    case .busy:
      failure = RequestFailure(.unavailable, "too many passwords are being checked; try again")
      seconds = retryTime
    }
    var response = handler.refusal(failure, of: match)
    response.headers["Retry-After"] = seconds.map(String.init)
    return response
  }

  /// Serves until TERM or INT, then answers what is in flight and leaves.
  public func run() throws(SystemError) {
    // A path may hold anything, and a line's end would begin another assignment.
    let places = addresses.map { $0.description.replacing("\n", with: "?") }
    manager?.send(
      "READY=1\nSTATUS=listening on \(places.joined(separator: ", "))", mustArrive: true)
    watchdog = loop.add { [weak self] _ in self?.feedWatchdog() }
    feedWatchdog()
    try loop.run { !server.isStopped }
    log.flush()
  }

  /// Tells the manager that the loop turns, and sees to it that it is told again.
  private func feedWatchdog() {
    guard let manager, let interval = manager.watchdogInterval, let watchdog else { return }
    manager.send("WATCHDOG=1", mustArrive: false)
    loop.setDeadline(watchdog, at: loop.now + interval)
  }

  /// The processes that check passwords.
  var helpers: [Int32] { checks.processes }

  /// Takes what would go to the access log.
  var accessLog: ((AccessRecord) -> Void)? {
    get { server.accessLog }
    set { server.accessLog = newValue }
  }

  /// HUP begins a new log, if there is one, and the others stop the service.
  private func takeSignals(_ logFile: LogFile?, _ complain: (String) -> Void) {
    let signals = (try? signals.pending()) ?? []
    if signals.contains(.hangUp), let logFile {
      log.flush()
      do throws(SystemError) {
        try logFile.reopen()
      } catch {
        complain("the log goes on in the old file: \(error)")
      }
    }
    if signals.contains(where: { $0 != .hangUp }) { stop() }
  }

  /// Stops as TERM does.
  func stop() {
    if !server.isStopping { manager?.send("STOPPING=1", mustArrive: true) }
    server.stop(grace: Service.stopTime)
  }
}
