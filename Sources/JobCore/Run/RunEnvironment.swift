// The variables a command finds, as far as they follow from the job's values.

/// Rules for a run's variables.
enum RunEnvironment {
  /// A longer value is only in the values file: the kernel refuses larger strings, and all
  /// of them share one budget (execve(2)).
  static let longestValue = 100 << 10

  /// `JOBRUN_VALUE_<name>` for each value whose name can be a variable's: strings as they
  /// are, numbers and booleans as written, null unset, the rest compact JSON.
  static func variables(of values: JSONObject) -> [(String, String)] {
    var variables: [(String, String)] = []
    for (name, value) in values where isVariableName(name) && !value.isNull {
      let text = Placeholder.text(of: value)
      if text.utf8.count <= longestValue, !text.utf8.contains(0) {
        variables.append(("JOBRUN_VALUE_\(name)", text))
      }
    }
    return variables
  }

  /// `[A-Za-z_][A-Za-z0-9_]*`.
  static func isVariableName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(48...57).contains(first) else { return false }
    return name.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        || byte == UInt8(ascii: "_")
    }
  }
}
