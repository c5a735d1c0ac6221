// How a supervised run hears of requests to stop it: by the kernel, or where that tells of none, by
// looking again and again.

internal import JobCore
internal import LinuxIO

/// A watch for requests in a run directory.
final class RequestWatch {
  /// nil if the kernel has no more of them for this user.
  private let watch: FileWatch?
  /// Between two looks, in milliseconds; nil: the kernel tells.
  private let pause: Int64?
  /// When to look again (boot clock); nil: when the kernel tells.
  private(set) var nextLook: Int64?

  /// - Parameter pause: looks are needed, at these intervals in milliseconds.
  init(pause: Int64?) {
    let watch = try? FileWatch()
    self.pause = pause ?? (watch == nil ? RunHost.longLookPause : nil)
    self.watch = consume watch
  }

  /// Watches a run directory, and for its end.
  func begin(_ path: String) throws(SystemError) {
    _ = try watch?.add(path: path, for: [.created, .movedIn])
    _ = try watch?.add(path: "\(path.parentPath ?? ".")/", for: [.removed])
  }

  func poll(by poller: borrowing Poller, token: UInt64) throws(SystemError) {
    switch watch {
    case .some(let watch): try poller.add(watch.descriptor, token: token)
    case .none: break
    }
  }

  /// Takes the hints that are there: requests are to be looked for.
  func takeHints() throws(SystemError) { _ = try watch?.hints() }

  /// Whether requests are to be looked for without a hint.
  var isDue: Bool { nextLook.map { $0 <= Clock.boot.milliseconds } ?? false }

  /// Sets when to look next.
  func rest() { nextLook = pause.map { Clock.boot.milliseconds + $0 } }
}
