// The users as they are now: the file is looked at with each credential and read again when it has
// changed. A file that cannot be read leaves the users as they were, and somebody is told.

internal import JobCore
internal import LinuxIO

/// The users of a running service.
final class Users {
  private let place: UsersPlace
  private let complain: (String) -> Void
  private var file: UsersFile
  private var status: FileStatus?

  /// - Parameter complain: told why the file cannot be read any more, once for each change.
  init(
    _ place: UsersPlace, complain: @escaping (String) -> Void
  ) throws(UsersPlace.Fault) {
    self.place = place
    self.complain = complain
    let found = try place.read()
    (file, status) = (found.file, found.status)
  }

  /// The file as it is, or as it was before it became unusable.
  func current() -> UsersFile {
    let now = place.status()
    if now == status { return file }
    status = now
    do throws(UsersPlace.Fault) {
      let found = try place.read()
      (file, status) = (found.file, found.status)
    } catch {
      complain("\(error.message); the users stay as they were")
    }
    return file
  }
}
