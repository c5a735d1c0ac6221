// Jobs that a `jobrun exec` has, watched for the end of its process: nothing in the spool changes
// then, and only the close of the owner's lock file tells of it.

public import LinuxIO

/// The watch for the ends of processes that have jobs.
public final class OwnerWatch {
  /// Where hints come from.
  public let watch: FileWatch
  private var watches: [Int32: String] = [:]
  private var rechecks = Rechecks()

  /// Watches nothing yet.
  public init() throws(SystemError) { watch = try FileWatch(tellingEnds: true) }

  /// The jobs that are watched.
  public var ids: some Sequence<String> { watches.values }

  /// When there is something to look at, in milliseconds of the boot clock; nil: after a hint.
  public var next: Int64? { rechecks.next }

  /// Watches for the end of a job's process. Whoever calls this looks at the job afterwards.
  /// - Returns: false if it is gone already.
  @discardableResult
  public func add(_ id: String, in spool: Spool) -> Bool {
    guard let number = try? watch.add(path: spool.ownerPath(id), for: .written) else {
      return false
    }
    // Told already of one that is still letting go of its locks.
    if watches.updateValue(id, forKey: number) == nil { rechecks.begin(id) }
    return true
  }

  /// How long to wait at most for a hint, in milliseconds; nil: for ever.
  /// - Parameter deadline: not beyond this, on the boot clock.
  public func timeout(until deadline: Int64? = nil) -> Int32? {
    let end = [next, deadline].compactMap(\.self).min()
    return end.map { Int32(clamping: max(0, $0 - Clock.boot.milliseconds)) }
  }

  /// The process of a job is gone, or about to be: it is looked at soon, and again.
  public func lookAgain(_ id: String) { rechecks.begin(id) }

  /// There is nothing more to look after.
  public func forget(_ id: String) { rechecks.end(id) }

  /// Takes the hints that are there.
  public func takeHints() throws(SystemError) {
    for hint in try watch.hints() {
      switch hint {
      case .overflow: for id in watches.values { rechecks.begin(id) }
      case .ended(let number):
        if let id = watches.removeValue(forKey: number) { rechecks.begin(id) }
      case .changed(let number, _, _):
        if let id = watches[number] { rechecks.begin(id) }
      }
    }
  }

  /// Jobs whose time has come to be looked at.
  public func takeDue() -> [String] { rechecks.takeDue() }
}
