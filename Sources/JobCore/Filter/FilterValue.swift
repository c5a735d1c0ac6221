// What a filter compares: values of four types, and null, which has no type.

/// The type of a property or an expression.
public enum FilterType: String, Sendable {
  case text = "a string"
  case number = "a number"
  case instant = "a date"
  case condition = "a condition"
}

/// A value that a filter compares.
public enum FilterValue: Hashable, Sendable {
  case null
  case text(String)
  case number(Double)
  case instant(Instant)
  case truth(Bool)

  /// Its type; nil for null, which goes with every type.
  var type: FilterType? {
    switch self {
    case .null: nil
    case .text: .text
    case .number: .number
    case .instant: .instant
    case .truth: .condition
    }
  }

  public static func == (left: FilterValue, right: FilterValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    // Two texts that only look alike are two file names and two jobs.
    case (.text(let left), .text(let right)): left.hasSameBytes(as: right)
    case (.number(let left), .number(let right)): left == right
    case (.instant(let left), .instant(let right)): left == right
    case (.truth(let left), .truth(let right)): left == right
    case (.null, _), (.text, _), (.number, _), (.instant, _), (.truth, _): false
    }
  }

  /// Whether it sorts before another of its type: null first, texts by their bytes. False for
  /// values of different types.
  public func precedes(_ other: FilterValue) -> Bool {
    switch (self, other) {
    case (.null, .null): false
    case (.null, _): true
    case (.text(let left), .text(let right)): left.precedesInBytes(right)
    case (.number(let left), .number(let right)): left < right
    case (.instant(let left), .instant(let right)): left < right
    case (.text, _), (.number, _), (.instant, _), (.truth, _): false
    }
  }
}

/// A property that filters may name.
public struct FilterProperty: Sendable {
  /// Its name; filters may write it in any letter case.
  public let name: String
  public let type: FilterType

  /// A property of a name and type.
  public init(_ name: String, _ type: FilterType) {
    self.name = name
    self.type = type
  }
}
