// Going through a directory in slices, between which the loop serves others.

internal import JobSpool
internal import LinuxIO

extension DirectoryStream {
  /// Goes on through the names until so many milliseconds have passed, or `body` returns false.
  /// - Returns: whether that was the last of them.
  func forEach(
    for milliseconds: Int64, _ body: (FileName) -> Bool
  ) throws(SpoolError) -> Bool {
    let end = Clock.boot.milliseconds + milliseconds
    while Clock.boot.milliseconds < end {
      let name: FileName?
      do throws(SystemError) {
        name = try next()
      } catch {
        throw .system(error)
      }
      guard let name else { return true }
      if !body(name) { return false }
    }
    return false
  }
}
