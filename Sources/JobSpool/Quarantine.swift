// corrupt/: what could not be understood is kept there, with the reason beside it.

public import LinuxIO

/// Where a file is taken from when it is quarantined.
public enum QuarantineSource: Sendable { case new, jobs, done }

extension Spool {
  /// Moves a file to corrupt/ and writes `<name>.why` beside it.
  /// - Returns: the name it has there.
  @discardableResult
  public func quarantine(
    _ name: String, from source: QuarantineSource, because reason: String
  ) throws(SystemError) -> String {
    switch source {
    case .new: try quarantine(name, in: new, because: reason)
    case .jobs: try quarantine(name, in: jobs, because: reason)
    case .done: try quarantine(name, in: done, because: reason)
    }
  }

  /// Moves a file of any directory of the spool to corrupt/.
  @discardableResult
  func quarantine(
    _ name: String, in directory: borrowing Directory, because reason: String
  ) throws(SystemError) -> String {
    let base = Spool.quarantineName(name)
    var target = base
    var copy = 1
    while try corrupt.status(of: target) != nil {
      copy += 1
      target = "\(copy)-\(base)"
    }
    try put(Array("\(reason)\n".utf8), as: "\(target).why", in: corrupt)
    try directory.rename(name, to: target, in: corrupt)
    try corrupt.sync()
    try directory.sync()
    return target
  }

  /// What a file is called in corrupt/: room is left for a number in front and `.why` behind.
  private static func quarantineName(_ name: String) -> String {
    // A name that starts with a dot is jobrun's own mark of a half-taken drop.
    var base = name.hasPrefix(".") ? String(name.dropFirst()) : name
    // Nothing that was quarantined may be taken for the reason of something else.
    if base.hasSuffix(".why") { base += ".file" }
    return Spool.shortened(base, to: 230)
  }

  /// The end of a name, so that with what is put in front it stays a possible one.
  static func shortened(_ name: String, to bytes: Int) -> String {
    var tail = name[...]
    while tail.utf8.count > bytes { tail.removeFirst() }
    return String(tail)
  }

  /// Keeps a second name of a file that has to stay where it is for now.
  func quarantine(
    keeping name: String, in directory: borrowing Directory, as target: String,
    because reason: String
  ) throws(SystemError) {
    try put(Array("\(reason)\n".utf8), as: "\(target).why", in: corrupt)
    do throws(SystemError) {
      try directory.link(name, to: target, in: corrupt)
    } catch {
      // There: from a first try. Not possible: a directory, which no jobrun makes there.
      guard error.isExists || error.isPermission else { throw error }
    }
    try corrupt.sync()
  }
}
