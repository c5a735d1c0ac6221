// The condition language of OData 4 ($filter, URL conventions section 5.1.1), as far as jobs need
// it. A filter is a value: parsed once, checked for types against a table of properties, then
// asked about one set of values after the other. It knows no jobs.
//
// Null follows OData: equal to itself only, neither less nor greater than anything, and what a
// function makes of it is null again. So a condition is true, false or unknown, and what is
// unknown does not fit, negated or not.

/// A condition on properties, such as `jobStatus eq 'Failed' and not contains(createdBy, 'ada')`.
public struct Filter: Hashable, Sendable {
  /// How two values are compared.
  enum Comparison: String, CaseIterable, Sendable {
    case equal = "eq"
    case unequal = "ne"
    case greater = "gt"
    case greaterOrEqual = "ge"
    case less = "lt"
    case lessOrEqual = "le"
  }

  /// A function of two texts.
  enum TextTest: String, CaseIterable, Sendable {
    case contains, startswith, endswith
  }

  /// What can be true. `all` and `any` hold many, so that a long chain is not a deep one.
  indirect enum Condition: Hashable, Sendable {
    case all([Condition])
    case any([Condition])
    case not(Condition)
    case compare(Operand, Comparison, Operand)
    case test(TextTest, Operand, Operand)
    case operand(Operand)
  }

  /// What can be compared. A property is its place in the table.
  indirect enum Operand: Hashable, Sendable {
    case value(FilterValue)
    case property(Int)
    case lowercased(Operand)
    case condition(Condition)
  }

  private let condition: Condition

  /// Reads a filter.
  /// - Parameter properties: what it may name; their places in the array stand for them.
  /// - Throws: the first fault, with its column.
  public init(_ text: String, properties: [FilterProperty]) throws(FilterError) {
    var parser = FilterParser(try FilterScanner.tokens(of: text), properties)
    condition = try parser.filter()
  }

  /// Whether the condition is true.
  /// - Parameter value: gives the value of a property by its place; asked only as needed.
  public func fits(_ value: (Int) -> FilterValue) -> Bool {
    Filter.truth(of: condition, value) == true
  }

  /// Values of which one must be that of a property, or the filter does not fit; nil if it may
  /// fit with any. Lets a look-up take the place of a search.
  public func required(_ property: Int) -> [FilterValue]? {
    Filter.required(property, by: condition)
  }

  private static func required(_ property: Int, by condition: Condition) -> [FilterValue]? {
    switch condition {
    case .all(let parts):
      return parts.lazy.compactMap { required(property, by: $0) }.first
    case .any(let parts):
      var values: [FilterValue] = []
      for part in parts {
        guard let more = required(property, by: part) else { return nil }
        values += more
      }
      return values
    case .compare(.property(property), .equal, .value(let value)),
      .compare(.value(let value), .equal, .property(property)):
      return [value]
    case .operand(.condition(let inner)): return required(property, by: inner)
    case .not, .compare, .test, .operand: return nil
    }
  }

  // MARK: Evaluation

  private static func truth(of condition: Condition, _ value: (Int) -> FilterValue) -> Bool? {
    switch condition {
    case .all(let parts):
      var result: Bool? = true
      for part in parts {
        switch truth(of: part, value) {
        case false?: return false
        case nil: result = nil
        case true?: continue
        }
      }
      return result
    case .any(let parts):
      var result: Bool? = false
      for part in parts {
        switch truth(of: part, value) {
        case true?: return true
        case nil: result = nil
        case false?: continue
        }
      }
      return result
    case .not(let inner): return truth(of: inner, value).map { !$0 }
    case .compare(let left, let comparison, let right):
      return compare(evaluate(left, value), comparison, evaluate(right, value))
    case .test(let test, let text, let part):
      guard case .text(let text) = evaluate(text, value),
        case .text(let part) = evaluate(part, value)
      else { return nil }
      return holds(test, text, part)
    case .operand(let operand):
      guard case .truth(let truth) = evaluate(operand, value) else { return nil }
      return truth
    }
  }

  private static func evaluate(
    _ operand: Operand, _ value: (Int) -> FilterValue
  ) -> FilterValue {
    switch operand {
    case .value(let constant): return constant
    case .property(let place): return value(place)
    case .lowercased(let inner):
      guard case .text(let text) = evaluate(inner, value) else { return .null }
      return .text(text.lowercased())
    case .condition(let condition):
      return truth(of: condition, value).map { .truth($0) } ?? .null
    }
  }

  private static func compare(
    _ left: FilterValue, _ comparison: Comparison, _ right: FilterValue
  ) -> Bool {
    switch comparison {
    case .equal: return left == right
    case .unequal: return left != right
    case .greater, .greaterOrEqual, .less, .lessOrEqual: break
    }
    if left == .null || right == .null { return false }
    switch comparison {
    case .greater: return right.precedes(left)
    case .greaterOrEqual: return !left.precedes(right)
    case .less: return left.precedes(right)
    case .lessOrEqual, .equal, .unequal: return !right.precedes(left)
    }
  }

  private static func holds(_ test: TextTest, _ text: String, _ part: String) -> Bool {
    let text = text.utf8
    let part = part.utf8
    switch test {
    case .contains: return part.isEmpty || text.firstRange(of: part) != nil
    case .startswith: return text.starts(with: part)
    case .endswith: return text.reversed().starts(with: part.reversed())
    }
  }
}
