// The history as server-sent events (HTML, section 9.2), for clients that stay: each line with the
// mark from which the client goes on after it was cut off. In silence a comment is sent now and then,
// so that a client that went away without a word is noticed, and proxies keep the connection.

internal import HTTPServer
internal import JobCore
internal import JobSpool
internal import LinuxIO

/// Follows the history for one client.
final class EventStream {
  /// The fields of the response that this is the body of. What proxies would keep back to fill a
  /// buffer comes too late.
  static let headers: HeaderFields = [
    "Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no",
  ]
  /// A comment comes after so many milliseconds without anything else.
  static let silence: Int64 = 15_000
  /// A client that was cut off comes again after so many milliseconds.
  private static let retryTime = 2000
  /// Lines of history that are looked at before others are served.
  private static let linesPerPull = 256

  private let history: EventHistory
  private let job: String?
  private let watch: SpoolWatch
  private let silence: Int64
  private let complain: (String) -> Void
  private weak var stream: BodyStream?
  private var registration: SpoolWatch.Registration?
  private var alarm: EventLoop.Token?
  private var pending = PendingBytes()
  private var hasBegun = false
  /// Nothing was sent for long.
  private var isSilent = false
  /// Goes on in the next turn of the loop.
  private var isPostponed = false
  /// The last mark that the client was told.
  private var told: EventMark?

  /// The body of a response.
  /// - Parameters:
  ///   - history: followed from where the client wants to begin.
  ///   - job: only what was decided about the job of this id.
  ///   - silence: milliseconds without anything until a comment is sent.
  ///   - complain: told of damage in the history, which is passed over.
  /// - Throws: if the kernel has no room for another watch.
  static func body(
    of history: EventHistory, job: String? = nil, watch: SpoolWatch,
    silence: Int64 = EventStream.silence, complain: @escaping (String) -> Void
  ) throws(SystemError) -> BodyStream {
    let events = EventStream(history, job, watch, silence, complain)
    let stream = BodyStream(isEndless: true) { limit in events.piece(limit) }
    stream.onClose = { events.leave() }
    events.stream = stream
    try events.attend()
    return stream
  }

  private init(
    _ history: EventHistory, _ job: String?, _ watch: SpoolWatch, _ silence: Int64,
    _ complain: @escaping (String) -> Void
  ) {
    self.history = history
    self.job = job
    self.watch = watch
    self.silence = silence
    self.complain = complain
  }

  deinit { leave() }

  private func attend() throws(SystemError) {
    registration = try watch.register(
      history.path, for: [.created, .movedIn, .modified]
    ) { [weak self] name in
      guard let self else { return }
      if let name { history.look(at: name) } else { try? history.look() }
      stream?.wake()
    }
    alarm = watch.loop.add { [weak self] _ in
      self?.isSilent = true
      self?.stream?.wake()
    }
  }

  private func leave() {
    if let registration { watch.unregister(registration) }
    if let alarm { watch.loop.remove(alarm) }
    registration = nil
    alarm = nil
  }

  private func piece(_ limit: Int) -> BodyStream.Piece {
    if !hasBegun { begin() }
    if pending.isEmpty { readOn(limit) }
    if pending.isEmpty, isSilent { breakSilence() }
    if pending.isEmpty {
      if !history.isAtEnd { postpone() }
      return .pending
    }
    isSilent = false
    if let alarm { watch.loop.setDeadline(alarm, at: watch.loop.now + silence) }
    return .bytes(pending.take(limit))
  }

  private func begin() {
    hasBegun = true
    pending.append("retry: \(EventStream.retryTime)\n\n".utf8)
    tellMark()
    // What came between the opening of the history and the watch has left no hint.
    try? history.look()
  }

  /// Reads until there is enough for one piece, or others have to be served.
  private func readOn(_ limit: Int) {
    for _ in 0..<EventStream.linesPerPull where pending.count < limit && !history.isAtEnd {
      switch history.next(reading: 1) {
      case .entry(let entry, let line):
        if job == nil || job == entry.id { append(line) }
      case .damage(let path, let line, let reason):
        let place = line.map { "line \($0): " } ?? ""
        complain("\(path): \(place)\(reason); what cannot be read in this file is passed over")
      case nil: continue
      }
    }
  }

  private func append(_ line: [UInt8]) {
    told = history.mark
    if let told { pending.append("id: \(told)\n".utf8) }
    pending.append("data: ".utf8)
    // JSON may have it between its tokens, and here it would end the line.
    pending.append(line.lazy.map { $0 == UInt8(ascii: "\r") ? UInt8(ascii: " ") : $0 })
    pending.append("\n\n".utf8)
  }

  private func breakSilence() {
    pending.append(": \n\n".utf8)
    // Lines about other jobs need not be looked at again.
    tellMark()
  }

  /// Tells the place alone, if it is another one than that told before. An event without data is
  /// none, and its id counts.
  private func tellMark() {
    guard let mark = history.mark, mark != told else { return }
    told = mark
    pending.append("id: \(mark)\n\n".utf8)
  }

  private func postpone() {
    if isPostponed { return }
    isPostponed = true
    watch.loop.postpone { [weak self] in
      self?.isPostponed = false
      self?.stream?.wake()
    }
  }
}
