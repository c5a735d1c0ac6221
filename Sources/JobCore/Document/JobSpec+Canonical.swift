// The one form in which a specification is written down, and read back.

extension JobSpec {
  /// The canonical document: every key that differs from its default, and those that are
  /// resolved at submit (command, name, workingDirectory, umask, timeZone). Instants are
  /// RFC 3339 in UTC, flags true or false, durations in their shortest form.
  public var document: JSONObject {
    var members = JSONObject()
    func put(_ key: DocumentKey, _ value: JSON?) {
      if let value { members[key.rawValue] = value }
    }
    func put(_ key: DocumentKey, flag: Bool, default fallback: Bool = false) {
      if flag != fallback { members[key.rawValue] = .bool(flag) }
    }
    func put(_ key: DocumentKey, span: TimeSpan?, default fallback: TimeSpan? = nil) {
      if let span, span != fallback { members[key.rawValue] = .string(span.description) }
    }
    func put(_ key: DocumentKey, texts: [String: String]) {
      if texts.isEmpty { return }
      put(
        key,
        .object(JSONObject(texts.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })))
    }

    switch command {
    case .program(let arguments): put(.command, .array(arguments.map { .string($0) }))
    case .shell(let line): put(.command, .string(line))
    }
    put(.model, model.map { .string($0) })
    put(.name, .string(name))
    put(.values, values.isEmpty ? nil : .object(values))
    put(.environment, texts: environment)
    put(.workingDirectory, .string(workingDirectory))
    put(.umask, .string(JobSpec.octal(umask)))
    put(.stdin, stdin.map { .string($0) })
    if successfulReturnCodes != [0] {
      put(.successfulReturnCodes, .array(successfulReturnCodes.map { .number(JSONNumber($0)) }))
    }
    if quartz.count == 1 {
      put(.quartzDef, .string(quartz[0].text))
    } else if !quartz.isEmpty {
      put(.quartzDef, .array(quartz.map { .string($0.text) }))
    }
    put(.fileTrigger, fileTrigger?.json)
    put(.timeZone, .string(timeZone))
    put(.startDate, startDate.map { .string($0.rfc3339) })
    put(.endDate, endDate.map { .string($0.rfc3339) })
    put(.runOnce, flag: runOnce)
    put(.runImmediately, flag: runImmediately)
    put(.dst, daylightSaving.json)
    if misfire != .once { put(.misfire, .string(misfire.rawValue)) }
    put(.misfireGrace, span: misfireGrace, default: JobSpec.defaultMisfireGrace)
    if overlap != .queue { put(.overlap, .string(overlap.rawValue)) }
    if weekdays != .all {
      put(.daysOfWeekToRun, .array(weekdays.numbers.map { .number(JSONNumber($0)) }))
    }
    if !blackout.isEmpty { put(.blackout, .array(blackout.map { .string($0.text) })) }
    put(.jitter, span: jitter)
    if retry.count > 0 { put(.retryCount, .number(JSONNumber(retry.count))) }
    put(.retryDelay, span: retry.delay, default: RetryPolicy.defaultDelay)
    if retry.backoff != 1 { put(.retryBackoff, JSONNumber(retry.backoff).map { .number($0) }) }
    put(.retryMaxDelay, span: retry.maxDelay, default: RetryPolicy.defaultMaxDelay)
    put(.maxExecutionTime, span: maxExecutionTime)
    put(.minExecutionTime, span: minExecutionTime)
    put(.killGrace, span: killGrace, default: JobSpec.defaultKillGrace)
    if leftovers != .leave { put(.leftovers, .string(leftovers.rawValue)) }
    put(.maxOutputBytes, maxOutputBytes.map { .number(JSONNumber($0.bytes)) })
    put(.queue, queue.map { .string($0) })
    if priority != 0 { put(.priority, .number(JSONNumber(priority))) }
    if !needs.isEmpty {
      put(
        .needs, .object(JSONObject(needs.map { ($0.key, .number(JSONNumber($0.value))) })))
    }
    if locks.count == 1 {
      put(.locks, .string(locks[0]))
    } else if !locks.isEmpty {
      put(.locks, .array(locks.map { .string($0) }))
    }
    if !after.isEmpty { put(.after, .array(after.map { .string($0.text) })) }
    if !hooks.isEmpty { put(.hooks, hooks.json) }
    put(.expect, expectation?.json)
    put(.hold, flag: hold)
    if purgeDays != JobSpec.defaultPurgeDays { put(.purgeDays, .number(JSONNumber(purgeDays))) }
    put(.canReRun, flag: canReRun, default: true)
    put(.maximumDateTimeToExecuteJob, maximumDateTimeToExecuteJob.map { .string($0.rfc3339) })
    if publishLinkAccessScope != .creator {
      put(.publishLinkAccessScope, .string(publishLinkAccessScope.rawValue))
    }
    put(.worker, worker.map { .string($0) })
    put(.description, description.map { .string($0) })
    put(.createdBy, createdBy.map { .string($0) })
    put(.category, category.map { .string($0) })
    put(.subCategory, subCategory.map { .string($0) })
    put(.clientRequestId, clientRequestId.map { .string($0) })
    put(.labels, texts: labels)
    put(.plan, plan?.json)
    return members
  }

  private static func octal(_ mask: UInt32) -> String {
    let digits = String(mask, radix: 8)
    return String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }

  /// Reads a canonical document back. It names a model for information only, and its zone
  /// was known at submit, so neither models nor zone files are looked at.
  init(canonical members: JSONObject) throws(DocumentError) {
    self = try JobDocument(.object(members), in: .ofStored).spec
  }
}

extension DocumentContext {
  /// That of a document that was read before: it has all that is needed, and is held to what was
  /// asked for then.
  fileprivate static var ofStored: DocumentContext {
    var context = DocumentContext(
      workingDirectory: "/", umask: 0o077, timeZone: "UTC", model: { _ in nil },
      modelNames: { [] }, zone: { _ in .utc })
    context.isStored = true
    return context
  }
}
