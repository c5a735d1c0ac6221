// One parameter of a request: what /openapi.json says of it, and what a value is checked by, are
// the same declaration.

internal import HTTPServer
internal import JobCore

/// A parameter of a native request, or one that a contract's path or query has.
struct Parameter: Sendable {
  /// Where it stands.
  enum Place: String, Sendable {
    case path, query, header
  }

  /// What its value may be.
  enum Kind: Sendable {
    case text
    /// A text of a form that schemas.json has by this name, for clients; the code that takes the
    /// value checks it.
    case form(String)
    /// A text that is held against every job: what is longer than a name takes long and finds
    /// nothing, and so do many brackets in a pattern.
    case short
    case integer(ClosedRange<Int>)
    case flag
    case choice([String])
    /// RFC 3339.
    case instant
    /// RFC 3339, or a duration that is counted back.
    case past
  }

  let name: String
  let place: Place
  let kind: Kind
  let about: String
  var isRequired = false
  /// It may stand there several times.
  var isRepeated = false
  /// A value as people write it; nil where its form shows one, or none would help.
  var example: String?

  init(_ name: String, in place: Place = .query, _ kind: Kind, _ about: String) {
    self.name = name
    self.place = place
    self.kind = kind
    self.about = about
    isRequired = place == .path
  }

  /// The same, without which no request is complete.
  var required: Parameter {
    var parameter = self
    parameter.isRequired = true
    return parameter
  }

  /// The same, which may stand there several times.
  var repeated: Parameter {
    var parameter = self
    parameter.isRepeated = true
    return parameter
  }

  /// The same with an example.
  func such(as example: String) -> Parameter {
    var parameter = self
    parameter.example = example
    return parameter
  }

  /// Whether it is the id of a job.
  var isJob: Bool {
    if case .form("Id") = kind { true } else { false }
  }

  /// The Parameter Object of OpenAPI 3.1.
  var json: JSON {
    let item = kind.schema
    var members: JSONObject = [
      "name": .string(name), "in": .string(place.rawValue), "description": .string(about),
      "schema": isRepeated ? ["type": "array", "items": item] : item,
    ]
    if isRequired { members["required"] = true }
    members["example"] = example.map { .string($0) }
    return .object(members)
  }
}

extension Parameter.Kind {
  /// The JSON Schema of one value.
  var schema: JSON {
    switch self {
    case .text: ["type": "string"]
    case .form(let name): OpenAPIDocument.reference(to: name)
    case .integer(let range):
      [
        "type": "integer", "minimum": .number(JSONNumber(range.lowerBound)),
        "maximum": .number(JSONNumber(range.upperBound)),
      ]
    case .short:
      [
        "type": "string", "maxLength": .number(JSONNumber(Parameter.Kind.longest)),
        "pattern": .string("^[^\\[]*(\\[[^\\[]*){0,\(Parameter.Kind.mostBrackets)}$"),
      ]
    case .flag: ["type": "boolean"]
    case .choice(let words): ["type": "string", "enum": .array(words.map { .string($0) })]
    case .instant: ["type": "string", "format": "date-time"]
    case .past:
      [
        "anyOf": [
          ["type": "string", "format": "date-time"], OpenAPIDocument.reference(to: "Span"),
        ]
      ]
    }
  }

  private static let longest = 100
  private static let mostBrackets = 8

  /// Whether a text is a value.
  func allows(_ text: String) -> Bool {
    switch self {
    case .text, .form: true
    case .integer(let range): Parameter.Kind.integer(text).map(range.contains) ?? false
    case .short:
      text.unicodeScalars.count <= Parameter.Kind.longest
        && text.utf8.count { $0 == UInt8(ascii: "[") } <= Parameter.Kind.mostBrackets
    case .flag: text == "true" || text == "false"
    case .choice(let words): words.contains { $0.utf8.elementsEqual(text.utf8) }
    case .instant: Instant(rfc3339: text) != nil
    case .past: Instant(rfc3339: text) != nil || (try? TimeSpan(parsing: text)) != nil
    }
  }

  /// What is expected, as the end of a sentence.
  var expectation: String {
    switch self {
    case .text, .form: "a text is expected"
    case .integer(let range):
      "a whole number from \(range.lowerBound) to \(range.upperBound) is expected"
    case .short:
      "at most \(Parameter.Kind.longest) characters and \(Parameter.Kind.mostBrackets) brackets "
        + "are expected"
    case .flag: "true or false is expected"
    case .choice(let words): "one of \(words.joined(separator: ", ")) is expected"
    case .instant: "an instant is expected, such as 2026-11-21T16:56:00Z"
    case .past: "an instant is expected, such as 2026-11-21T16:56:00Z, or a duration such as 24h"
    }
  }

  /// A number as it is written in a query: digits and nothing else.
  static func integer(_ text: String) -> Int? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
  }
}

/// The query of a request, checked against what is declared.
struct QueryValues {
  private let items: [QueryItem]

  /// Checks a query.
  /// - Throws: 400 for what is not declared, stands twice, is missing, or is no value.
  init(_ items: [QueryItem], _ declared: [Parameter]) throws(RequestFailure) {
    self.items = items
    let known = declared.filter { $0.place == .query }
    var seen: Set<String> = []
    for item in items {
      guard let parameter = known.first(where: { $0.name.utf8.elementsEqual(item.name.utf8) })
      else {
        var message = "there is no parameter \"\(printable(item.name))\" here"
        if let near = nearest(item.name, in: known.map(\.name)) {
          message += "; did you mean \"\(near)\"?"
        }
        throw QueryValues.failure(item.name, message)
      }
      guard seen.insert(item.name).inserted || parameter.isRepeated else {
        throw QueryValues.failure(item.name, "it stands twice")
      }
      guard parameter.kind.allows(item.value) else {
        throw QueryValues.failure(item.name, parameter.kind.expectation)
      }
    }
    for parameter in known where parameter.isRequired && !seen.contains(parameter.name) {
      throw QueryValues.failure(parameter.name, "it is missing")
    }
  }

  /// A refusal of a parameter's value.
  static func failure(_ name: String, _ message: String, column: Int? = nil) -> RequestFailure {
    var failure = RequestFailure(.badRequest, "\(printable(name)): \(message)")
    failure.target = printable(name)
    failure.column = column
    return failure
  }

  /// The value of a parameter.
  func text(_ parameter: Parameter) -> String? { texts(parameter).first }

  /// All values of a parameter.
  func texts(_ parameter: Parameter) -> [String] {
    items.filter { $0.name.utf8.elementsEqual(parameter.name.utf8) }.map(\.value)
  }

  /// The value of a number.
  func integer(_ parameter: Parameter) -> Int? {
    text(parameter).flatMap(Parameter.Kind.integer)
  }

  /// Whether a flag is set.
  func flag(_ parameter: Parameter) -> Bool { text(parameter) == "true" }

  /// The value of an instant, durations counted back.
  func instant(_ parameter: Parameter, now: Instant) -> Instant? {
    text(parameter).flatMap { text in
      Instant(rfc3339: text) ?? (try? TimeSpan(parsing: text)).map { now - $0 }
    }
  }
}
