// What makes a job run for files that come: its key `fileTrigger`.

/// Where a job looks for files, and for which.
public struct FileTrigger: Hashable, Sendable {
  /// Absolute path of the directory that files come into.
  public let directory: String
  /// The regular expression that a file's whole name must match, as it was given.
  public let pattern: String
  /// The last modification of a file must be at least so long ago.
  public var minAge = TimeSpan.zero
  /// How many levels of directories are looked at: 1 is the directory itself.
  public var depth = 1
  /// Absolute path of the directory that a file is moved to before its run; nil: it stays.
  public var moveTo: String?
  /// From one look to the next, where nothing tells of a change.
  public var poll = FileTrigger.defaultPoll

  static let defaultPoll = TimeSpan.seconds(60)
  /// Looking more often is the work of hints.
  private static let shortestPoll = TimeSpan.seconds(1)
  /// Each level keeps descriptors open while it is listed.
  private static let deepest = 16

  private enum Key: String, CaseIterable {
    case directory, pattern, minAge, depth, moveTo, poll
  }

  /// The pattern as a POSIX extended regular expression that matches whole names.
  public var expression: String {
    // It has been translated when the document was read; one that cannot be matches nothing.
    (try? FilePattern.posix(pattern, field: "")) ?? "^$"
  }

  /// What it waits for, in words.
  public var explanation: String { "files matching \(pattern) in \(directory)" }

  /// The written form.
  var json: JSON {
    var members: JSONObject = [
      Key.directory.rawValue: .string(directory), Key.pattern.rawValue: .string(pattern),
    ]
    if minAge != .zero { members[Key.minAge.rawValue] = .string(minAge.description) }
    if depth != 1 { members[Key.depth.rawValue] = .number(JSONNumber(depth)) }
    members[Key.moveTo.rawValue] = moveTo.map { .string($0) }
    if poll != FileTrigger.defaultPoll { members[Key.poll.rawValue] = .string(poll.description) }
    return .object(members)
  }

  /// Reads the written form.
  /// - Parameters:
  ///   - start: where relative directories start.
  ///   - fault: what is wrong with a POSIX extended regular expression; nil: nothing.
  init(
    _ json: JSON, field: String, from start: String, fault: (String) -> String?
  ) throws(DocumentError) {
    guard let members = json.object else {
      throw DocumentError(
        field,
        "an object such as {\"directory\": \"in\", \"pattern\": \".*\"} is expected, not "
          + json.kindName)
    }
    let fields = try NestedFields<Key>(members, field)
    func text(_ key: Key) throws(DocumentError) -> String? {
      guard let (json, field) = fields.value(key) else { return nil }
      guard let text = json.string, !text.isEmpty else {
        throw DocumentError(field, "a string that is not empty is expected")
      }
      return try DocumentFields.checked(text, field)
    }
    func required(_ key: Key) throws(DocumentError) -> String {
      guard let text = try text(key) else {
        throw DocumentError("\(field).\(key.rawValue)", "it is missing")
      }
      return text
    }
    func span(_ key: Key) throws(DocumentError) -> TimeSpan? {
      guard let (json, field) = fields.value(key) else { return nil }
      return try DocumentFields.span(json, field)
    }
    directory = FileTrigger.absolute(try required(.directory), from: start)
    pattern = try required(.pattern)
    let expression = try FilePattern.posix(pattern, field: "\(field).pattern")
    if let reason = fault(expression) {
      throw DocumentError("\(field).pattern", "this is not a regular expression: \(reason)")
    }
    minAge = try span(.minAge) ?? .zero
    if let (json, field) = fields.value(.depth) {
      depth = try DocumentFields.integer(json, field, in: 1...FileTrigger.deepest)
    }
    moveTo = try text(.moveTo).map { FileTrigger.absolute($0, from: start) }
    if moveTo == directory {
      throw DocumentError(
        "\(field).moveTo", "it is the directory that files come into: they would come again")
    }
    poll = try span(.poll) ?? FileTrigger.defaultPoll
    if poll < FileTrigger.shortestPoll {
      throw DocumentError("\(field).poll", "at least \(FileTrigger.shortestPoll) is needed")
    }
  }

  /// A path from the root, without doubled or trailing slashes and `.`; a file's identity has its
  /// path in it, which should not depend on how somebody writes it.
  private static func absolute(_ path: String, from start: String) -> String {
    let whole = path.isAbsolutePath ? path : "\(start)/\(path)"
    return "/" + whole.pathNames.filter { $0 != "." }.joined(separator: "/")
  }
}

extension JobSpec {
  /// Reads what is said of files to run for. Read after all else that says when to run.
  mutating func readFiles(
    _ fields: DocumentFields, fault: (String) -> String?
  ) throws(DocumentError) {
    guard let json = fields[.fileTrigger] else { return }
    fileTrigger = try FileTrigger(
      json, field: DocumentKey.fileTrigger.rawValue, from: workingDirectory, fault: fault)
    if runImmediately {
      throw DocumentError(
        DocumentKey.runImmediately.rawValue,
        "a job with fileTrigger runs when a file has come, and there is none yet")
    }
    for key in [DocumentKey.misfire, .misfireGrace, .jitter] where fields[key] != nil {
      throw DocumentError(
        key.rawValue, "it says nothing about files: leave it out of a job with fileTrigger")
    }
  }
}
