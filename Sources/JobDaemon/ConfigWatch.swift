// Hints that config.json may be another one: it was renamed into place, made, removed, or written
// in its place. Lock files and the like, which are written all the time, tell nothing here.

internal import JobSpool
internal import LinuxIO

/// Watches the settings of one spool.
final class ConfigWatch {
  /// Where hints come from.
  let watch: FileWatch
  private let path: String
  private var file: Int32?

  init(spoolPath: String) throws(SystemError) {
    let watch = try FileWatch()
    _ = try watch.add(path: spoolPath, for: [.created, .movedIn, .removed])
    self.watch = watch
    path = "\(spoolPath)/\(Spool.configFile)"
    watchFile()
  }

  /// Takes the hints that are there.
  /// - Returns: whether the file is to be read again.
  func hasChanged() throws(SystemError) -> Bool {
    let hints = try watch.hints()
    let isConcerned = hints.contains { hint in
      switch hint {
      case .overflow: true
      case .ended: false
      case .changed(let watch, let name, _): watch == file || name == Spool.configFile
      }
    }
    // Before it is read: what is written from then on is told.
    if isConcerned { watchFile() }
    return isConcerned
  }

  /// A file that is not there, or not for reading, is none to watch: its name tells enough.
  private func watchFile() {
    let before = file
    file = try? watch.add(path: path, for: [.written])
    if let before, before != file { watch.remove(before) }
  }
}
