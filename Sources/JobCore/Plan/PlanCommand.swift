// The command of a plan's job, as it is provisioned and as an event may ask for it: the fields of
// InternalEventDrivenJob (contracts, ikasan.md 1.4 and 1.9).

/// What is said of a command; nil where nothing is.
struct PlanCommand: Hashable, Sendable {
  /// The shells that `executionEnvironmentProperties` can ask for.
  enum Shell: String, CaseIterable {
    case bash, ksh
  }

  var line: String?
  var workingDirectory: String?
  var returnCodes: [Int]?
  var weekdays: Weekdays?
  var shell: Shell?
  /// In milliseconds.
  var leastTime: Int?
  var mostTime: Int?
  /// Never beside another job of its plan that says so too.
  var takesPlanLock: Bool
  /// For the environment.
  var parameters: [String: String]?
  var isHeld: Bool
  var isSkipped: Bool
  /// Parts of the plan in which it is held, and in which it is skipped.
  var heldContexts: Set<String>
  var skippedContexts: Set<String>

  init(_ fields: LenientFields) throws(DocumentError) {
    line = try fields.text("commandLine")
    workingDirectory = try fields.text("workingDirectory")
    returnCodes = try PlanCommand.integers("successfulReturnCodes", of: fields, in: 0...255)
    weekdays = try PlanCommand.integers("daysOfWeekToRun", of: fields, in: 1...7).map {
      Weekdays(numbers: $0)
    }
    shell = try PlanCommand.shell(fields)
    leastTime = try fields.milliseconds("minExecutionTime")
    mostTime = try fields.milliseconds("maxExecutionTime")
    takesPlanLock = try fields.flag("participatesInLock")
    parameters = try ContextParameters.read("contextParameters", of: fields)
    isHeld = try fields.flag("held")
    isSkipped = try fields.flag("skip")
    heldContexts = try PlanCommand.contexts("heldContexts", of: fields)
    skippedContexts = try PlanCommand.contexts("skippedContexts", of: fields)
  }

  private static func integers(
    _ key: String, of fields: LenientFields, in range: ClosedRange<Int>
  ) throws(DocumentError) -> [Int]? {
    guard let texts = try fields.texts(key) else { return nil }
    var numbers: Set<Int> = []
    for (index, text) in texts.enumerated() {
      numbers.insert(
        try DocumentFields.integer(.string(text), "\(fields.field(key))[\(index)]", in: range))
    }
    return numbers.sorted()
  }

  /// As the original chooses: the first of these names that the property contains.
  private static func shell(_ fields: LenientFields) throws(DocumentError) -> Shell? {
    let key = "executionEnvironmentProperties"
    guard let text = try fields.text(key)?.lowercased() else { return nil }
    for foreign in ["cmd", "powershell"] where text.contains(foreign) {
      throw DocumentError(
        fields.field(key), "it asks for \(foreign), and this system has bash and ksh")
    }
    return Shell.allCases.first { text.contains($0.rawValue) }
  }

  private static func contexts(
    _ key: String, of fields: LenientFields
  ) throws(DocumentError) -> Set<String> {
    guard let inner = try fields.object(key) else { return [] }
    var names: Set<String> = []
    for name in inner.members.keys where name != JSON.classKey {
      if try inner.flag(name) { names.insert(name) }
    }
    return names
  }

  // MARK: An event's command over the provisioned one

  /// Fields that say something else than the provisioned command, by their names in the contract.
  func differences(from provisioned: PlanCommand) -> [String] {
    var names: [String] = []
    func compare<Value: Equatable>(_ name: String, _ value: KeyPath<PlanCommand, Value?>) {
      if let own = self[keyPath: value], own != provisioned[keyPath: value] { names.append(name) }
    }
    compare("commandLine", \.line)
    compare("workingDirectory", \.workingDirectory)
    if let codes = returnCodes, codes != provisioned.returnCodes ?? [0] {
      names.append("successfulReturnCodes")
    }
    compare("daysOfWeekToRun", \.weekdays)
    compare("executionEnvironmentProperties", \.shell)
    compare("minExecutionTime", \.leastTime)
    compare("maxExecutionTime", \.mostTime)
    return names
  }

  /// The provisioned command with what an event says put over it.
  func under(_ event: PlanCommand) -> PlanCommand {
    var command = self
    command.line = event.line ?? line
    command.workingDirectory = event.workingDirectory ?? workingDirectory
    command.returnCodes = event.returnCodes ?? returnCodes
    command.weekdays = event.weekdays ?? weekdays
    command.shell = event.shell ?? shell
    command.leastTime = event.leastTime ?? leastTime
    command.mostTime = event.mostTime ?? mostTime
    command.takesPlanLock = takesPlanLock || event.takesPlanLock
    return command
  }

  /// Whether it is held, or skipped, in one of some parts of the plan.
  func isHeld(in children: [String]) -> Bool {
    isHeld || !heldContexts.isDisjoint(with: children)
  }

  func isSkipped(in children: [String]) -> Bool {
    isSkipped || !skippedContexts.isDisjoint(with: children)
  }

  // MARK: As a document

  /// Members of a job document that say what to run.
  /// - Returns: nil if there is no command line.
  func members() -> JSONObject? {
    guard let line, !line.allSatisfy(\.isWhitespace) else { return nil }
    var members = JSONObject()
    func put(_ key: DocumentKey, _ value: JSON?) {
      if let value { members[key.rawValue] = value }
    }
    // The original hands the text to bash unless it is told otherwise.
    put(.command, [.string((shell ?? .bash).rawValue), "-c", .string(line)])
    put(.workingDirectory, workingDirectory.map { .string($0) })
    put(
      .successfulReturnCodes, returnCodes.map { .array($0.map { .number(JSONNumber($0)) }) })
    put(.minExecutionTime, leastTime.map { .string("\($0)ms") })
    put(.maxExecutionTime, mostTime.map { .string("\($0)ms") })
    put(.environment, PlanCommand.environment(parameters))
    return members
  }

  /// The written form of an environment; nil for an empty one.
  static func environment(_ parameters: [String: String]?) -> JSON? {
    guard let parameters, !parameters.isEmpty else { return nil }
    return .object(
      JSONObject(parameters.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
  }
}
