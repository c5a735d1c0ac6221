// The durable steps: the only code that gives names to files of jobs. A file is complete
// and synced before it gets its name, and the directory is synced before anybody acts on
// it. Many at once share: write all, start write-back on all, sync each, name all, sync
// the directory once.

internal import LinuxIO

/// Files written in tmp/ that have no name of their own yet.
///
/// Descriptors of a batch stay open until it is synced, so batches are bounded.
final class Staging {
  /// At most so many files at once: half of the smallest usual limit of open files.
  static let limit = 400

  private final class File {
    let name: String
    let descriptor: Descriptor
    init(name: String, descriptor: consuming Descriptor) {
      self.name = name
      self.descriptor = descriptor
    }
  }

  private let spool: Spool
  private var files: [Int: File] = [:]
  private var synced: [Int: String] = [:]

  init(_ spool: Spool) { self.spool = spool }

  // What was not named is of no use to anybody.
  deinit {
    for file in files.values { _ = try? spool.tmp.remove(file.name) }
    for name in synced.values { _ = try? spool.tmp.remove(name) }
  }

  /// Writes a file in tmp/ under a key of the caller's.
  func write(_ bytes: [UInt8], as key: Int) throws(SystemError) {
    let name = spool.temporaryName()
    let file = File(name: name, descriptor: try spool.tmp.open(name, .createNew))
    files[key] = file
    do {
      try file.descriptor.write(bytes, at: 0)
    } catch {
      files[key] = nil
      _ = try? spool.tmp.remove(name)
      throw SystemError(error.call, spool.tmp.path(of: name), code: error.code)
    }
    file.descriptor.startWriteBack()
  }

  /// Makes every written file durable; calls `failed` for each that is not. A file whose
  /// sync failed is given up: syncing again could report success for lost bytes.
  func sync(failed: (Int, SystemError) -> Void) {
    for (key, file) in files.sorted(by: { $0.key < $1.key }) {
      do throws(SystemError) {
        try file.descriptor.syncData()
        synced[key] = file.name
      } catch {
        _ = try? spool.tmp.remove(file.name)
        failed(key, SystemError(error.call, spool.tmp.path(of: file.name), code: error.code))
      }
    }
    files = [:]
  }

  /// Publishes under a new name; an existing name is EEXIST. The directory is not synced.
  func publish(_ key: Int, as name: String, in directory: borrowing Directory) throws(SystemError) {
    guard let temporary = synced[key] else { return }
    try spool.tmp.link(temporary, to: name, in: directory)
    synced[key] = nil
    // A leftover is cleaned up by the daemon; the job counts as published all the same.
    _ = try? spool.tmp.remove(temporary)
  }

  /// Replaces what has the name. The directory is not synced.
  func replace(_ key: Int, as name: String, in directory: borrowing Directory) throws(SystemError) {
    guard let temporary = synced[key] else { return }
    try spool.tmp.rename(temporary, to: name, in: directory)
    synced[key] = nil
  }
}

extension Spool {
  /// Writes one small file of another directory durably: new or replaced.
  func put(
    _ bytes: [UInt8], as name: String, in directory: borrowing Directory
  ) throws(SystemError) {
    let staging = Staging(self)
    try staging.write(bytes, as: 0)
    var failure: SystemError?
    staging.sync { _, error in failure = error }
    if let failure { throw failure }
    try staging.replace(0, as: name, in: directory)
    try directory.sync()
  }
}
