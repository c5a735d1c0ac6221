// The durable steps: the only code that gives names to files of jobs. A file is complete
// and synced before it gets its name, and the directory is synced before anybody acts on
// it. Many at once share: write all, start write-back on all, sync each, name all, sync
// the directory once.

internal import LinuxIO

/// Files written in tmp/ that have no name of their own yet.
final class Staging {
  /// At most so many files at once if each is synced alone: their descriptors stay open until
  /// then, and this is half of the smallest usual limit.
  static let limit = 400
  /// At most so many if all are synced together. More would gain nothing, and whoever waits for
  /// the first waits for all.
  static let limitTogether = 2000
  /// From so many files on, syncing the whole file system once is faster than syncing each
  /// (measured: 14,000 files a second against 6,000), at the price of waiting for what
  /// other programs have written there.
  private static let manyFiles = 64

  private final class File {
    let name: String
    /// Open until it is synced alone.
    var descriptor: Descriptor?
    var isSynced = false

    init(name: String, descriptor: consuming Descriptor?) {
      self.name = name
      self.descriptor = descriptor
    }
  }

  private let spool: Spool
  private let syncsTogether: Bool
  /// By key. A list: to make the first table of a kind takes a process longer than to write a
  /// file (0.1 ms).
  private var files: [File?] = []

  /// - Parameters:
  ///   - count: how many files will be written, about.
  ///   - mayWaitForOthers: many files may be synced with all that other programs have written
  ///     to the file system. A daemon must not: that may take seconds.
  init(_ spool: Spool, count: Int = 1, mayWaitForOthers: Bool = false) {
    self.spool = spool
    syncsTogether = mayWaitForOthers && count >= Staging.manyFiles
  }

  // What was not named is of no use to anybody.
  deinit {
    for case let file? in files { _ = try? spool.tmp.remove(file.name) }
  }

  /// Writes a file in tmp/ under a key of the caller's, who counts them.
  func write(_ bytes: [UInt8], as key: Int) throws(SystemError) {
    let name = spool.temporaryName()
    let file = try spool.tmp.open(name, .createNew)
    do {
      try file.write(bytes, at: 0)
    } catch {
      _ = try? spool.tmp.remove(name)
      throw SystemError(error.call, spool.tmp.path(of: name), code: error.code)
    }
    while files.count <= key { files.append(nil) }
    files[key] = File(name: name, descriptor: syncsTogether ? nil : consume file)
  }

  /// Makes every written file durable; calls `failed` for each that is not. A file whose
  /// sync failed is given up: syncing again could report success for lost bytes.
  func sync(failed: (Int, SystemError) -> Void) {
    if syncsTogether {
      do throws(SystemError) {
        // The directory was opened with the spool, before any of these files was written, so
        // that it hears of errors although the files are closed.
        try spool.tmp.syncFileSystem()
        for file in files { file?.isSynced = true }
      } catch {
        for key in files.indices { giveUp(key, error, failed) }
      }
      return
    }
    if files.count > 1 {
      for file in files { file?.descriptor?.startWriteBack() }
    }
    for key in files.indices {
      do throws(SystemError) {
        try files[key]?.descriptor?.syncData()
        files[key]?.descriptor = nil
        files[key]?.isSynced = true
      } catch {
        giveUp(key, error, failed)
      }
    }
  }

  private func giveUp(_ key: Int, _ error: SystemError, _ failed: (Int, SystemError) -> Void) {
    guard let name = files[key]?.name else { return }
    files[key] = nil
    _ = try? spool.tmp.remove(name)
    failed(key, SystemError(error.call, spool.tmp.path(of: name), code: error.code))
  }

  private func name(_ key: Int) -> String? {
    guard files.indices.contains(key), let file = files[key], file.isSynced else { return nil }
    return file.name
  }

  /// Publishes under a new name; an existing name is EEXIST. The directory is not synced.
  func publish(_ key: Int, as name: String, in directory: borrowing Directory) throws(SystemError) {
    guard let temporary = self.name(key) else { return }
    try spool.tmp.moveNew(temporary, to: name, in: directory)
    files[key] = nil
  }

  /// Replaces what has the name. The directory is not synced.
  func replace(_ key: Int, as name: String, in directory: borrowing Directory) throws(SystemError) {
    guard let temporary = self.name(key) else { return }
    try spool.tmp.rename(temporary, to: name, in: directory)
    files[key] = nil
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
