// All hooks of a job, or of a spool: for each event the commands that are told of it.

/// Hooks by what they are told of.
public struct Hooks: Hashable, Sendable {
  /// More for one event are somebody's mistake.
  private static let most = 20

  private var all: [HookEvent: [Hook]] = [:]

  /// No hooks.
  public init() {}

  /// The hooks that are told of an event, in their order.
  public subscript(event: HookEvent) -> [Hook] { all[event] ?? [] }

  /// Events that somebody wants to be told of.
  public var events: Set<HookEvent> { Set(all.keys) }

  /// Whether nobody wants to be told of anything.
  public var isEmpty: Bool { all.isEmpty }

  /// The written form.
  var json: JSON {
    var members = JSONObject()
    for event in HookEvent.allCases {
      let hooks = self[event]
      if hooks.count == 1 { members[event.rawValue] = hooks[0].json }
      if hooks.count > 1 { members[event.rawValue] = .array(hooks.map(\.json)) }
    }
    return .object(members)
  }

  /// Reads the written form: for each event a hook, or an array of objects for several.
  init(_ json: JSON, field: String) throws(DocumentError) {
    guard let members = json.object else {
      throw DocumentError(
        field,
        "an object such as {\"onFailure\": [\"program\", \"argument\"]} is expected, not "
          + json.kindName)
    }
    let known = HookEvent.allCases.map(\.rawValue)
    for (key, value) in members where !value.isNull {
      let field = "\(field).\(key)"
      guard let event = HookEvent(rawValue: key) else {
        var reason = "there is no such event; \(known.joined(separator: ", ")) are known"
        if let near = nearest(key, in: known) {
          reason = "there is no such event; did you mean \"\(near)\"?"
        }
        throw DocumentError(field, reason)
      }
      all[event] = try Hooks.list(value, field: field)
    }
  }

  private static func list(_ json: JSON, field: String) throws(DocumentError) -> [Hook] {
    guard let elements = json.array, elements.first?.object != nil else {
      return [try Hook(json, field: field)]
    }
    if elements.count > most {
      throw DocumentError(field, "\(most) are the most there can be")
    }
    var hooks: [Hook] = []
    for (index, element) in elements.enumerated() {
      guard element.object != nil else {
        throw DocumentError(
          "\(field)[\(index)]",
          "an object is expected like those before it, not \(element.kindName)")
      }
      hooks.append(try Hook(element, field: "\(field)[\(index)]"))
    }
    return hooks
  }
}
