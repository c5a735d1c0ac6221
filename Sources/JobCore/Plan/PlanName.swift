// Names of plans and of the files that they are kept in.

extension Plan {
  /// Longest name of a plan or of a job in it, in characters: both together are a job's label.
  private static let longestName = 99
  /// In bytes, without the ending: a file's name has 255 at most.
  private static let longestFileName = 240

  /// What is wrong with the name of a job in a plan; nil if nothing is.
  static func objection(toJobName name: String) -> String? {
    guard name.count <= longestName, JobSpec.isName(name),
      !name.unicodeScalars.contains("\u{7F}")
    else {
      return "a name has 1 to \(longestName) characters and no control characters"
    }
    // A character may have any number of accents.
    if name.utf8.count > 4 * longestName { return "it is longer than \(4 * longestName) bytes" }
    let ends = [name.unicodeScalars.first, name.unicodeScalars.last].compactMap(\.self)
    if ends.contains(where: \.properties.isWhitespace) {
      return "a name neither begins nor ends with a blank"
    }
    return nil
  }

  /// What is wrong with the name of a plan; nil if nothing is.
  public static func objection(toName name: String) -> String? {
    if let objection = objection(toJobName: name) { return objection }
    return encoded(name).utf8.count > longestFileName ? "it is too long for a file's name" : nil
  }

  /// The label of a job of a plan, and the name of its model: PLAN/JOB. A slash in the plan's name
  /// stands as %2F there, so that the first one is always the one between both names.
  public static func label(_ plan: String, _ job: String) -> String {
    // By scalars: a mark behind a slash makes another character of both.
    var label = ""
    for scalar in plan.unicodeScalars {
      switch scalar {
      case "%": label += "%25"
      case "/": label += "%2F"
      default: label.unicodeScalars.append(scalar)
      }
    }
    label.unicodeScalars.append("/")
    return label + job
  }

  /// Both names of a label; nil if it is none.
  public static func names(of label: String) -> (plan: String, job: String)? {
    let scalars = label.unicodeScalars
    guard let slash = scalars.firstIndex(of: "/") else { return nil }
    var plan = ""
    var rest = scalars[..<slash]
    while let scalar = rest.popFirst() {
      var plain = scalar
      if scalar == "%" {
        if rest.starts(with: "2F".unicodeScalars) { plain = "/" }
        if plain == "/" || rest.starts(with: "25".unicodeScalars) { rest.removeFirst(2) }
      }
      plan.unicodeScalars.append(plain)
    }
    return (plan, String(scalars[scalars.index(after: slash)...]))
  }

  /// The name of a plan's file: bytes outside of `[A-Za-z0-9._-]` percent-encoded (contracts,
  /// "Initiation and provision"), and so is a dot in front, which would hide the file.
  public static func fileName(_ name: String) -> String { "\(encoded(name)).json" }

  private static func encoded(_ name: String) -> String {
    var encoded = ""
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"):
        if byte == UInt8(ascii: "."), encoded.isEmpty { fallthrough }
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        encoded += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return encoded
  }

  /// The plan that a file holds by its name; nil if no plan's file has that name.
  public static func name(ofFile file: String) -> String? {
    guard file.hasSuffix(".json") else { return nil }
    var bytes: [UInt8] = []
    var rest = Array(file.utf8.dropLast(5))[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
        return nil
      }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    // Only the one spelling: two files must not be the same plan.
    guard let name = String(validating: bytes, as: UTF8.self),
      fileName(name).hasSameBytes(as: file),
      objection(toName: name) == nil
    else { return nil }
    return name
  }
}
