// One client: bytes in, one request at a time to the handler, bytes out. What the client
// has not taken yet is bounded, because nothing new is parsed or pulled while the output is
// full. All waiting is the loop's; nothing here blocks.

internal import LinuxIO

final class Connection {
  /// Steps in one turn of the loop before others get theirs: a client that pipelines
  /// thousands of requests waits like everybody else.
  private static let stepsPerTurn = 16

  let peer: SocketAddress?
  private let peerUser: UInt32?
  /// Whether it is only kept to be told that the server is full.
  let isSurplus: Bool

  private unowned let server: Server
  private let loop: EventLoop
  private let wire: Wire
  private var parser: RequestParser
  private var state = State.reading
  private var exchanges: UInt64 = 0
  /// The client has finished sending.
  private var hasEnded = false
  private var isWorking = false
  /// Goes on in the next turn with what has come already.
  private var isPostponed = false
  private var begun: Int64
  private var timing: StageTiming

  init(_ socket: consuming Socket, server: Server, isSurplus: Bool) {
    peer = socket.peer
    peerUser = socket.peerUser
    self.server = server
    loop = server.loop
    begun = loop.now
    self.isSurplus = isSurplus
    wire = Wire(socket, loop: server.loop)
    parser = RequestParser(limits: server.limits.request)
    timing = StageTiming(limits: server.limits)
  }

  /// Begins to be served by the loop.
  func start() throws(SystemError) {
    try wire.start { [weak self] in self?.happened($0) }
    if isSurplus { refuse(Refusal(.unavailable, "there are too many connections")) }
    work()
  }

  private func happened(_ occurrence: EventLoop.Occurrence) {
    switch occurrence {
    case .deadline: deadlineCame()
    case .ready(let event):
      if event.isReadable || event.isHangUp {
        if wantsInput {
          receive()
        } else if event.isHangUp {
          // Nobody is left to take the answer.
          close()
        }
      }
      if event.isWritable { work() }
    }
  }

  private var wantsInput: Bool {
    // Not while requests are left from the last bytes: they would pile up.
    state.takesInput && !hasEnded && !isPostponed && !wire.output.isFull
  }

  /// Reads once; what is left makes the descriptor ready again in the next turn.
  private func receive() {
    let count: Int
    do throws(SystemError) {
      guard let received = try wire.receive(into: server.scratch) else { return }
      count = received
    } catch {
      return close()
    }
    if case .lingering(let bytes) = state {
      let dropped = bytes + count
      if count == 0 || dropped > server.limits.lingerBytes { return close() }
      state = .lingering(bytes: dropped)
      return
    }
    if count == 0 { hasEnded = true }
    work(UnsafeRawBufferPointer(rebasing: server.scratch[..<count]))
  }

  private func deadlineCame() {
    switch state {
    case .reading:
      if !wire.output.isEmpty { return close() }
      if let refusal = StageTiming.refusal(parser.stage) {
        refuse(refusal)
      } else {
        state = .finishing
      }
      work()
    case .answering(var exchange):
      exchange.note = "the handler took too long"
      state = .answering(exchange)
      answer(.text(.unavailable, "the answer took too long\n"))
    case .streaming, .finishing, .lingering: close()
    case .closed: break
    }
  }

  /// Ends as soon as what has begun is finished, or at once where that has no end.
  func stop() {
    if case .streaming(_, let body) = state, body.stream.isEndless { return close() }
    guard case .reading = state else { return }
    // Told in the middle of its own work, by a handler or the log: that is finished first.
    if isWorking { return loop.postpone { [weak self] in self?.stop() } }
    // A request may have come while the loop was looking elsewhere.
    if wantsInput { receive() }
    if case .reading = state, parser.stage == .idle {
      state = .finishing
      work()
    }
  }

  /// Does all that can be done without waiting, then tells the loop what to wait for.
  private func work(
    _ bytes: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
  ) {
    isWorking = true
    var bytes = bytes
    var steps = 0
    while true {
      let progress = step(bytes)
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      // What takes long is done once: the others should not wait for it twice.
      steps += state.isCostly ? Connection.stepsPerTurn : 1
      if progress == .more && steps < Connection.stepsPerTurn { continue }
      flush()
      if progress == .waiting || (progress == .full && !wire.output.isEmpty) { break }
      if steps >= Connection.stepsPerTurn {
        postpone()
        break
      }
    }
    isWorking = false
    settle()
  }

  private func postpone() {
    if isPostponed { return }
    isPostponed = true
    loop.postpone { [weak self] in
      guard let self else { return }
      isPostponed = false
      work()
    }
  }

  private func step(_ bytes: UnsafeRawBufferPointer) -> Progress {
    switch state {
    case .reading: return wire.output.isFull ? .full : parse(bytes)
    case .streaming(let exchange, let body):
      return wire.output.isFull ? .full : pump(exchange, body)
    case .answering, .finishing, .lingering, .closed: return .waiting
    }
  }

  private func parse(_ bytes: UnsafeRawBufferPointer) -> Progress {
    if parser.stage == .idle { begun = loop.now }
    switch parser.consume(bytes) {
    case .needMore:
      if let admission = server.admission, let head = parser.takeHead() {
        hand(head, to: admission, isWhole: false)
        return .more
      }
      if parser.takeExpectation() { wire.append(ResponseSerializer.continueLine) }
      guard hasEnded else { return .waiting }
      if parser.stage == .idle {
        state = .finishing
      } else {
        refuse(.bad("the request is cut short"))
      }
      return .waiting
    case .request(let request):
      hand(request, to: server.handler)
      return .more
    case .refusal(let refusal):
      refuse(refusal)
      return .waiting
    }
  }

  /// - Parameter isWhole: whether the body is there; if not, an answer ends the connection,
  ///   because what follows on it is that body.
  private func hand(
    _ request: Request, to handler: Server.Handler, isWhole: Bool = true
  ) {
    var request = request
    request.peer = peer
    request.peerUser = peerUser
    exchanges += 1
    var exchange = Exchange(request, number: exchanges, begun: begun, handed: loop.now)
    if !isWhole {
      exchange.isWhole = false
      exchange.keepAlive = false
    }
    state = .answering(exchange)
    handler(request, Responder(self, exchange: exchanges))
  }

  /// Goes on to the body of the request of a number, whose head has been looked at.
  func proceed(_ number: UInt64) {
    guard case .answering(let exchange) = state, exchange.number == number, !exchange.isWhole
    else { return }
    state = .reading
    if !isWorking { work() }
  }

  private func pump(_ exchange: Exchange, _ body: OutgoingBody) -> Progress {
    var exchange = exchange
    var body = body
    let piece = body.pull()
    // Whoever was asked for it may have let go of the server.
    guard case .streaming = state else { return .waiting }
    switch piece {
    case .bytes(let bytes, let count):
      wire.append(bytes)
      exchange.bodyBytes += count
      state = .streaming(exchange, body)
      return .more
    case .pending: return .waiting
    case .end(let bytes):
      wire.append(bytes)
      body.stream.close()
      finish(exchange)
      return .more
    case .failed:
      // What was made before it is the client's.
      flush()
      close()
      return .waiting
    }
  }

  private func flush() {
    do throws(SystemError) {
      if try wire.flush() { timing.sent(at: loop.now) }
    } catch {
      return close()
    }
    if case .finishing = state, wire.output.isEmpty { linger() }
  }

  private func linger() {
    wire.finishSending()
    if hasEnded { return close() }
    state = .lingering(bytes: 0)
  }

  /// Whether the exchange of a number still waits for its answer.
  func isAnswering(_ number: UInt64) -> Bool { state.isAnswering(number) }

  /// Notes who made the request of a number, while it waits for its answer.
  func identify(as user: String, exchange number: UInt64) {
    guard case .answering(var exchange) = state, exchange.number == number else { return }
    exchange.user = user
    state = .answering(exchange)
  }

  /// Notes what the request of a number is for, while it waits for its answer.
  func assign(to route: String, exchange number: UInt64) {
    guard case .answering(var exchange) = state, exchange.number == number else { return }
    exchange.route = route
    state = .answering(exchange)
  }

  /// Sends the answer to the request that a handler has.
  func answer(_ response: Response) {
    guard case .answering(let exchange) = state else { return }
    send(response, for: exchange)
    if !isWorking { work() }
  }

  private func send(_ response: Response, for exchange: Exchange) {
    let answer = Answer(
      response, to: exchange, endsConnection: server.isStopping, date: server.date())
    wire.append(answer.head)
    switch answer.body {
    case .bytes(let bytes):
      wire.append(bytes)
      finish(answer.exchange)
    case .stream(let body):
      body.stream.attach(to: self)
      state = .streaming(answer.exchange, body)
    }
  }

  private func refuse(_ refusal: Refusal) {
    exchanges += 1
    let exchange = Exchange(refusal, number: exchanges, begun: begun, handed: loop.now)
    send(server.refusalResponse(refusal), for: exchange)
  }

  private func finish(_ exchange: Exchange) {
    state = exchange.keepAlive ? .reading : .finishing
    timing.restart()
    begun = loop.now
    // Not the loop's time: this turn may have waited for a disk.
    server.log(exchange.record(peer: peer, at: Clock.boot.milliseconds, isComplete: true))
  }

  /// Goes on with a stream whose source has more.
  func resumeStream() {
    if case .streaming = state, !isWorking { work() }
  }

  /// Tells the loop what to wait for and until when.
  private func settle() {
    do throws(SystemError) {
      try wire.wait(forInput: wantsInput)
    } catch {
      return close()
    }
    timing.follow(state, parser.stage, isSending: !wire.output.isEmpty, at: loop.now)
    if let deadline = timing.takeChange() { wire.setDeadline(at: deadline.instant) }
  }

  /// Gives the connection up at once.
  func close() {
    // Whoever reads the log may let go of the server.
    let server = server
    switch state {
    case .closed: return
    case .answering(let exchange), .streaming(let exchange, _):
      server.log(exchange.record(peer: peer, at: Clock.boot.milliseconds, isComplete: false))
    case .reading, .finishing, .lingering: break
    }
    abandon()
    server.closed(self)
  }

  /// Lets go of everything without telling the server, which may be gone.
  func abandon() {
    let last = state
    state = .closed
    if case .streaming(_, let body) = last { body.stream.close() }
    wire.close()
  }
}
