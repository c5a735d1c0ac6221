// The typed dialect in which the original's dashboard sends plans: every value that is not a
// scalar stands in an array of two, behind the name of its class (contracts, ikasan.md 1.2).

extension JSON {
  /// Whether it is written in the typed dialect, which its root tells.
  var isTyped: Bool {
    guard case .array(let pair) = self, pair.count == 2 else { return false }
    return pair[0].string != nil
  }

  /// The plain value of a typed one. The class of an object stays with it, under `classKey`.
  /// - Parameter field: where it stands, for errors.
  func untyped(_ field: String) throws(DocumentError) -> JSON {
    switch self {
    case .null, .bool, .number, .string: return self
    case .object:
      throw DocumentError(
        field, "an object without a class; in the typed form it is [\"CLASS\", {...}]")
    case .array(let pair):
      guard pair.count == 2, let type = pair[0].string else {
        throw DocumentError(
          field, "a list without a class; in the typed form it is [\"java.util.ArrayList\", [...]]")
      }
      guard JSON.packages.contains(where: type.hasPrefix) else {
        throw DocumentError(field, "the class \"\(type)\" is not one of a plan's")
      }
      switch pair[1] {
      case .array(let elements):
        var plain: [JSON] = []
        for (index, element) in elements.enumerated() {
          plain.append(try element.untyped("\(field)[\(index)]"))
        }
        return .array(plain)
      case .object(let members):
        var plain = JSONObject()
        for (key, value) in members {
          plain[key] = try value.untyped(field.isEmpty ? key : "\(field).\(key)")
        }
        if type != JSON.map { plain[JSON.classKey] = .string(type) }
        return .object(plain)
      case .null: return .null
      case let other:
        throw DocumentError(field, "a \(type) cannot be \(other.kindName)")
      }
    }
  }

  /// Holds the name of an object's class in the plain form; no name of the contract has an "@".
  static let classKey = "@class"

  private static let map = "java.util.HashMap"
  /// Classes that may be named begin so.
  private static let packages = [
    "org.ikasan.spec.scheduled.job.model", "org.ikasan.job.orchestration.model.job",
    "org.ikasan.job.orchestration.model.context", "java.util.ArrayList", map,
  ]
}
