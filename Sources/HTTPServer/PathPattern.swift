// The path of a route. No part of the generic router, whose code the compiler cannot make for one
// type of action: this is what each request goes through for each route.

struct PathPattern {
  private enum Segment {
    case literal(String)
    case parameter(String)
  }

  private let segments: [Segment]

  /// Reads "/jobs/{id}/log".
  init(_ text: String) {
    precondition(text.hasPrefix("/"), "a pattern begins with a slash: \(text)")
    segments = text.split(separator: "/").map { part in
      part.hasPrefix("{") && part.hasSuffix("}")
        ? .parameter(String(part.dropFirst().dropLast())) : .literal(String(part))
    }
  }

  /// The places of the patterns that match a path.
  static func places(
    of path: ArraySlice<String>, in patterns: [PathPattern], ignoringCase: Bool
  ) -> [Int] {
    patterns.indices.filter { patterns[$0].matches(path, ignoringCase: ignoringCase) }
  }

  private func matches(_ path: ArraySlice<String>, ignoringCase: Bool) -> Bool {
    if segments.count != path.count { return false }
    // From the end, where paths differ: many begin alike.
    for (segment, part) in zip(segments.reversed(), path.reversed()) {
      switch segment {
      case .literal(let text):
        if ignoringCase ? !Syntax.isEqual(text, part) : text != part { return false }
      case .parameter: if part.isEmpty { return false }
      }
    }
    return true
  }

  /// Whether the first place where two patterns of the same path differ is a literal here.
  func isMoreLiteral(than other: PathPattern) -> Bool {
    for pair in zip(segments, other.segments) {
      switch pair {
      case (.literal, .parameter): return true
      case (.parameter, .literal): return false
      case (.literal, .literal), (.parameter, .parameter): continue
      }
    }
    return false
  }

  /// The parts of a path that match parameters, by name.
  func parameters(of path: ArraySlice<String>) -> [String: String] {
    var parameters: [String: String] = [:]
    for case (.parameter(let name), let part) in zip(segments, path) { parameters[name] = part }
    return parameters
  }
}
