// From a job document to a specification: the model worked in, defaults filled, every
// field checked.

/// What a document is read against.
public struct DocumentContext {
  /// Where relative working directories start, and the default one.
  public var workingDirectory: String
  /// The default umask.
  public var umask: UInt32
  /// The default zone's name.
  public var timeZone: String
  /// Finds a model by name; nil if there is none.
  public var model: (String) throws(DocumentError) -> JobModel?
  /// Names of all models, for suggestions.
  public var modelNames: () -> [String]
  /// Finds the rules of a zone; nil if the system knows no such zone.
  public var zone: (String) -> TimeZoneRules?
  /// What is wrong with a POSIX extended regular expression; nil if nothing is.
  public var patternFault: (String) -> String? = { _ in nil }
  /// The document was read before: a model's name in it only tells where it comes from, and its own
  /// name is held to what was asked of names at any time.
  var isStored = false

  /// Puts a context together.
  public init(
    workingDirectory: String, umask: UInt32, timeZone: String,
    model: @escaping (String) throws(DocumentError) -> JobModel?,
    modelNames: @escaping () -> [String],
    zone: @escaping (String) -> TimeZoneRules?
  ) {
    self.workingDirectory = workingDirectory
    self.umask = umask
    self.timeZone = timeZone
    self.model = model
    self.modelNames = modelNames
    self.zone = zone
  }
}

/// A document that has been read.
public struct JobDocument: Sendable {
  /// The caller's own id, if it names one.
  public let id: String?
  public let spec: JobSpec
  /// The zone that dates and expressions are meant in.
  public let zone: TimeZoneRules
  /// Keys whose values are those of whoever hands the document in, since it has none.
  public let assumed: [DocumentKey]
}

extension JobDocument {
  /// Reads a document: an object of the keys of man/jobrun-job.5.
  /// - Throws: the first fault, with its field.
  public init(_ json: JSON, in context: DocumentContext) throws(DocumentError) {
    guard let given = json.object else {
      throw DocumentError("", "a job is a JSON object, not \(json.kindName)")
    }
    let own = try DocumentFields(given)
    id = try own.text(.id)
    if let id, !JobIdentifier.isValid(id) {
      throw DocumentError(
        DocumentKey.id.rawValue,
        "\"\(id)\" cannot be an id: 1 to 64 of A-Z a-z 0-9 . _ -, not starting with a dot, "
          + "not all digits")
    }
    let model = context.isStored ? nil : try JobDocument.model(of: own, in: context)
    let fields =
      try model.map { model throws(DocumentError) in
        try DocumentFields(JobDocument.merge(model.members, under: given))
      } ?? own

    let values = try JobDocument.values(of: own, model: model)
    let command = try JobDocument.command(of: fields, given: own, model: model, values: values)
    let zoneName = try fields.text(.timeZone) ?? context.timeZone
    guard TimeZoneRules.isValidName(zoneName), let zone = context.zone(zoneName) else {
      throw DocumentError(
        DocumentKey.timeZone.rawValue,
        "the system knows no time zone \"\(zoneName)\"; names are such as Europe/Istanbul or UTC")
    }
    self.zone = zone
    assumed = [.workingDirectory, .umask].filter { fields[$0] == nil }
    var spec = JobSpec(
      command: command,
      name: try JobDocument.name(of: fields, model: model, in: context) ?? command.defaultName,
      workingDirectory: try JobDocument.directory(of: fields, in: context),
      umask: try JobDocument.umask(of: fields) ?? context.umask,
      timeZone: zoneName)
    spec.model = context.isStored ? try fields.text(.model) : model?.name
    spec.values = values
    try spec.readProcess(fields)
    try spec.readStart(fields)
    try spec.readTime(fields, zone: zone)
    try spec.readFiles(fields, fault: context.patternFault)
    try spec.readOverlap(fields)
    try spec.readRecords(fields, zone: zone)
    self.spec = spec
  }

  /// The model a document selects: by `model`, or by `name` where there is no command.
  private static func model(
    of fields: DocumentFields, in context: DocumentContext
  ) throws(DocumentError) -> JobModel? {
    let key: DocumentKey = fields[.model] != nil ? .model : .name
    if key == .name, fields[.command] != nil { return nil }
    guard let name = try fields.text(key) else {
      throw DocumentError(
        DocumentKey.command.rawValue, "a job needs a command, or a model that has one")
    }
    if let model = try context.model(name) { return model }
    var reason = "there is no model \"\(name)\""
    if let near = nearest(name, in: context.modelNames()) {
      reason += "; did you mean \"\(near)\"?"
    } else if key == .name {
      reason += "; a job without a command takes it from the model of that name"
    }
    throw DocumentError(key.rawValue, reason)
  }

  /// A model's members with those of a document over them; environments and labels are
  /// put together, the document's entries winning.
  private static func merge(_ base: JSONObject, under given: JSONObject) -> JSONObject {
    var merged = base
    for (key, value) in given where !value.isNull {
      if key == DocumentKey.environment.rawValue || key == DocumentKey.labels.rawValue,
        var together = base[key]?.object, let over = value.object
      {
        for (name, entry) in over { together[name] = entry }
        merged[key] = .object(together)
      } else {
        merged[key] = value
      }
    }
    return merged
  }

  private static func values(
    of fields: DocumentFields, model: JobModel?
  ) throws(DocumentError) -> JSONObject {
    var values = JSONObject()
    if let json = fields[.values] {
      guard let object = json.object else {
        throw DocumentError(
          DocumentKey.values.rawValue, "an object is expected, not \(json.kindName)")
      }
      values = object
    }
    for name in values.keys where name.isEmpty || name.utf8.contains(0) {
      throw DocumentError(DocumentKey.values.rawValue, "a value's name is not empty and has no NUL")
    }
    return try model?.complete(values) ?? values
  }

  private static func command(
    of fields: DocumentFields, given: DocumentFields, model: JobModel?, values: JSONObject
  ) throws(DocumentError) -> Command {
    let key = DocumentKey.command.rawValue
    // Braces in a command of the document's own are plain text.
    let filling = given[.command] == nil && model?.isVerbatim == false ? model : nil
    switch fields[.command] {
    case nil:
      throw DocumentError(key, "a job needs a command, or a model that has one")
    case .string(let line)?:
      if line.allSatisfy(\.isWhitespace) { throw DocumentError(key, "it is empty") }
      if filling != nil, Placeholder.isIn(line) {
        throw DocumentError(
          key,
          "a placeholder in a shell line could run as code: make the command an array, or use "
            + "$JOBRUN_VALUE_name")
      }
      return .shell(try DocumentFields.checked(line, key))
    case .array(let elements)?:
      var arguments: [String] = []
      var room = Placeholder.longestCommand
      for (index, element) in elements.enumerated() {
        let field = "\(key)[\(index)]"
        guard let argument = element.string else {
          throw DocumentError(field, "a string is expected, not \(element.kindName)")
        }
        var filled = try DocumentFields.checked(argument, field)
        if let filling {
          filled = try Placeholder.fill(filled, field: field, model: filling, values: values)
          room -= filled.utf8.count
          guard filled.utf8.count <= Placeholder.longestArgument, room >= 0 else {
            throw DocumentError(
              field,
              "with its values it is longer than a program can be given; let the program "
                + "read $JOBRUN_VALUES_FILE")
          }
        }
        arguments.append(filled)
      }
      guard arguments.first?.isEmpty == false else {
        throw DocumentError(key, "the first element names the program and is not empty")
      }
      return .program(arguments)
    case let other?:
      throw DocumentError(
        key, "an array of strings, or a string for the shell, is expected, not \(other.kindName)")
    }
  }

  private static func name(
    of fields: DocumentFields, model: JobModel?, in context: DocumentContext
  ) throws(DocumentError) -> String? {
    guard let name = try fields.text(.name) else {
      return model.flatMap { JobSpec.isNewName($0.name) ? $0.name : nil }
    }
    guard context.isStored ? JobSpec.isName(name) : JobSpec.isNewName(name) else {
      throw DocumentError(
        DocumentKey.name.rawValue, "a name has 1 to 200 characters and no control characters")
    }
    return name
  }

  private static func directory(
    of fields: DocumentFields, in context: DocumentContext
  ) throws(DocumentError) -> String {
    guard let directory = try fields.text(.workingDirectory) else {
      return context.workingDirectory
    }
    if directory.isEmpty {
      throw DocumentError(DocumentKey.workingDirectory.rawValue, "it is empty")
    }
    if directory.isAbsolutePath { return directory }
    return context.workingDirectory + "/" + directory
  }

  private static func umask(of fields: DocumentFields) throws(DocumentError) -> UInt32? {
    guard let json = fields[.umask] else { return nil }
    guard let text = json.string, let mask = UInt32(text, radix: 8), mask <= 0o777,
      text.allSatisfy(\.isNumber)
    else {
      throw DocumentError(
        DocumentKey.umask.rawValue, "octal digits in a string are expected, such as \"022\"")
    }
    return mask
  }
}

extension JobSpec {
  /// Reads what is said of the processes of a run.
  fileprivate mutating func readProcess(_ fields: DocumentFields) throws(DocumentError) {
    environment = try fields.texts(.environment)
    for name in environment.keys where name.isEmpty || name.contains("=") || name.utf8.contains(0) {
      throw DocumentError(
        "environment.\(name)", "a variable's name is not empty and has no \"=\" and no NUL")
    }
    for name in environment.keys where name.hasPrefix("JOBRUN_") {
      throw DocumentError(
        "environment.\(name)", "names that start with JOBRUN_ are set by jobrun itself")
    }
    stdin = try fields.text(.stdin)
    successfulReturnCodes = try JobSpec.returnCodes(fields) ?? [0]
    retry.count = try fields.integer(.retryCount, in: 0...1_000_000) ?? 0
    retry.delay = try fields.span(.retryDelay) ?? RetryPolicy.defaultDelay
    retry.backoff = try fields.decimal(.retryBackoff, in: 1...1000) ?? 1
    retry.maxDelay = try fields.span(.retryMaxDelay) ?? RetryPolicy.defaultMaxDelay
    maxExecutionTime = try fields.span(.maxExecutionTime, zeroAllowed: false)
    minExecutionTime = try fields.span(.minExecutionTime, zeroAllowed: false)
    if let least = minExecutionTime, let most = maxExecutionTime, most < least {
      throw DocumentError(
        DocumentKey.maxExecutionTime.rawValue, "\(most) is less than minExecutionTime \(least)")
    }
    killGrace = try fields.span(.killGrace) ?? JobSpec.defaultKillGrace
    leftovers = try fields.choice(.leftovers, Leftovers.self) ?? .leave
    maxOutputBytes = try fields.byteCount(.maxOutputBytes)
    hold = try fields.flag(.hold) ?? false
  }

  private static func returnCodes(_ fields: DocumentFields) throws(DocumentError) -> [Int]? {
    let key = DocumentKey.successfulReturnCodes.rawValue
    guard let json = fields[.successfulReturnCodes] else { return nil }
    guard let elements = json.array, !elements.isEmpty else {
      throw DocumentError(key, "an array of exit codes is expected, such as [0, 3]")
    }
    var codes: [Int] = []
    for (index, element) in elements.enumerated() {
      codes.append(try DocumentFields.integer(element, "\(key)[\(index)]", in: 0...255))
    }
    return codes
  }

  /// Reads what jobrun keeps for others.
  fileprivate mutating func readRecords(
    _ fields: DocumentFields, zone: TimeZoneRules
  ) throws(DocumentError) {
    purgeDays = try fields.integer(.purgeDays, in: 0...36500) ?? JobSpec.defaultPurgeDays
    canReRun = try fields.flag(.canReRun) ?? true
    maximumDateTimeToExecuteJob = try fields.instant(.maximumDateTimeToExecuteJob, in: zone)
    publishLinkAccessScope =
      try fields.choice(.publishLinkAccessScope, LinkScope.self) ?? .creator
    worker = try fields.text(.worker, numbers: true)
    description = try fields.text(.description)
    createdBy = try fields.text(.createdBy)
    category = try fields.text(.category)
    subCategory = try fields.text(.subCategory)
    clientRequestId = try fields.text(.clientRequestId, numbers: true)
    labels = try fields.texts(.labels)
    if let json = fields[.hooks] {
      hooks = try Hooks(json, field: DocumentKey.hooks.rawValue)
    }
    expectation = try fields[.expect].map { json throws(DocumentError) in
      try Expectation(json, field: DocumentKey.expect.rawValue)
    }
    plan = try fields[.plan].map { json throws(DocumentError) in
      try PlanReference(json, field: DocumentKey.plan.rawValue)
    }
  }
}
