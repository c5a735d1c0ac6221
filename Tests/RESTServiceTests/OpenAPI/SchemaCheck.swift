// A slow, plain reading of JSON Schema, as far as schemas.json uses it. A keyword that it does not
// know is a fault, so that none is passed over.

import Foundation
import JobCore

/// Holds values against schemas.
struct SchemaCheck {
  let schemas: JSON

  private static let annotations: Set<String> = ["description", "examples"]

  /// What is wrong with a value; empty if nothing is.
  func faults(of value: JSON, against schema: JSON, at place: String = "$") -> [String] {
    guard let rules = schema.object else { return ["\(place): the schema is no object"] }
    var faults: [String] = []
    func fault(_ text: String) { faults.append("\(place): \(text)") }
    for (keyword, rule) in rules where !SchemaCheck.annotations.contains(keyword) {
      switch keyword {
      case "$ref":
        let name = rule.string?.split(separator: "/").last.map(String.init) ?? ""
        guard let target = schemas[name] else {
          fault("no schema \(name)")
          continue
        }
        faults += self.faults(of: value, against: target, at: place)
      case "type":
        let types = rule.array?.compactMap(\.string) ?? [rule.string ?? ""]
        if !types.contains(where: { SchemaCheck.isType($0, value) }) {
          fault("\(value.kindName) is none of \(types)")
        }
      case "const": if value != rule { fault("it is not \(rule)") }
      case "enum":
        if rule.array?.contains(value) != true { fault("\(value) is none of \(rule)") }
      case "format":
        if rule == "date-time", let text = value.string, Instant(rfc3339: text) == nil {
          fault("\(text) is no instant")
        }
      case "pattern":
        if let text = value.string, let pattern = rule.string,
          text.range(of: pattern, options: .regularExpression) == nil
        {
          fault("\(text) does not fit \(pattern)")
        }
      case "minimum": if let number = value.int, number < rule.int ?? 0 { fault("too small") }
      case "maximum": if let number = value.int, number > rule.int ?? 0 { fault("too large") }
      case "maxLength":
        if let text = value.string, text.unicodeScalars.count > rule.int ?? 0 { fault("too long") }
      case "minLength": if value.string?.unicodeScalars.isEmpty == true { fault("too short") }
      case "maxItems": if let items = value.array, items.count > rule.int ?? 0 { fault("too many") }
      case "minItems": if let items = value.array, items.count < rule.int ?? 0 { fault("too few") }
      case "required":
        guard let members = value.object else { continue }
        for name in rule.array?.compactMap(\.string) ?? [] where members[name] == nil {
          fault("\(name) is missing")
        }
      case "properties":
        for (name, member) in value.object ?? [:] {
          if let inner = rule[name] {
            faults += self.faults(of: member, against: inner, at: "\(place).\(name)")
          }
        }
      case "patternProperties", "additionalProperties":
        for (name, member) in value.object ?? [:]
        where keyword == "additionalProperties" && !SchemaCheck.isNamed(name, rules) {
          if rule == false { fault("there is no member \(name)") }
          if rule.object != nil {
            faults += self.faults(of: member, against: rule, at: "\(place).\(name)")
          }
        }
      case "propertyNames":
        for name in value.object?.keys ?? [] {
          faults += self.faults(of: .string(name), against: rule, at: "\(place).\(name)")
        }
      case "items", "prefixItems":
        let prefix = rules["prefixItems"]?.array ?? []
        for (index, item) in (value.array ?? []).enumerated()
        where (index < prefix.count) == (keyword == "prefixItems") {
          let rule = index < prefix.count ? prefix[index] : rule
          faults += self.faults(of: item, against: rule, at: "\(place)[\(index)]")
        }
      case "allOf":
        for choice in rule.array ?? [] {
          faults += self.faults(of: value, against: choice, at: place)
        }
      case "not":
        if self.faults(of: value, against: rule).isEmpty { fault("it fits what it must not") }
      case "anyOf":
        let choices = rule.array ?? []
        if !choices.contains(where: { self.faults(of: value, against: $0).isEmpty }) {
          fault("it fits none of \(choices.count) schemas")
        }
      default: fault("the schema has a keyword that nobody checks: \(keyword)")
      }
    }
    return faults
  }

  private static func isNamed(_ name: String, _ rules: JSONObject) -> Bool {
    if rules["properties"]?[name] != nil { return true }
    return (rules["patternProperties"]?.object?.keys ?? []).contains {
      name.range(of: $0, options: .regularExpression) != nil
    }
  }

  private static func isType(_ type: String, _ value: JSON) -> Bool {
    switch type {
    case "object": value.object != nil
    case "array": value.array != nil
    case "string": value.string != nil
    case "boolean": value.bool != nil
    case "null": value.isNull
    case "integer": value.int != nil
    case "number": value.number != nil
    default: false
    }
  }
}
