// Some room on the disk is left for changing jobs and for the records of runs: neither new jobs
// nor new runs take the last of it.

public import LinuxIO

extension Spool {
  /// Enough for the state files of what is under way, and the records of a run or two.
  private static let keptBytes: Int64 = 64 << 10
  private static let keptFiles: Int64 = 16

  /// Sees that there is room for more than changes to what is there.
  /// - Throws: ENOSPC if there is not.
  public func checkRoom() throws(SystemError) {
    try root.expectRoom(bytes: Spool.keptBytes, files: Spool.keptFiles)
  }

  /// Why no job could be submitted now; nil if one could. A file is made and removed to find out.
  public func writingFault() -> String? {
    do throws(SystemError) {
      try checkRoom()
      let name = temporaryName()
      do throws(SystemError) {
        try tmp.open(name, .createNew).write([UInt8(ascii: "\n")], at: 0)
      } catch {
        _ = try? tmp.remove(name)
        throw error
      }
      try tmp.remove(name)
      return nil
    } catch {
      return error.reason
    }
  }
}
