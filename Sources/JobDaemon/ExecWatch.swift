// Jobs that a `jobrun exec` has. The daemon starts nothing of them, and looks after what they leave
// when their process is gone: the kernel tells of that by the close of the owner's lock file.

internal import JobSpool
internal import LinuxIO

/// The watch for the ends of other processes that have jobs.
final class ExecWatch {
  /// Where hints come from.
  let watch: FileWatch
  private var watches: [Int32: String] = [:]
  private(set) var rechecks = Rechecks()

  init() throws(SystemError) { watch = try FileWatch(tellingEnds: true) }

  /// The jobs that are watched.
  var ids: some Sequence<String> { watches.values }

  /// Watches for the end of a job's process, if it is not gone already.
  func add(_ id: String, in spool: Spool) {
    if let number = try? watch.add(path: spool.ownerPath(id), for: .written) {
      watches[number] = id
    }
  }

  /// The process of a job is gone, or about to be: it is looked at soon, and again.
  func lookAgain(_ id: String) { rechecks.begin(id) }

  /// There is nothing more to look after.
  func forget(_ id: String) { rechecks.end(id) }

  /// Takes the hints that are there.
  func takeHints() throws(SystemError) {
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
  func takeDue() -> [String] { rechecks.takeDue() }
}
