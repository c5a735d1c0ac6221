// The output of a run as the body of a response that goes on until the run has ended. Plain text has
// no comments to be sent while nothing is written: that the client has gone silently meanwhile is
// for the socket to find out.

internal import HTTPServer
internal import JobCore
internal import JobSpool
internal import LinuxIO

/// Follows one run for one client.
final class LogStream {
  /// Attempts without output that are gone through before others are served.
  private static let stepsPerPull = 16

  private let follow: LogFollow
  private let watch: SpoolWatch
  private weak var stream: BodyStream?
  private var places: [(place: LogFollow.Place, registration: SpoolWatch.Registration)] = []
  private var pending = PendingBytes()

  /// The body of a response.
  /// - Throws: if the kernel has no room for another watch.
  static func body(of follow: LogFollow, watch: SpoolWatch) throws(SystemError) -> BodyStream {
    let log = LogStream(follow, watch)
    let stream = BodyStream(isEndless: true) { limit in log.piece(limit) }
    stream.onClose = { log.leave() }
    log.stream = stream
    try log.attend()
    return stream
  }

  private init(_ follow: LogFollow, _ watch: SpoolWatch) {
    self.follow = follow
    self.watch = watch
  }

  deinit { leave() }

  private func piece(_ limit: Int) -> BodyStream.Piece {
    var steps = 0
    do {
      while pending.isEmpty {
        switch try follow.next(at: Instant(milliseconds: Clock.real.milliseconds)) {
        case .bytes(let bytes): pending.append(bytes)
        case .moved: try attend()
        case .waiting: return .pending
        case .ended: return .end
        }
        steps += 1
        if steps == LogStream.stepsPerPull, pending.isEmpty {
          watch.loop.postpone { [weak self] in self?.stream?.wake() }
          return .pending
        }
      }
    } catch {
      return .failed
    }
    return .bytes(pending.take(limit))
  }

  /// Watches where the next output comes from, and nothing else any more.
  private func attend() throws(SystemError) {
    for old in places where !follow.places.contains(old.place) {
      watch.unregister(old.registration)
    }
    places.removeAll { !follow.places.contains($0.place) }
    for place in follow.places where !places.contains(where: { $0.place == place }) {
      // Other jobs change in the same directories all the time.
      let registration = try watch.register(
        place.path, for: place.interest, name: place.name
      ) { [weak self] _ in self?.stream?.wake() }
      places.append((place, registration))
    }
  }

  private func leave() {
    for place in places { watch.unregister(place.registration) }
    places = []
  }
}
