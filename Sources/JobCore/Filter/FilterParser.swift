// The grammar of filters, one function a rule:
//
//   filter      = disjunction end
//   disjunction = conjunction *("or" conjunction)
//   conjunction = negation *("and" negation)
//   negation    = "not" negation / comparison
//   comparison  = primary [("eq" / "ne" / "gt" / "ge" / "lt" / "le") primary]
//   primary     = "(" disjunction ")" / function "(" ... ")" / value / property

/// Reads a filter from its words and checks its types.
struct FilterParser {
  /// Parentheses, functions and negations inside one another; bounds the stack.
  private static let deepest = 50
  private static let lowercase = "tolower"

  /// Part of a filter, with its type; nil for null.
  private struct Term {
    let operand: Filter.Operand
    let type: FilterType?
    let column: Int

    init(_ operand: Filter.Operand, _ type: FilterType?, at column: Int) {
      self.operand = operand
      self.type = type
      self.column = column
    }

    init(_ condition: Filter.Condition, at column: Int) {
      self.init(.condition(condition), .condition, at: column)
    }

    var words: String { type?.rawValue ?? "null" }
  }

  private let tokens: [FilterToken]
  private let properties: [FilterProperty]
  private var index = 0
  private var depth = 0

  init(_ tokens: [FilterToken], _ properties: [FilterProperty]) {
    self.tokens = tokens
    self.properties = properties
  }

  mutating func filter() throws(FilterError) -> Filter.Condition {
    if case .end = current.kind {
      throw FilterError(column: current.column, reason: "the filter is empty")
    }
    let condition = try condition(try disjunction())
    guard case .end = current.kind else { throw unexpected("and, or, or the end") }
    return condition
  }

  /// The word that is next; the last one stands for the end and is never passed.
  private var current: FilterToken { tokens[index] }

  private func unexpected(_ expected: String) -> FilterError {
    var reason = "\(expected) is expected, not \(printable(current.text))"
    if case .name(let name) = current.kind {
      let words = ["and", "or"] + Filter.Comparison.allCases.map(\.rawValue)
      if let near = nearest(name, in: words) { reason += "; did you mean \"\(near)\"?" }
    }
    return FilterError(column: current.column, reason: reason)
  }

  private mutating func take(_ word: String) -> Bool {
    guard case .name(word) = current.kind else { return false }
    index += 1
    return true
  }

  private func condition(_ term: Term) throws(FilterError) -> Filter.Condition {
    guard term.type == .condition else {
      throw FilterError(
        column: term.column, reason: "a condition is expected, not \(term.words): compare it")
    }
    if case .condition(let condition) = term.operand { return condition }
    return .operand(term.operand)
  }

  private mutating func deeper(
    _ body: (inout FilterParser) throws(FilterError) -> Term
  ) throws(FilterError) -> Term {
    depth += 1
    defer { depth -= 1 }
    guard depth <= FilterParser.deepest else {
      throw FilterError(
        column: current.column,
        reason: "more than \(FilterParser.deepest) parentheses and negations inside one another")
    }
    return try body(&self)
  }

  // MARK: Rules

  private mutating func disjunction() throws(FilterError) -> Term {
    let first = try conjunction()
    guard case .name("or") = current.kind else { return first }
    var parts = [try condition(first)]
    while take("or") { parts.append(try condition(try conjunction())) }
    return Term(.any(parts), at: first.column)
  }

  private mutating func conjunction() throws(FilterError) -> Term {
    let first = try negation()
    guard case .name("and") = current.kind else { return first }
    var parts = [try condition(first)]
    while take("and") { parts.append(try condition(try negation())) }
    return Term(.all(parts), at: first.column)
  }

  private mutating func negation() throws(FilterError) -> Term {
    let column = current.column
    guard take("not") else { return try comparison() }
    return try deeper { parser throws(FilterError) in
      let inner = try parser.negation()
      return Term(.not(try parser.condition(inner)), at: column)
    }
  }

  private mutating func comparison() throws(FilterError) -> Term {
    let left = try primary()
    guard case .name(let word) = current.kind, word != "and", word != "or" else { return left }
    guard let comparison = Filter.Comparison(rawValue: word) else {
      throw unexpected("an operator (eq, ne, gt, ge, lt, le, and, or)")
    }
    let column = current.column
    index += 1
    let right = try primary()
    if let one = left.type, let other = right.type, one != other {
      throw FilterError(
        column: right.column,
        reason: "\(right.words) cannot be compared with \(left.words)"
          + FilterParser.remedy(one, other))
    }
    let hasOrder = left.type != .condition && right.type != .condition
    guard hasOrder || comparison == .equal || comparison == .unequal else {
      throw FilterError(column: column, reason: "conditions have no order: use eq or ne")
    }
    return Term(.compare(left.operand, comparison, right.operand), at: left.column)
  }

  private static func remedy(_ one: FilterType, _ other: FilterType) -> String {
    switch (one, other) {
    case (.text, .number), (.text, .instant): "; put it in single quotes"
    case (.number, .text), (.instant, .text): "; write it without quotes"
    case (_, .number), (_, .text), (_, .instant), (_, .condition): ""
    }
  }

  private mutating func primary() throws(FilterError) -> Term {
    let token = current
    switch token.kind {
    case .open:
      index += 1
      let inner = try deeper { parser throws(FilterError) in try parser.disjunction() }
      try close()
      return Term(inner.operand, inner.type, at: token.column)
    case .value(let value):
      index += 1
      return Term(.value(value), value.type, at: token.column)
    case .name(let name):
      index += 1
      if case .open = current.kind { return try function(name, at: token.column) }
      switch name {
      case "null": return Term(.value(.null), nil, at: token.column)
      case "true": return Term(.value(.truth(true)), .condition, at: token.column)
      case "false": return Term(.value(.truth(false)), .condition, at: token.column)
      default: return try property(name, at: token.column)
      }
    case .close, .comma, .end: throw unexpected("a property, a value or (")
    }
  }

  private mutating func close() throws(FilterError) {
    guard case .close = current.kind else { throw unexpected("and, or, or )") }
    index += 1
  }

  private func property(_ name: String, at column: Int) throws(FilterError) -> Term {
    let wanted = name.lowercased()
    guard let place = properties.firstIndex(where: { $0.name.lowercased() == wanted }) else {
      var reason = "there is no property \"\(printable(name))\""
      if let near = nearest(name, in: properties.map(\.name)) {
        reason += "; did you mean \"\(near)\"?"
      }
      throw FilterError(column: column, reason: reason)
    }
    return Term(.property(place), properties[place].type, at: column)
  }

  private mutating func function(_ name: String, at column: Int) throws(FilterError) -> Term {
    let known = Filter.TextTest.allCases.map(\.rawValue) + [FilterParser.lowercase]
    guard known.contains(name) else {
      var reason = "there is no function \"\(printable(name))\""
      if let near = nearest(name, in: known) {
        reason += "; did you mean \"\(near)\"?"
      } else {
        reason += "; known are \(known.joined(separator: ", "))"
      }
      throw FilterError(column: column, reason: reason)
    }
    index += 1
    return try deeper { parser throws(FilterError) in
      let first = try parser.argument()
      guard let test = Filter.TextTest(rawValue: name) else {
        try parser.close()
        return Term(.lowercased(first), .text, at: column)
      }
      guard case .comma = parser.current.kind else {
        throw parser.unexpected("a comma and a second string")
      }
      parser.index += 1
      let second = try parser.argument()
      try parser.close()
      return Term(.test(test, first, second), at: column)
    }
  }

  /// An argument of a function: all of them take strings.
  private mutating func argument() throws(FilterError) -> Filter.Operand {
    let term = try disjunction()
    guard term.type == .text || term.type == nil else {
      throw FilterError(
        column: term.column, reason: "a string is expected, not \(term.words)")
    }
    return term.operand
  }
}
