// next -: questions and answers as NDJSON, so that other programs can ask many at once.

import JobCore
import JobSpool
import LinuxIO

/// Answers a stream of questions about expressions.
struct NextStream {
  private let session: Session
  private static let keys = ["quartzDef", "timeZone", "from", "count", "dst"]
  private static let largestCount = 100_000

  /// What stands in where a question says nothing.
  struct Defaults {
    let zone: TimeZoneRules
    let from: Instant
    let count: Int
  }

  private let defaults: Defaults

  init(_ session: Session, _ defaults: Defaults) {
    self.session = session
    self.defaults = defaults
  }

  /// Answers every line in order.
  /// - Returns: 65 if any of them was wrong.
  func run() throws -> Int32 {
    var code = ExitCode.success
    var stream = JSONDocumentStream()
    while true {
      let bytes = try StandardStream.input.read(limit: 1 << 16)
      stream.append(bytes)
      while let element = stream.next(endOfInput: bytes.isEmpty) {
        let answer: JSON
        do throws(Question) {
          answer = try self.answer(element)
        } catch {
          code = ExitCode.badDocument
          answer = error.json
        }
        try session.print(String(decoding: answer.serialized(), as: UTF8.self))
      }
      if bytes.isEmpty { return code }
      if !StandardStream.input.isReady { try session.flush() }
    }
  }

  /// What is wrong with a question.
  private struct Question: Error {
    let field: String
    let column: Int?
    let message: String

    init(_ field: String, _ message: String, column: Int? = nil) {
      self.field = field
      self.message = message
      self.column = column
    }

    var json: JSON {
      var members: JSONObject = ["field": .string(field), "message": .string(message)]
      members["column"] = column.map { .number(JSONNumber($0)) }
      return ["error": .object(members)]
    }
  }

  private func answer(_ element: JSONDocumentStream.Element) throws(Question) -> JSON {
    switch element {
    case .failure(let error, _): throw Question("", error.message)
    case .document(let json, _): return try answer(json)
    }
  }

  private func answer(_ json: JSON) throws(Question) -> JSON {
    for key in json.object?.keys ?? [] where !NextStream.keys.contains(key) {
      throw Question(key, "there is no such key; known: \(NextStream.keys.joined(separator: ", "))")
    }
    guard let text = json["quartzDef"]?.string else {
      throw Question("quartzDef", "a quartz expression is expected")
    }
    var zone = defaults.zone
    if let given = json["timeZone"], !given.isNull {
      guard let name = given.string else {
        throw Question("timeZone", "a string is expected, not \(given.kindName)")
      }
      do throws(UnknownZone) {
        zone = try session.zones.find(name)
      } catch {
        throw Question("timeZone", "\(error)")
      }
    }
    var from = defaults.from
    if let given = json["from"], !given.isNull {
      guard let text = given.string, let instant = try? zone.instant(from: text) else {
        throw Question("from", "a date and time is expected, such as 2026-11-21T16:56:00Z")
      }
      from = instant
    }
    var count = defaults.count
    if let given = json["count"], !given.isNull {
      guard let number = given.int, (1...NextStream.largestCount).contains(number) else {
        throw Question("count", "a whole number from 1 to \(NextStream.largestCount) is expected")
      }
      count = number
    }
    let expression: CronExpression
    do throws(CronError) {
      expression = try CronExpression(text)
    } catch {
      let remedy = error.remedy.map { "; \($0)" } ?? ""
      throw Question(error.field ?? "quartzDef", error.reason + remedy, column: error.column)
    }
    var rules = DaylightSaving.auto
    if let given = json["dst"], !given.isNull {
      do {
        rules = try DaylightSaving(given, field: "dst")
      } catch {
        throw Question(error.field, error.reason)
      }
    }
    let firings = expression.firings(after: from, count: count, in: zone, daylightSaving: rules)
    return ["fires": .array(firings.map { .string($0.instant.rfc3339) })]
  }
}
