// Named, parameterised job definitions: the files in models/.

/// A model: the members of a job document, with declared parameters.
public struct JobModel: Sendable {
  /// One declared parameter.
  public struct Parameter: Sendable {
    /// Must be given by whoever submits.
    public let isRequired: Bool
    /// Stands in where no value is given.
    public let fallback: JSON?
    /// What it is, for people.
    public let about: String?
  }

  /// What the file is called, without `.json`.
  public let name: String
  /// The document's members, without `parameters`.
  public let members: JSONObject
  /// Declared parameters by name.
  public let parameters: [String: Parameter]
  /// Its command is taken as it stands: braces in it are plain text.
  let isVerbatim: Bool

  /// A model without parameters, whose command is taken as it stands.
  init(name: String, verbatim members: JSONObject) {
    self.name = name
    self.members = members
    parameters = [:]
    isVerbatim = true
  }

  /// Reads a model file. Its members are those of a job document (without id, model and
  /// values), and `parameters`: `{"user": {"required": true}, "days": {"default": 7}}`.
  public init(name: String, document: JSON) throws(DocumentError) {
    guard var members = document.object else {
      throw DocumentError("", "a model is a JSON object, not \(document.kindName)")
    }
    let fields = try DocumentFields(members, allowing: ["parameters"])
    for key in DocumentKey.notInModels where fields[key] != nil {
      throw DocumentError(key.rawValue, "it belongs to one job and has no place in a model")
    }
    self.name = name
    parameters = try JobModel.parameters(members["parameters"])
    members["parameters"] = nil
    self.members = members
    isVerbatim = false
  }

  private static func parameters(_ json: JSON?) throws(DocumentError) -> [String: Parameter] {
    guard let json, !json.isNull else { return [:] }
    guard let object = json.object else {
      throw DocumentError("parameters", "an object is expected, not \(json.kindName)")
    }
    var parameters: [String: Parameter] = [:]
    for (name, declaration) in object {
      let field = "parameters.\(name)"
      guard let declaration = declaration.object else {
        throw DocumentError(
          field, "an object is expected: {\"required\": true} or {\"default\": ...}")
      }
      let known = ["required", "default", "description"]
      for key in declaration.keys where !known.contains(key) {
        throw DocumentError(
          "\(field).\(key)", "there is no such key; required, default and description are known")
      }
      let required = declaration["required"] ?? false
      guard let isRequired = required.bool else {
        throw DocumentError("\(field).required", "true or false is expected")
      }
      if isRequired, declaration["default"] != nil {
        throw DocumentError(field, "a required parameter has no default: keep one of the two")
      }
      parameters[name] = Parameter(
        isRequired: isRequired, fallback: declaration["default"],
        about: declaration["description"]?.string)
    }
    return parameters
  }

  /// The values of a job: those given, checked, and the defaults of the rest.
  func complete(_ given: JSONObject) throws(DocumentError) -> JSONObject {
    var values = given
    for name in given.keys where parameters[name] == nil {
      var reason = "model \"\(self.name)\" declares no such parameter"
      if let near = nearest(name, in: parameters.keys) { reason += "; did you mean \"\(near)\"?" }
      throw DocumentError("values.\(name)", reason)
    }
    for (name, parameter) in parameters.sorted(by: { $0.key < $1.key }) where given[name] == nil {
      if parameter.isRequired {
        throw DocumentError("values.\(name)", "model \"\(self.name)\" requires this parameter")
      }
      if let fallback = parameter.fallback { values[name] = fallback }
    }
    return values
  }
}
