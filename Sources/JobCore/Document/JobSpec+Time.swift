// When a job runs: the part of a document that names expressions, window and the rules for
// firings that are doubled, missed or left out.

extension JobSpec {
  /// Reads what is said of when to run.
  mutating func readTime(
    _ fields: DocumentFields, zone: TimeZoneRules
  ) throws(DocumentError) {
    quartz = try JobSpec.expressions(fields)
    startDate = try fields.instant(.startDate, in: zone)
    endDate = try fields.instant(.endDate, in: zone)
    if let start = startDate, let end = endDate, end < start {
      throw DocumentError(
        DocumentKey.endDate.rawValue, "it is before startDate: no run could ever begin")
    }
    runOnce = try fields.flag(.runOnce) ?? false
    runImmediately = try fields.flag(.runImmediately) ?? false
    daylightSaving =
      try fields[.dst].map { json throws(DocumentError) in
        try DaylightSaving(json, field: DocumentKey.dst.rawValue)
      } ?? .auto
    misfire = try fields.choice(.misfire, Misfire.self) ?? .once
    misfireGrace = try fields.span(.misfireGrace) ?? JobSpec.defaultMisfireGrace
    if misfireGrace < JobSpec.shortestMisfireGrace {
      throw DocumentError(
        DocumentKey.misfireGrace.rawValue,
        "at least \(JobSpec.shortestMisfireGrace) is needed: no timer is exact")
    }
    weekdays = try JobSpec.weekdays(fields) ?? .all
    blackout = try JobSpec.blackout(fields, zone: zone)
    jitter = try fields.span(.jitter, zeroAllowed: false)
    if let jitter, jitter > JobSpec.longestJitter {
      throw DocumentError(
        DocumentKey.jitter.rawValue, "\(jitter) is more than \(JobSpec.longestJitter)")
    }
  }

  /// More would hardly be the same firing.
  private static let longestJitter = TimeSpan.seconds(7 * 86_400)

  /// With less, an idle machine that wakes late would miss what it was there for.
  private static let shortestMisfireGrace = TimeSpan.seconds(1)

  private static func weekdays(_ fields: DocumentFields) throws(DocumentError) -> Weekdays? {
    guard let elements = fields.elements(.daysOfWeekToRun) else { return nil }
    var numbers: [Int] = []
    for (field, json) in elements {
      if let name = json.string?.uppercased(), let index = Weekdays.names.firstIndex(of: name) {
        numbers.append(index + 1)
      } else if let number = json.int ?? json.string.flatMap({ Int($0) }), 1...7 ~= number {
        numbers.append(number)
      } else {
        throw DocumentError(
          field, "a day is expected, 1 (Sunday) to 7 or SUN to SAT, and one entry for each")
      }
    }
    if numbers.isEmpty {
      throw DocumentError(
        DocumentKey.daysOfWeekToRun.rawValue, "the array is empty: no day would be left")
    }
    return Weekdays(numbers: numbers)
  }

  /// A schedule tries them one after the other.
  private static let mostBlackouts = 1000

  private static func blackout(
    _ fields: DocumentFields, zone: TimeZoneRules
  ) throws(DocumentError) -> [Blackout] {
    var entries: [Blackout] = []
    var expressions = 0
    for (field, json) in fields.elements(.blackout) ?? [] {
      guard let text = json.string else {
        throw DocumentError(field, "a string is expected, not \(json.kindName)")
      }
      // No expression begins with a year.
      if text.prefix(5).last == "-", text.prefix(4).allSatisfy(\.isNumber) {
        entries.append(.range(try Blackout.range(text, field: field, in: zone)))
      } else {
        do throws(DocumentError) {
          entries.append(.expression(try expression(text, field)))
        } catch {
          throw DocumentError(
            field, "this is neither FROM/TO with dates such as 2026-12-24 nor a quartz expression",
            illustration: error.illustration)
        }
        expressions += 1
      }
    }
    guard entries.count <= mostBlackouts, expressions <= WallExclusions.largestCount else {
      throw DocumentError(
        DocumentKey.blackout.rawValue,
        "at most \(mostBlackouts) entries are allowed, \(WallExclusions.largestCount) of them "
          + "expressions")
    }
    return entries
  }

  /// Each is searched whenever the job is decided on.
  private static let mostExpressions = 32

  private static func expressions(
    _ fields: DocumentFields
  ) throws(DocumentError) -> [CronExpression] {
    guard let elements = fields.elements(.quartzDef) else { return [] }
    if elements.isEmpty {
      throw DocumentError(
        DocumentKey.quartzDef.rawValue, "the array is empty; leave the key out")
    }
    guard elements.count <= mostExpressions else {
      throw DocumentError(
        DocumentKey.quartzDef.rawValue, "at most \(mostExpressions) expressions are allowed")
    }
    var expressions: [CronExpression] = []
    for (field, json) in elements {
      guard let text = json.string else {
        throw DocumentError(field, "a string is expected, not \(json.kindName)")
      }
      expressions.append(try expression(text, field))
    }
    return expressions
  }

  private static func expression(
    _ text: String, _ field: String
  ) throws(DocumentError) -> CronExpression {
    do throws(CronError) {
      let expression = try CronExpression(text)
      guard expression.canEverMatch else {
        throw CronError(
          field: nil, column: 1, reason: "this matches no day that ever comes", remedy: nil)
      }
      return expression
    } catch {
      throw DocumentError(
        field, "this is not a quartz expression", illustration: error.rendered(text))
    }
  }
}

extension Blackout {
  /// Reads `FROM/TO`, as ISO 8601 writes an interval: up to but without `TO`.
  /// - Parameter zone: the zone of dates that name none.
  public static func range(
    _ text: String, field: String, in zone: TimeZoneRules
  ) throws(DocumentError) -> Range<Instant> {
    let ends = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard ends.count == 2 else {
      throw DocumentError(field, "a range is FROM/TO, such as 2026-12-24 18:00/2026-12-27")
    }
    let from = try DocumentFields.instant(ends[0], field, in: zone)
    let to = try DocumentFields.instant(ends[1], field, in: zone)
    guard from < to else {
      throw DocumentError(
        field, "nothing is in it: the second date is the first instant after the range")
    }
    return from..<to
  }
}

extension DaylightSaving {
  /// Reads `{"gap": ..., "overlap": ...}`; what is left out is `auto`.
  public init(_ json: JSON, field: String) throws(DocumentError) {
    guard let members = json.object else {
      throw DocumentError(
        field, "an object such as {\"gap\": \"skip\"} is expected, not \(json.kindName)")
    }
    for key in members.keys where key != "gap" && key != "overlap" {
      throw DocumentError("\(field).\(key)", "there is no such key; gap and overlap are known")
    }
    self.init(
      gap: try DocumentFields.choice(members["gap"], "\(field).gap", Gap.self) ?? .auto,
      overlap: try DocumentFields.choice(members["overlap"], "\(field).overlap", Overlap.self)
        ?? .auto)
  }

  /// The written form; nil for the default.
  var json: JSON? {
    var members = JSONObject()
    if gap != .auto { members["gap"] = .string(gap.rawValue) }
    if overlap != .auto { members["overlap"] = .string(overlap.rawValue) }
    return members.isEmpty ? nil : .object(members)
  }
}
