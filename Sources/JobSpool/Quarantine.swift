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
    // A name that starts with a dot is jobrun's own mark of a half-taken drop.
    var target = name.hasPrefix(".") ? String(name.dropFirst()) : name
    var copy = 1
    while try corrupt.status(of: target) != nil {
      copy += 1
      target = "\(copy)-\(name)"
    }
    try put(Array("\(reason)\n".utf8), as: "\(target).why", in: corrupt)
    try directory.rename(name, to: target, in: corrupt)
    try corrupt.sync()
    try directory.sync()
    return target
  }

  /// Keeps a copy of bytes whose file has to go: a damaged record in a run directory.
  func quarantine(copy bytes: [UInt8], as name: String, because reason: String) throws(SystemError)
  {
    try put(Array("\(reason)\n".utf8), as: "\(name).why", in: corrupt)
    try put(bytes, as: name, in: corrupt)
  }
}
