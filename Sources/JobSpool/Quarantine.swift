// corrupt/: what could not be understood is kept there, with the reason beside it.

public import LinuxIO

/// Where a file is taken from when it is quarantined.
public enum QuarantineSource: String, Hashable, Sendable { case new, jobs, done }

/// A name that nothing of jobrun could have where it is.
public struct StrangeName: Hashable, Sendable {
  public let place: QuarantineSource
  public let name: FileName
  /// Why, in words.
  public let reason: String

  /// Its path in the spool, for people.
  public var path: String { "\(place.rawValue)/\(name.legible)" }

  /// Something that is strange for a reason of the caller's.
  public init(_ place: QuarantineSource, _ name: FileName, _ reason: String) {
    self.place = place
    self.name = name
    self.reason = reason
  }
}

extension Spool {
  /// Moves a file to corrupt/ and writes `<name>.why` beside it.
  /// - Returns: the name it has there.
  @discardableResult
  public func quarantine(
    _ name: String, from source: QuarantineSource, because reason: String
  ) throws(SystemError) -> String {
    try withPlace(source) { directory throws(SystemError) in
      try quarantine(name, in: directory, because: reason)
    }
  }

  /// Moves what has a strange name to corrupt/.
  @discardableResult
  public func quarantine(_ strange: StrangeName) throws(SystemError) -> String {
    try withPlace(strange.place) { directory throws(SystemError) in
      try quarantine(strange.name.legible, in: directory, because: strange.reason) {
        target throws(SystemError) in
        try directory.rename(strange.name, to: target, in: corrupt)
      }
    }
  }

  func withPlace<Result>(
    _ place: QuarantineSource, _ body: (borrowing Directory) throws(SystemError) -> Result
  ) throws(SystemError) -> Result {
    switch place {
    case .new: try body(new)
    case .jobs: try body(jobs)
    case .done: try body(done)
    }
  }

  /// What is strange about a name; nil if nothing is. In new/ names are their writers' own
  /// business, unless they look like one to take in and cannot be.
  public static func strange(_ name: FileName, in place: QuarantineSource) -> StrangeName? {
    guard let text = name.text else {
      if place == .new, !isDrop(name.legible) { return nil }
      return StrangeName(place, name, "its name is not UTF-8")
    }
    if place == .new || identifier(fileName: text) != nil { return nil }
    return StrangeName(place, name, "no job has such a file name")
  }

  /// Strange names in a directory.
  public func strangeNames(_ place: QuarantineSource) throws(SpoolError) -> [StrangeName] {
    try spoolCalls { () throws(SystemError) in
      try withPlace(place) { directory throws(SystemError) in
        let names = try DirectoryStream(directory)
        var strange: [StrangeName] = []
        while let name = try names.next() {
          if let found = Spool.strange(name, in: place) { strange.append(found) }
        }
        return strange
      }
    }
  }

  /// Moves a file of any directory of the spool to corrupt/.
  @discardableResult
  func quarantine(
    _ name: String, in directory: borrowing Directory, because reason: String
  ) throws(SystemError) -> String {
    try quarantine(name, in: directory, because: reason) { target throws(SystemError) in
      try directory.rename(name, to: target, in: corrupt)
    }
  }

  private func quarantine(
    _ name: String, in directory: borrowing Directory, because reason: String,
    move: (String) throws(SystemError) -> Void
  ) throws(SystemError) -> String {
    let base = Spool.quarantineName(name)
    var target = base
    var copy = 1
    while try corrupt.status(of: target) != nil {
      copy += 1
      target = "\(copy)-\(base)"
    }
    try put(Array("\(reason)\n".utf8), as: "\(target).why", in: corrupt)
    try move(target)
    try corrupt.sync()
    try directory.sync()
    return target
  }

  /// What a file is called in corrupt/: room is left for a number in front and `.why` behind.
  static func quarantineName(_ name: String) -> String {
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
