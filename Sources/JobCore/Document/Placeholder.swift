// `{{x}}` in the arguments of a model's command. A value lands inside the one argument that
// names it; nothing is split again and nothing reaches a shell.

/// Replacing placeholders by values.
enum Placeholder {
  /// In bytes: what the kernel allows for one argument, with its NUL (MAX_ARG_STRLEN, execve(2)).
  static let longestArgument = (128 << 10) - 1
  /// In bytes, all arguments together: values may stand in many places, and the state file
  /// that they are written to must stay readable.
  static let longestCommand = 1 << 20

  /// Replaces every `{{name}}` of one argument. Braces around anything that is not a name
  /// (letters, digits, `_`, `.`, `-`, starting with a letter or `_`) are plain text.
  static func fill(
    _ argument: String, field: String, model: JobModel, values: JSONObject
  ) throws(DocumentError) -> String {
    guard argument.utf8.contains(UInt8(ascii: "{")) else { return argument }
    var result = ""
    var rest = argument[...]
    while let open = rest.firstRange(of: "{{") {
      guard let name = name(in: rest[open.upperBound...]) else {
        // One brace only: in `{{{x}}}` the placeholder starts at the second.
        let next = rest.index(after: open.lowerBound)
        result += rest[..<next]
        rest = rest[next...]
        continue
      }
      if model.parameters[name] == nil {
        throw DocumentError(
          field, "{{\(name)}}: model \"\(model.name)\" declares no such parameter")
      }
      result += rest[..<open.lowerBound]
      result += try DocumentFields.checked(text(of: values[name] ?? .null), "values.\(name)")
      rest = rest[open.upperBound...].dropFirst(name.count + 2)
    }
    return result + rest
  }

  /// Whether a text holds a placeholder.
  static func isIn(_ text: String) -> Bool {
    var rest = text[...]
    while let open = rest.firstRange(of: "{{") {
      if name(in: rest[open.upperBound...]) != nil { return true }
      rest = rest[rest.index(after: open.lowerBound)...]
    }
    return false
  }

  /// The name that a text starts with, if `}}` follows it.
  private static func name(in text: Substring) -> String? {
    let name = text.prefix { character in
      character.isASCII
        && (character.isLetter || character.isNumber || "_.-".contains(character))
    }
    guard let first = name.first, first.isLetter || first == "_",
      text.dropFirst(name.count).hasPrefix("}}")
    else { return nil }
    return String(name)
  }

  /// A value as text: strings as they are, numbers and booleans as written, null empty,
  /// objects and arrays as compact JSON.
  static func text(of value: JSON) -> String {
    switch value {
    case .null: return ""
    case .bool(let flag): return flag ? "true" : "false"
    case .number(let number): return number.text
    case .string(let text): return text
    case .array, .object: return String(decoding: value.serialized(), as: UTF8.self)
    }
  }
}
