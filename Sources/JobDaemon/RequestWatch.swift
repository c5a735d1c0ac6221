// How a supervised run hears of requests to stop it: at a first look, shortly after its start, and
// from then on by the kernel, or where that tells of none, by looking again and again.

internal import JobCore
internal import LinuxIO

/// A watch for requests in a run directory.
final class RequestWatch {
  /// When the first look is, in milliseconds after the start. A run that is over by then needs no
  /// watch of the kernel, whose end waits for all processors.
  private static let firstLook: Int64 = 50

  /// nil before the first look, or if the kernel has no more of them for this user.
  private var watch: FileWatch?
  private var isArmed = false
  /// The kernel does not tell what comes to the directory.
  private var isDeaf = true
  /// Between two looks, in milliseconds; nil: the kernel tells.
  private let pause: Int64?
  /// When to look next (boot clock); nil: when the kernel tells.
  private(set) var nextLook: Int64?

  /// - Parameter pause: looks are needed, at these intervals in milliseconds.
  init(pause: Int64?) { self.pause = pause }

  /// The command has been let go.
  func begin() { nextLook = Clock.boot.milliseconds + RequestWatch.firstLook }

  /// Whether requests are to be looked for without a hint.
  var isDue: Bool { nextLook.map { $0 <= Clock.boot.milliseconds } ?? false }

  /// Sets when to look next. The first time the watch is armed: to be called before requests are
  /// read, so that each is either read then or told by the kernel.
  func prepareLook(_ path: String, by poller: borrowing Poller, token: UInt64) {
    if isArmed { return rest() }
    isArmed = true
    if let watch = try? FileWatch(),
      (try? poller.add(watch.descriptor, token: token)) != nil
    {
      self.watch = consume watch
    }
    follow(path)
  }

  /// Watches a run directory, and for its end. What cannot be watched is looked at again.
  func follow(_ path: String) {
    do throws(SystemError) {
      _ = try watch?.add(path: path, for: [.created, .movedIn])
      _ = try watch?.add(path: "\(path.parentPath ?? ".")/", for: [.removed])
      isDeaf = watch == nil
    } catch {
      isDeaf = true
    }
    rest()
  }

  private func rest() {
    let pause = pause ?? (isDeaf ? RunHost.longLookPause : nil)
    nextLook = pause.map { Clock.boot.milliseconds + $0 }
  }

  /// Takes the hints that are there: requests are to be looked for.
  func takeHints() throws(SystemError) { _ = try watch?.hints() }
}
