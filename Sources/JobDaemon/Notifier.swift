// What the daemon tells the service manager that has started it, if one has: that it is ready, what
// it has to do, that it is alive. Its loop is woken for that as often as the watchdog asks, and
// once, a second after the last status, if there is another one: an idle daemon tells nothing.

internal import LinuxIO

/// The daemon's word to its service manager.
struct Notifier {
  /// From one status to the next, in milliseconds.
  private static let pause: Int64 = 1000

  private let socket: NotifySocket?
  /// The manager waits for READY: at the start, and after a reload was begun.
  private var owesReady = true
  private var hasBeenReady = false
  private var isStopping = false
  /// The status that was told last, and the one that is true.
  private var told = ""
  private var status = ""
  /// When another status may be told, and when the watchdog is fed next, on the boot clock.
  private var statusAt: Int64 = 0
  private var watchdogAt: Int64?

  init(_ socket: NotifySocket? = .take()) {
    self.socket = socket
    watchdogAt = socket?.watchdogInterval.map { Clock.boot.milliseconds + $0 }
  }

  /// When the loop has to turn for this, on the boot clock; nil: it does not.
  var wakeAt: Int64? {
    guard socket != nil else { return nil }
    return [watchdogAt, status == told || !hasBeenReady ? nil : statusAt].compactMap(\.self).min()
  }

  /// Everything has been looked at that was there at the start, or at a reload.
  mutating func ready(jobs: Int, running: Int) {
    guard socket != nil, owesReady, !isStopping else { return }
    owesReady = false
    hasBeenReady = true
    status = Notifier.status(jobs, running)
    send("READY=1\nSTATUS=\(status)", mustArrive: true)
    noteStatus()
  }

  /// Everything is looked through again, because HUP said so.
  mutating func reloading() {
    // Before it is ready, it is looking at everything anyway.
    guard hasBeenReady, !owesReady, !isStopping else { return }
    owesReady = true
    send("RELOADING=1\nMONOTONIC_USEC=\(Clock.awake.nanoseconds / 1000)", mustArrive: true)
  }

  /// The daemon is about to leave.
  mutating func stopping() {
    guard !isStopping else { return }
    isStopping = true
    send("STOPPING=1", mustArrive: true)
  }

  /// A turn of the loop has ended.
  mutating func turned(jobs: Int, running: Int) {
    guard socket != nil else { return }
    let now = Clock.boot.milliseconds
    if let due = watchdogAt, let interval = socket?.watchdogInterval, now >= due {
      send("WATCHDOG=1", mustArrive: false)
      watchdogAt = now + interval
    }
    guard hasBeenReady else { return }
    status = Notifier.status(jobs, running)
    if status != told, now >= statusAt {
      send("STATUS=\(status)", mustArrive: false)
      noteStatus()
    }
  }

  private mutating func noteStatus() {
    told = status
    statusAt = Clock.boot.milliseconds + Notifier.pause
  }

  private func send(_ text: String, mustArrive: Bool) {
    socket?.send(text, mustArrive: mustArrive)
  }

  private static func status(_ jobs: Int, _ running: Int) -> String {
    "\(jobs) live job\(jobs == 1 ? "" : "s"), \(running) running"
  }
}
