// One client: bytes in, one request at a time to the handler, bytes out. What the client
// has not taken yet is bounded, because nothing new is parsed or pulled while the output is
// full. All waiting is the loop's; nothing here blocks.

internal import LinuxIO

final class Connection {
  private enum State {
    /// Requests are taken from the client.
    case reading
    /// A handler has the request.
    case answering(Exchange)
    /// The body of an answer is being pulled.
    case streaming(Exchange, OutgoingBody)
    /// Nothing more is read; what is in the output still goes out.
    case finishing
    /// All is sent and the client told so; what it still sends is dropped, because closing
    /// with unread bytes would make the kernel throw away the answer (RFC 9112 section 9.6).
    case lingering(bytes: Int)
    case closed
  }

  /// How a step ended.
  private enum Progress {
    case more
    /// The output has to drain first.
    case full
    /// Nothing to do before something happens.
    case waiting
  }

  /// Steps in one turn of the loop before others get theirs: a client that pipelines
  /// thousands of requests waits like everybody else.
  private static let stepsPerTurn = 16

  let peer: SocketAddress?
  /// Whether it is only kept to be told that the server is full.
  let isSurplus: Bool

  private unowned let server: Server
  private let loop: EventLoop
  private var socket: Socket?
  private var token: EventLoop.Token?
  private var parser: RequestParser
  private var output = OutputQueue()
  private var state = State.reading
  private var exchanges: UInt64 = 0
  /// The client has finished sending.
  private var hasEnded = false
  private var isWorking = false
  private var begun: Int64
  private var timing: StageTiming
  private var interest = Poller.Interest.read

  init(_ socket: consuming Socket, server: Server, isSurplus: Bool) {
    peer = socket.peer
    self.server = server
    loop = server.loop
    begun = loop.now
    self.isSurplus = isSurplus
    self.socket = consume socket
    parser = RequestParser(limits: server.limits.request)
    timing = StageTiming(limits: server.limits)
  }

  /// Begins to be served by the loop.
  func start() throws(SystemError) {
    token = try socket?.watch(on: loop) { [weak self] occurrence in
      self?.happened(occurrence)
    }
    if isSurplus {
      refuse(Refusal(.unavailable, "the server has too many connections"))
    }
    work(none)
  }

  // MARK: Events

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
      if event.isWritable { work(none) }
    }
  }

  private var wantsInput: Bool {
    switch state {
    case .reading: !hasEnded && !output.isFull
    case .lingering: true
    case .answering, .streaming, .finishing, .closed: false
    }
  }

  /// Reads once; what is left makes the descriptor ready again in the next turn.
  private func receive() {
    let count: Int
    do throws(SystemError) {
      count = try socket?.receive(into: server.scratch) ?? 0
    } catch {
      if !error.isWouldBlock { close() }
      return
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
      if !output.isEmpty { return close() }
      switch parser.stage {
      // Silently: an answer that nobody asked for would be taken for that of a request
      // already on its way.
      case .idle: state = .finishing
      case .head: refuse(Refusal(.requestTimeout, "the header fields took too long"))
      case .body: refuse(Refusal(.requestTimeout, "the body took too long"))
      }
      work(none)
    case .answering(var exchange):
      exchange.note = "the handler took too long"
      state = .answering(exchange)
      answer(.text(.unavailable, "the answer took too long\n"))
    case .streaming, .finishing, .lingering: close()
    case .closed: break
    }
  }

  /// Ends as soon as what has begun is finished.
  func stop() {
    guard case .reading = state else { return }
    // A request may have come while the loop was looking elsewhere.
    if wantsInput { receive() }
    if case .reading = state, parser.stage == .idle {
      state = .finishing
      work(none)
    }
  }

  // MARK: Work

  private var none: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }

  /// Does all that can be done without waiting, then tells the loop what to wait for.
  private func work(_ bytes: UnsafeRawBufferPointer) {
    isWorking = true
    var bytes = bytes
    var steps = 0
    while true {
      let progress = step(bytes)
      bytes = none
      steps += 1
      if progress == .more && steps < Connection.stepsPerTurn { continue }
      flush()
      if progress == .waiting || (progress == .full && !output.isEmpty) { break }
      if steps >= Connection.stepsPerTurn {
        loop.postpone { [weak self] in self?.work(self?.none ?? bytes) }
        break
      }
    }
    isWorking = false
    settle()
  }

  private func step(_ bytes: UnsafeRawBufferPointer) -> Progress {
    switch state {
    case .reading: return output.isFull ? .full : parse(bytes)
    case .streaming(let exchange, let body): return output.isFull ? .full : pump(exchange, body)
    case .answering, .finishing, .lingering, .closed: return .waiting
    }
  }

  private func parse(_ bytes: UnsafeRawBufferPointer) -> Progress {
    if parser.stage == .idle { begun = loop.now }
    switch parser.consume(bytes) {
    case .needMore:
      if parser.takeExpectation() { output.append(ResponseSerializer.continueLine) }
      if !hasEnded { return .waiting }
      if parser.stage == .idle {
        state = .finishing
      } else {
        refuse(.bad("the request is cut short"))
      }
      return .waiting
    case .request(var request):
      request.peer = peer
      exchanges += 1
      state = .answering(
        Exchange(request, number: exchanges, begun: begun, handed: loop.now))
      server.handler(request, Responder(self, exchange: exchanges))
      return .more
    case .refusal(let refusal):
      refuse(refusal)
      return .waiting
    }
  }

  private func pump(_ exchange: Exchange, _ body: OutgoingBody) -> Progress {
    var exchange = exchange
    var body = body
    switch body.pull() {
    case .bytes(let bytes, let count):
      output.append(bytes)
      exchange.bodyBytes += count
      state = .streaming(exchange, body)
      return .more
    case .pending: return .waiting
    case .end(let bytes):
      output.append(bytes)
      body.stream.close()
      finish(exchange)
      return .more
    case .failed:
      close()
      return .waiting
    }
  }

  private func flush() {
    do throws(SystemError) {
      if try socket?.send(&output) ?? 0 > 0 { timing.sent(at: loop.now) }
    } catch {
      return close()
    }
    if case .finishing = state, output.isEmpty { linger() }
  }

  private func linger() {
    socket?.finishSending()
    if hasEnded { return close() }
    state = .lingering(bytes: 0)
  }

  // MARK: Answers

  /// Whether the exchange of a number still waits for its answer.
  func isAnswering(_ number: UInt64) -> Bool {
    if case .answering(let exchange) = state { return exchange.number == number }
    return false
  }

  /// Sends the answer to the request that a handler has.
  func answer(_ response: Response) {
    guard case .answering(var exchange) = state else { return }
    var response = response
    if response.closesConnection || server.isStopping { exchange.keepAlive = false }
    let head: [UInt8]
    do throws(ResponseSerializer.Fault) {
      head = try self.head(response, &exchange)
    } catch {
      if case .stream(let stream) = response.body { stream.close() }
      exchange.note = "the answer had a header that must not be sent: \(error)"
      response = .text(.internalError, "the answer could not be sent\n")
      head = (try? self.head(response, &exchange)) ?? []
    }
    exchange.status = response.status
    let hasBody = exchange.method != .head && !response.status.forbidsBody
    output.append(head)
    switch response.body {
    case .bytes(let bytes):
      if hasBody {
        output.append(bytes)
        exchange.bodyBytes = bytes.count
      }
      finish(exchange)
    case .stream(let stream):
      if hasBody {
        stream.attach(to: self)
        let framing = ResponseSerializer.framing(of: response, version: exchange.version)
        state = .streaming(exchange, OutgoingBody(stream, framing: framing))
      } else {
        stream.close()
        finish(exchange)
      }
    }
    if !isWorking { work(none) }
  }

  private func head(
    _ response: Response, _ exchange: inout Exchange
  ) throws(ResponseSerializer.Fault) -> [UInt8] {
    let framing = ResponseSerializer.framing(of: response, version: exchange.version)
    if framing == .close { exchange.keepAlive = false }
    // Persistence is the default of HTTP/1.1 only (RFC 9112 section 9.3).
    let option: String? =
      exchange.keepAlive ? (exchange.version == .http10 ? "keep-alive" : nil) : "close"
    return try ResponseSerializer.head(
      response, framing: framing, connection: option, date: server.date())
  }

  private func refuse(_ refusal: Refusal) {
    exchanges += 1
    state = .answering(
      Exchange(refusal, number: exchanges, begun: begun, handed: loop.now))
    let wasWorking = isWorking
    isWorking = true
    answer(server.refusalResponse(refusal))
    isWorking = wasWorking
  }

  private func finish(_ exchange: Exchange) {
    server.log(exchange.record(peer: peer, at: loop.now, isComplete: true))
    state = exchange.keepAlive ? .reading : .finishing
    timing.restart()
  }

  /// Goes on with a stream whose source has more.
  func resumeStream() {
    if case .streaming = state, !isWorking { work(none) }
  }

  // MARK: Waiting and the end

  /// Tells the loop what to wait for and until when.
  private func settle() {
    guard let token else { return }
    var wanted: Poller.Interest = wantsInput ? .read : []
    if !output.isEmpty { wanted.insert(.write) }
    if wanted != interest {
      interest = wanted
      do throws(SystemError) {
        try socket?.modify(token, on: loop, for: wanted)
      } catch {
        return close()
      }
    }
    let now = loop.now
    switch state {
    case .reading: timing.reading(parser.stage, isSending: !output.isEmpty, at: now)
    case .answering(let exchange): timing.answering(since: exchange.handed)
    case .streaming, .finishing: timing.sending(isSending: !output.isEmpty, at: now)
    case .lingering: timing.lingering(at: now)
    case .closed: return
    }
    if let deadline = timing.takeChange() { loop.setDeadline(token, at: deadline.instant) }
  }

  /// Gives the connection up at once.
  func close() {
    switch state {
    case .closed: return
    case .answering(let exchange), .streaming(let exchange, _):
      server.log(exchange.record(peer: peer, at: loop.now, isComplete: false))
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
    if let token { socket?.unwatch(token, on: loop) }
    token = nil
    socket = nil
  }
}
