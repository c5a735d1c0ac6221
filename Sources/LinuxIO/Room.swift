// What is left free on a file system.

internal import Glibc

extension Directory {
  /// Sees that so many bytes and files are free for this user on the directory's file system.
  /// - Throws: ENOSPC if they are not.
  public func expectRoom(bytes: Int64, files: Int64) throws(SystemError) {
    var raw = statvfs()
    _ = try check("fstatvfs", path) { fstatvfs(descriptor.number, &raw) }
    let isRoot = geteuid() == 0
    let blocks = isRoot ? raw.f_bfree : raw.f_bavail
    let inodes = isRoot ? raw.f_ffree : raw.f_favail
    // Some file systems have no fixed number of files, and say 0 of 0.
    let hasFiles = raw.f_files == 0 || Int64(clamping: inodes) >= files
    let free = Int64(clamping: blocks).multipliedReportingOverflow(by: Int64(raw.f_frsize))
    if !hasFiles || (!free.overflow && free.partialValue < bytes) {
      throw SystemError(
        "leaving \(bytes / 1024) KiB and \(files) files free in", path, code: ENOSPC)
    }
  }
}
