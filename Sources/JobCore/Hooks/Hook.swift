// One command that is run when something has happened to a job: key `hooks` of job documents,
// models and config.json.

/// A command that is told of an event.
public struct Hook: Hashable, Sendable {
  public let command: Command
  /// Time limit on each attempt.
  public var timeout = Hook.defaultTimeout
  /// So often it is tried again when it fails.
  public var retryCount = Hook.defaultRetryCount
  /// The wait before the first retry; each further one is twice as long.
  public var retryDelay = Hook.defaultRetryDelay

  static let defaultTimeout = TimeSpan.seconds(60)
  static let defaultRetryCount = 3
  static let defaultRetryDelay = TimeSpan.seconds(10)
  /// Waits do not grow beyond this.
  private static let longestWait = TimeSpan.seconds(3600)
  private static let mostRetries = 100

  private enum Key: String, CaseIterable {
    case command, timeout, retryCount, retryDelay
  }

  /// A hook with defaults for all but its command.
  public init(_ command: Command) { self.command = command }

  /// The wait after so many failures; nil if it is not tried again.
  public func wait(after failures: Int) -> TimeSpan? {
    guard failures <= retryCount else { return nil }
    let factor = Int64(1) << Int64(min(max(failures - 1, 0), 20))
    let (wait, overflow) = retryDelay.milliseconds.multipliedReportingOverflow(by: factor)
    return overflow ? Hook.longestWait : min(TimeSpan(milliseconds: wait), Hook.longestWait)
  }

  /// The written form.
  var json: JSON {
    var members = JSONObject()
    switch command {
    case .program(let arguments):
      members[Key.command.rawValue] = .array(arguments.map { .string($0) })
    case .shell(let line): members[Key.command.rawValue] = .string(line)
    }
    if timeout != Hook.defaultTimeout {
      members[Key.timeout.rawValue] = .string(timeout.description)
    }
    if retryCount != Hook.defaultRetryCount {
      members[Key.retryCount.rawValue] = .number(JSONNumber(retryCount))
    }
    if retryDelay != Hook.defaultRetryDelay {
      members[Key.retryDelay.rawValue] = .string(retryDelay.description)
    }
    return .object(members)
  }

  /// Reads an object, an array (program and arguments) or a string (a line for the shell).
  init(_ json: JSON, field: String) throws(DocumentError) {
    guard let members = json.object else {
      self.init(try Hook.command(json, field: field))
      return
    }
    let fields = try NestedFields<Key>(members, field)
    guard let (command, commandField) = fields.value(.command) else {
      throw DocumentError("\(field).\(Key.command.rawValue)", "it is missing")
    }
    self.init(try Hook.command(command, field: commandField))
    if let (json, field) = fields.value(.timeout) {
      timeout = try DocumentFields.span(json, field)
      if timeout == .zero { throw DocumentError(field, "it must be longer than 0s") }
    }
    if let (json, field) = fields.value(.retryCount) {
      retryCount = try DocumentFields.integer(json, field, in: 0...Hook.mostRetries)
    }
    if let (json, field) = fields.value(.retryDelay) {
      retryDelay = try DocumentFields.span(json, field)
    }
  }

  private static func command(_ json: JSON, field: String) throws(DocumentError) -> Command {
    if let line = json.string {
      if line.allSatisfy(\.isWhitespace) { throw DocumentError(field, "it is empty") }
      return .shell(try DocumentFields.checked(line, field))
    }
    guard let elements = json.array else {
      throw DocumentError(
        field, "an array of strings, or a string for the shell, is expected, not \(json.kindName)")
    }
    var arguments: [String] = []
    for (index, element) in elements.enumerated() {
      guard let argument = element.string else {
        throw DocumentError(
          "\(field)[\(index)]", "a string is expected, not \(element.kindName)")
      }
      arguments.append(try DocumentFields.checked(argument, "\(field)[\(index)]"))
    }
    guard arguments.first?.isEmpty == false else {
      throw DocumentError(field, "the first element names the program and is not empty")
    }
    return .program(arguments)
  }
}
