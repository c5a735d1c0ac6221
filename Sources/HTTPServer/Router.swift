// Which action a request is meant for. A value that is filled once and then only asked.

/// Finds actions by method and path.
public struct Router<Action> {
  /// What there is for a request.
  public enum Match {
    /// An action, and the decoded segments that its pattern names.
    case found(Action, parameters: [String: String])
    /// No pattern has this path.
    case notFound
    /// The path is there, but not for this method (405, RFC 9110 section 15.5.6).
    case methodNotAllowed(allow: [Method])
    /// OPTIONS was asked and nobody has taken it over (RFC 9110 section 9.3.7).
    case options(allow: [Method])

    /// The answer where there is no action; nil where there is one.
    public var response: Response? {
      switch self {
      case .found: return nil
      case .notFound: return .text(.notFound, "there is nothing here\n")
      case .methodNotAllowed(let allow):
        var response = Response.text(.methodNotAllowed, "the method is not allowed here\n")
        response.headers["Allow"] = Match.list(allow)
        return response
      case .options(let allow):
        return Response(.noContent, headers: ["Allow": Match.list(allow)])
      }
    }

    private static func list(_ methods: [Method]) -> String {
      methods.map(\.rawValue).joined(separator: ", ")
    }
  }

  private struct Route {
    let method: Method
    let pattern: PathPattern
    let action: Action
  }

  private var routes: [Route] = []
  /// The patterns of the routes, at the same places.
  private var patterns: [PathPattern] = []
  private let ignoresCase: Bool

  /// Makes a router without routes.
  /// - Parameter ignoringCase: whether ASCII letters of literal segments match either case.
  public init(ignoringCase: Bool = false) {
    ignoresCase = ignoringCase
  }

  /// Adds a route. HEAD is answered by GET routes and needs none of its own.
  /// - Parameter pattern: "/jobs/{id}/log": a segment in braces matches any one segment
  ///   that is not empty and is handed over under that name. Where several patterns match,
  ///   the one with a literal in the first place where they differ wins, then the earlier.
  public mutating func add(_ method: Method, _ pattern: String, _ action: Action) {
    patterns.append(PathPattern(pattern))
    routes.append(Route(method: method, pattern: PathPattern(pattern), action: action))
  }

  /// Finds what there is for a request.
  public func match(_ request: Request) -> Match {
    match(request.method, request.path, isAsterisk: request.isAsterisk)
  }

  /// Finds what there is for a method and a decoded path. One slash at the end of the path
  /// makes no difference.
  func match(_ method: Method, _ path: [String], isAsterisk: Bool = false) -> Match {
    if isAsterisk { return .options(allow: Method.served) }
    let path = path.last?.isEmpty == true ? path.dropLast() : path[...]
    let matching = PathPattern.places(of: path, in: patterns, ignoringCase: ignoresCase)
      .map { routes[$0] }
    if matching.isEmpty { return .notFound }
    let candidates =
      matching.filter { $0.method == method }
      + (method == .head ? matching.filter { $0.method == .get } : [])
    if let best = candidates.first(where: { one in
      candidates.allSatisfy { !$0.pattern.isMoreLiteral(than: one.pattern) }
    }) {
      return .found(best.action, parameters: best.pattern.parameters(of: path))
    }
    var allowed = Set(matching.map(\.method))
    if allowed.contains(.get) { allowed.insert(.head) }
    allowed.insert(.options)
    let allow = Method.allCases.filter(allowed.contains)
    return method == .options ? .options(allow: allow) : .methodNotAllowed(allow: allow)
  }
}
