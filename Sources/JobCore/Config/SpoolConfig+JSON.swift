// config.json, read strictly: a misspelt limit must not be no limit. Every fault is told with its
// place, for people write this file.

/// A fault in config.json.
public struct ConfigError: Error, Hashable, Sendable {
  /// Where in the file; nil if the reason says so itself.
  public let place: JSONPosition?
  /// The setting, such as `queues.big.slots`; empty for the file as a whole.
  public let field: String
  /// What is wrong and what was expected.
  public let reason: String

  /// One line for people.
  public var message: String {
    let place = place.map { "line \($0.line), column \($0.column): " } ?? ""
    return place + (field.isEmpty ? reason : "\(printable(field)): \(reason)")
  }
}

extension SpoolConfig {
  /// Reads the bytes of config.json.
  public init(parsing bytes: [UInt8]) throws(ConfigError) {
    let json: JSON
    do throws(JSONError) {
      json = try JSON(parsing: bytes)
    } catch {
      throw ConfigError(place: nil, field: "", reason: error.message)
    }
    do throws(Fault) {
      try self.init(json)
    } catch {
      throw ConfigError(
        place: JSON.place(of: error.path, in: bytes),
        field: error.path.joined(separator: ".") + error.rest,
        reason: error.reason)
    }
  }

  /// The bytes of config.json: for people too, so a line for each setting.
  public var bytes: [UInt8] { Array((json.prettyText() + "\n").utf8) }

  /// The settings as JSON.
  public var json: JSON {
    var members = JSONObject()
    if !queues.isEmpty {
      members["queues"] = .object(JSONObject(queues.map { ($0.key, $0.value.json) }))
    }
    if !pools.isEmpty {
      members["pools"] = .object(JSONObject(pools.map { ($0.key, .number(JSONNumber($0.value))) }))
    }
    if !hooks.isEmpty { members["hooks"] = hooks.json }
    return .object(members)
  }

  private init(_ json: JSON) throws(Fault) {
    self.init()
    let members = try Members(json, [], allowing: ["queues", "pools", "hooks"])
    for (name, json) in try members.named("queues") {
      queues[name] = try Queue(json, ["queues", name])
    }
    let pools = try members.named("pools")
    for name in pools.keys {
      self.pools[name] = try Members(pools, ["pools"]).integer(name, in: SpoolConfig.poolSizes)
    }
    guard let json = members.members["hooks"], !json.isNull else { return }
    do throws(DocumentError) {
      hooks = try Hooks(json, field: "hooks")
    } catch {
      throw Fault(error)
    }
  }
}

extension SpoolConfig.Queue {
  fileprivate init(_ json: JSON, _ path: [String]) throws(Fault) {
    let members = try Members(json, path, allowing: ["slots", "paused"])
    self.init(
      slots: try members.integer("slots", in: SpoolConfig.slotNumbers),
      isPaused: try members.flag("paused") ?? false)
  }

  fileprivate var json: JSON {
    var members = JSONObject()
    members["slots"] = slots.map { .number(JSONNumber($0)) }
    if isPaused { members["paused"] = true }
    return .object(members)
  }
}

/// A fault at a member.
private struct Fault: Error {
  let path: [String]
  /// Where in an array at the end of the path.
  var rest = ""
  let reason: String

  init(path: [String], reason: String) {
    self.path = path
    self.reason = reason
  }

  /// A fault in what stands in job documents as well.
  init(_ error: DocumentError) {
    let outer = error.field.prefix { $0 != "[" }
    path = outer.split(separator: ".").map(String.init)
    rest = String(error.field.dropFirst(outer.count))
    reason = error.reason
  }
}

/// The members of one object of the file.
private struct Members {
  let members: JSONObject
  let path: [String]

  init(_ members: JSONObject, _ path: [String]) {
    self.members = members
    self.path = path
  }

  /// Refuses members of other names, naming the nearest known one.
  init(_ json: JSON, _ path: [String], allowing known: [String]) throws(Fault) {
    try self.init(json, path)
    for key in members.keys where !known.contains(key) {
      let near = nearest(key, in: known).map { "; did you mean \"\($0)\"?" } ?? ""
      throw Fault(path: path + [key], reason: "there is no such key\(near)")
    }
  }

  private init(_ json: JSON, _ path: [String]) throws(Fault) {
    guard let members = json.object else {
      throw Fault(path: path, reason: "an object is expected, not \(json.kindName)")
    }
    self.init(members, path)
  }

  private subscript(key: String) -> JSON? {
    guard let json = members[key], !json.isNull else { return nil }
    return json
  }

  /// The members of a member, by names of people's own.
  func named(_ key: String) throws(Fault) -> JSONObject {
    guard let json = self[key] else { return JSONObject() }
    let path = path + [key]
    let named = try Members(json, path).members
    for name in named.keys where !SpoolConfig.isName(name) {
      throw Fault(
        path: path + [name],
        reason: "a name of 1 to 200 characters without control characters is expected")
    }
    if named.count > SpoolConfig.mostNames {
      throw Fault(path: path, reason: "\(SpoolConfig.mostNames) are the most there can be")
    }
    return named
  }

  func integer(_ key: String, in range: ClosedRange<Int>) throws(Fault) -> Int? {
    guard let json = self[key] else { return nil }
    guard let number = json.int, range.contains(number) else {
      throw Fault(
        path: path + [key],
        reason: "a whole number from \(range.lowerBound) to \(range.upperBound) is expected")
    }
    return number
  }

  func flag(_ key: String) throws(Fault) -> Bool? {
    guard let json = self[key] else { return nil }
    guard let flag = json.bool else {
      throw Fault(path: path + [key], reason: "true or false is expected, not \(json.kindName)")
    }
    return flag
  }
}
