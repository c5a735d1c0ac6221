// numbers: 64 bytes a job number, holding its id, so that the next number is the file's
// size by 64 and a look-up is one read. A hint: what it says is checked against the job.

internal import JobCore
internal import LinuxIO

extension Spool {
  /// Bytes of one entry; the longest id fits exactly.
  static let numberEntry = 64

  /// Takes a block of consecutive numbers for new ids; returns the first of them.
  func takeNumbers(for ids: [String]) throws(SpoolError) -> Int {
    let file = try lockedNumbers()
    let first = try nextNumber(file.file)
    do {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(ids.count * Spool.numberEntry)
      for id in ids {
        bytes += id.utf8
        bytes += [UInt8](repeating: 0, count: Spool.numberEntry - id.utf8.count)
      }
      try file.file.write(bytes, at: Int64(first * Spool.numberEntry))
      return first
    } catch {
      throw .system(SystemError(error.call, root.path(of: "numbers"), code: error.code))
    }
  }

  /// Makes sure that new numbers are above all that are in use, so that the next submit
  /// need not look.
  /// - Parameter highest: a number that is known to be in use.
  public func prepareNumbers(above highest: Int = 0) throws(SpoolError) {
    let file = try lockedNumbers()
    let size = Int64(max(try nextNumber(file.file), highest + 1) * Spool.numberEntry)
    try spoolCalls { () throws(SystemError) in
      let status = try file.file.status()
      if status.size != size || !Spool.isTrusted(status) { try file.file.truncate(to: size) }
    }
  }

  /// The number after the last that was taken.
  private func nextNumber(_ file: borrowing Descriptor) throws(SpoolError) -> Int {
    let status: FileStatus
    do throws(SystemError) {
      status = try file.status()
    } catch {
      throw .system(error)
    }
    guard status.kind == .regular else {
      throw .refused(path: root.path(of: "numbers"), reason: "it is not a regular file; remove it")
    }
    // Entry 0 stands for no job, so that numbers begin at 1. A partly written last entry
    // is skipped: gaps are normal.
    let next = max(1, (Int(status.size) + Spool.numberEntry - 1) / Spool.numberEntry)
    return Spool.isTrusted(status) ? next : max(next, try highestNumber() + 1)
  }

  /// The file is never synced: after a power cut it may be shorter than the numbers of
  /// jobs that are durable. So it counts only once somebody has written to it since boot.
  private static func isTrusted(_ status: FileStatus) -> Bool {
    status.size > 0 && status.modified >= Clock.real.milliseconds - Clock.boot.milliseconds
  }

  private func highestNumber() throws(SpoolError) -> Int {
    var highest = 0
    try forEachJob { job in
      highest = max(highest, job.state.number)
      return true
    }
    return highest
  }

  /// Whether a number is above all that were given. Before one was taken since boot nobody knows.
  func isAboveAll(_ number: Int) throws(SpoolError) -> Bool {
    let status = try spoolCalls { () throws(SystemError) in try root.status(of: "numbers") }
    guard let status, Spool.isTrusted(status) else { return false }
    return number >= (Int(status.size) + Spool.numberEntry - 1) / Spool.numberEntry
  }

  /// The id that a number was given to, if the hint knows.
  func identifier(ofNumber number: Int) throws(SpoolError) -> String? {
    guard number > 0, number < Int.max / Spool.numberEntry else { return nil }
    return try spoolCalls { () throws(SystemError) in
      guard let file = try root.openIfPresent("numbers") else { return nil }
      let bytes = try file.read(
        limit: Spool.numberEntry, at: Int64(number * Spool.numberEntry))
      let id = bytes.prefix { $0 != 0 }
      return id.isEmpty ? nil : String(decoding: id, as: UTF8.self)
    }
  }

  private func lockedNumbers() throws(SpoolError) -> FileLock {
    let deadline = Clock.boot.milliseconds + lockPatience
    while true {
      let held = try spoolCalls { () throws(SystemError) in
        try FileLock(root.open("numbers", .updateOrCreate))
      }
      if let held { return held }
      if Clock.boot.milliseconds >= deadline { throw .busy(lock: "numbers", holder: nil) }
      pause(milliseconds: 1)
    }
  }
}
