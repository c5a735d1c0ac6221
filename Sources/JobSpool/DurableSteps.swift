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
  /// From so many files on, syncing the whole file system once is faster than syncing each
  /// (measured: 14,000 files a second against 6,000), at the price of waiting for what
  /// other programs have written there.
  private static let manyFiles = 64

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

  private let mayWaitForOthers: Bool

  /// - Parameter mayWaitForOthers: many files may be synced with all that other programs
  ///   have written to the file system. A daemon must not: that may take seconds.
  init(_ spool: Spool, mayWaitForOthers: Bool = false) {
    self.spool = spool
    self.mayWaitForOthers = mayWaitForOthers
  }

  // What was not named is of no use to anybody.
  deinit {
    for file in files.values { _ = try? spool.tmp.remove(file.name) }
    for name in synced.values { _ = try? spool.tmp.remove(name) }
  }

  /// Writes a file in tmp/ under a key of the caller's.
  func write(_ bytes: [UInt8], as key: Int) throws(SystemError) {
    let name = spool.temporaryName()
    let file = File(name: name, descriptor: try spool.tmp.open(name, .createNew))
    do {
      try file.descriptor.write(bytes, at: 0)
    } catch {
      _ = try? spool.tmp.remove(name)
      throw SystemError(error.call, spool.tmp.path(of: name), code: error.code)
    }
    files[key] = file
  }

  /// Makes every written file durable; calls `failed` for each that is not. A file whose
  /// sync failed is given up: syncing again could report success for lost bytes.
  func sync(failed: (Int, SystemError) -> Void) {
    if mayWaitForOthers, files.count >= Staging.manyFiles {
      do throws(SystemError) {
        // The directory was opened with the spool, before any of these files was written.
        try spool.tmp.syncFileSystem()
        for (key, file) in files { synced[key] = file.name }
      } catch {
        for key in files.keys.sorted() { giveUp(key, error, failed) }
      }
    } else {
      if files.count > 1 {
        for file in files.values { file.descriptor.startWriteBack() }
      }
      for key in files.keys.sorted() {
        do throws(SystemError) {
          try files[key]?.descriptor.syncData()
          synced[key] = files[key]?.name
        } catch {
          giveUp(key, error, failed)
        }
      }
    }
    files = [:]
  }

  private func giveUp(_ key: Int, _ error: SystemError, _ failed: (Int, SystemError) -> Void) {
    guard let name = files[key]?.name else { return }
    _ = try? spool.tmp.remove(name)
    failed(key, SystemError(error.call, spool.tmp.path(of: name), code: error.code))
  }

  /// Publishes under a new name; an existing name is EEXIST. The directory is not synced.
  func publish(_ key: Int, as name: String, in directory: borrowing Directory) throws(SystemError) {
    guard let temporary = synced[key] else { return }
    try spool.tmp.moveNew(temporary, to: name, in: directory)
    synced[key] = nil
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
