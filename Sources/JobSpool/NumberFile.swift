// numbers: 64 bytes a job number, holding its id, so that the next number is the file's
// size by 64 and a look-up is one read. A hint: what it says is checked against the job.

internal import LinuxIO

extension Spool {
  /// Bytes of one entry; the longest id fits exactly.
  static let numberEntry = 64

  /// Takes a block of consecutive numbers for new ids; returns the first of them.
  func takeNumbers(for ids: [String]) throws(SpoolError) -> Int {
    let file = try lockedNumbers()
    do {
      let size = Int(try file.file.status().size)
      // Entry 0 stands for no job, so that numbers begin at 1. A partly written last entry
      // is skipped: gaps are normal.
      let first = max(1, (size + Spool.numberEntry - 1) / Spool.numberEntry)
      var bytes: [UInt8] = []
      bytes.reserveCapacity(ids.count * Spool.numberEntry)
      for id in ids {
        bytes += id.utf8
        bytes += [UInt8](repeating: 0, count: Spool.numberEntry - id.utf8.count)
      }
      try file.file.write(bytes, at: Int64(first * Spool.numberEntry))
      return first
    } catch {
      throw .system(error)
    }
  }

  /// Makes sure that the next number is above one that is in use.
  public func raiseNumbers(above number: Int) throws(SpoolError) {
    let file = try lockedNumbers()
    do {
      let wanted = Int64((number + 1) * Spool.numberEntry)
      if try file.file.status().size < wanted { try file.file.truncate(to: wanted) }
    } catch {
      throw .system(error)
    }
  }

  /// The id that a number was given to, if the hint knows.
  func identifier(ofNumber number: Int) throws(SpoolError) -> String? {
    guard number > 0, number < Int.max / Spool.numberEntry else { return nil }
    do {
      guard let file = try root.openIfPresent("numbers") else { return nil }
      var failure: SystemError?
      let bytes = [UInt8](unsafeUninitializedCapacity: Spool.numberEntry) { buffer, count in
        do throws(SystemError) {
          count = try file.read(
            into: UnsafeMutableRawBufferPointer(buffer), at: Int64(number * Spool.numberEntry))
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
      let id = bytes.prefix { $0 != 0 }
      return id.isEmpty ? nil : String(decoding: id, as: UTF8.self)
    } catch let error as SystemError {
      throw .system(error)
    } catch {
      return nil
    }
  }

  private func lockedNumbers() throws(SpoolError) -> FileLock {
    let deadline = Clock.boot.milliseconds + Spool.lockPatience
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
