// A JSON body, with its members checked: what a contract does not know is refused by name, since
// a key that nobody reads is a wish that nobody grants.

internal import HTTPServer
internal import JobCore

/// The members of a request's body.
struct RequestBody {
  let members: JSONObject
  /// Where it stands in the body, for messages: empty at the top, else ending in a dot.
  private let place: String

  /// Reads a body.
  /// - Throws: 400 with line and column where it is no JSON object of known keys.
  init(_ request: Request, keys: [String]) throws(RequestFailure) {
    let json: JSON
    do throws(JSONError) {
      json = try JSON(parsing: request.body)
    } catch {
      throw RequestFailure(error)
    }
    try self.init(json, place: "", keys: keys)
  }

  private init(_ json: JSON, place: String, keys: [String]) throws(RequestFailure) {
    guard let object = json.object else {
      let what = place.isEmpty ? "the body" : String(place.dropLast())
      throw RequestFailure(.badRequest, "\(what): an object is expected, not \(json.kindName)")
    }
    for key in object.keys where !keys.contains(key) {
      var message = "\(place)\(printable(key)): there is no such key"
      if let near = nearest(key, in: keys) { message += "; did you mean \"\(near)\"?" }
      throw RequestFailure(.badRequest, message)
    }
    members = object
    self.place = place
  }

  /// A member; null counts as absent.
  subscript(key: String) -> JSON? {
    // By hand: a nil among values of JSON would be JSON's null.
    guard let value = members[key], !value.isNull else { return nil }
    return value
  }

  /// A text.
  func text(_ key: String) throws(RequestFailure) -> String? {
    guard let value = self[key] else { return nil }
    guard let text = value.string else {
      throw RequestFailure(
        .badRequest, "\(place)\(key): a string is expected, not \(value.kindName)")
    }
    return text
  }

  /// A whole number, also in a string.
  func integer(_ key: String) throws(RequestFailure) -> Int? {
    guard let value = self[key] else { return nil }
    guard let number = value.int ?? value.string.flatMap({ Int($0) }) else {
      throw RequestFailure(.badRequest, "\(place)\(key): a whole number is expected")
    }
    return number
  }

  /// True or false.
  func truth(_ key: String) throws(RequestFailure) -> Bool? {
    guard let value = self[key] else { return nil }
    guard let truth = value.bool else {
      throw RequestFailure(.badRequest, "\(place)\(key): true or false is expected")
    }
    return truth
  }

  /// An object inside.
  func object(_ key: String, keys: [String]) throws(RequestFailure) -> RequestBody? {
    guard let value = self[key] else { return nil }
    return try RequestBody(value, place: "\(place)\(key).", keys: keys)
  }
}
