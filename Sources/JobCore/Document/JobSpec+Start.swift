// What is said of when a job that is due may start: its queue, its place there, and what it
// shares with other jobs.

extension JobSpec {
  /// The queue of jobs that name none.
  public static let defaultQueue = "default"
  /// Priorities that a job can have.
  static let priorities = -1000...1000

  /// Reads what a job needs to start.
  mutating func readStart(_ fields: DocumentFields) throws(DocumentError) {
    queue = try fields.text(.queue)
    if let queue, !JobSpec.isName(queue) {
      throw DocumentError(DocumentKey.queue.rawValue, JobSpec.nameRule)
    }
    // Beside a worker it says something: not the queue of that name.
    if queue == JobSpec.defaultQueue, fields[.worker] == nil { queue = nil }
    priority = try fields.integer(.priority, in: JobSpec.priorities) ?? 0
    needs = try JobSpec.needs(fields)
    locks = try JobSpec.locks(fields)
    after = try JobSpec.parents(fields)
  }

  /// What `isName` asks for, in words.
  public static let nameRule =
    "a name of 1 to 200 characters without control characters is expected"

  private static func needs(_ fields: DocumentFields) throws(DocumentError) -> [String: Int] {
    guard let json = fields[.needs] else { return [:] }
    guard let members = json.object else {
      throw DocumentError(
        DocumentKey.needs.rawValue,
        "an object of pools and amounts is expected, such as {\"gpu\": 1}, not \(json.kindName)")
    }
    var needs: [String: Int] = [:]
    for (pool, amount) in members {
      let field = "\(DocumentKey.needs.rawValue).\(pool)"
      if !isName(pool) { throw DocumentError(field, nameRule) }
      // No pool of that size has to be there: the job waits until one is.
      needs[pool] = try DocumentFields.integer(
        amount, field, in: 1...SpoolConfig.poolSizes.upperBound)
    }
    return needs
  }

  /// Each is an open file of whoever has it.
  private static let mostLocks = 64

  private static func locks(_ fields: DocumentFields) throws(DocumentError) -> [String] {
    var names: Set<String> = []
    let elements = fields.elements(.locks) ?? []
    guard elements.count <= mostLocks else {
      throw DocumentError(
        DocumentKey.locks.rawValue, "\(elements.count) are too many; \(mostLocks) are allowed")
    }
    for (field, json) in elements {
      guard let name = json.string, isName(name) else { throw DocumentError(field, nameRule) }
      names.insert(name)
    }
    return names.sorted()
  }
}
