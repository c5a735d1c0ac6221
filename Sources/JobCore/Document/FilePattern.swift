// Regular expressions for names of files. Matched are POSIX extended ones, by the C library
// (regcomp(3)); what other dialects write and POSIX does not have is translated where it means
// the same, and refused where the C library would silently take it for something else.

/// Makes a pattern into a POSIX extended regular expression for whole names.
struct FilePattern {
  /// In characters. The C library makes a machine of it whose size grows with the pattern.
  private static let longest = 1000
  /// Largest number in `{n,m}`, and none inside another: a machine has a copy for each.
  private static let largestCount = 100
  private static let deepest = 50

  private let scalars: [Unicode.Scalar]
  private let field: String
  private var at = 0
  private var posix = ""
  /// One entry for each group that is open, and one for the whole: whether a count is in it.
  private var groups = [false]

  /// What a repetition would apply to.
  private enum Last {
    case nothing
    case item(isCounted: Bool)
    case repetition
  }

  private var last = Last.nothing

  private init(_ text: String, _ field: String) {
    scalars = Array(text.unicodeScalars)
    self.field = field
  }

  /// The translation of a pattern, bound to both ends of a name.
  static func posix(_ text: String, field: String) throws(DocumentError) -> String {
    var pattern = FilePattern(text, field)
    guard pattern.scalars.count <= longest else {
      throw DocumentError(field, "a pattern has at most \(longest) characters")
    }
    while pattern.at < pattern.scalars.count { try pattern.next() }
    // A group that is left open is the C library's to refuse.
    return "^(\(pattern.posix))$"
  }

  private func fault(_ reason: String, at place: Int? = nil) -> DocumentError {
    DocumentError(field, "column \((place ?? at) + 1): \(reason)")
  }

  private func scalar(_ offset: Int) -> Unicode.Scalar? {
    at + offset < scalars.count ? scalars[at + offset] : nil
  }

  private mutating func append(_ text: String, isCounted: Bool = false) {
    posix += text
    last = .item(isCounted: isCounted)
  }

  private mutating func next() throws(DocumentError) {
    let scalar = scalars[at]
    switch scalar {
    case "\\": try escape()
    case "[": try bracket()
    case "(":
      if self.scalar(1) == "?" {
        throw fault("groups that begin with (? are not known; only (...) is")
      }
      guard groups.count <= FilePattern.deepest else { throw fault("groups are nested too deep") }
      groups.append(false)
      posix += "("
      last = .nothing
    case ")":
      guard groups.count > 1, let isCounted = groups.popLast() else {
        throw fault("no group is open that this could close")
      }
      if isCounted { groups[groups.count - 1] = true }
      append(")", isCounted: isCounted)
    case "|", "^", "$":
      posix.unicodeScalars.append(scalar)
      last = .nothing
    case "*", "+", "?":
      try repeatLast()
      posix.unicodeScalars.append(scalar)
    case "{": return try count()
    default: append(FilePattern.literal(scalar))
    }
    at += 1
  }

  private mutating func repeatLast() throws(DocumentError) {
    switch last {
    case .nothing: throw fault("there is nothing in front of this to repeat")
    case .repetition:
      throw fault("a repetition is repeated: lazy and possessive ones (*?, *+) are not known")
    case .item: last = .repetition
    }
  }

  /// `{n}`, `{n,}` or `{n,m}`.
  private mutating func count() throws(DocumentError) {
    let start = at
    guard case .item(let isCounted) = last else { return try repeatLast() }
    guard let end = scalars[at...].firstIndex(of: "}") else { throw fault("this { is not closed") }
    let text = String(String.UnicodeScalarView(scalars[(at + 1)..<end]))
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.map { part in
      part.allSatisfy { ("0"..."9").contains($0) } ? Int(part) : nil
    }
    let range = 0...FilePattern.largestCount
    guard (1...2).contains(parts.count), let least = numbers[0], range.contains(least),
      parts.count == 1 || parts[1].isEmpty
        || (numbers[1].map { least <= $0 && range.contains($0) } ?? false)
    else {
      throw fault(
        "{n}, {n,} or {n,m} is expected, with numbers up to \(FilePattern.largestCount); a brace "
          + "of a name is \\{", at: start)
    }
    if isCounted { throw fault("a count stands inside another", at: start) }
    groups[groups.count - 1] = true
    posix += "{\(text)}"
    last = .repetition
    at = end + 1
  }

  /// One character as itself.
  private static func literal(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "]": "[]]"
    case "}": "[}]"
    // The C library takes its bytes for characters: a repetition is to apply to all of them.
    case _ where !scalar.isASCII: "(\(scalar))"
    default: String(scalar)
    }
  }

  /// What `\d`, `\w` and `\s` stand for, as it is written inside brackets.
  private static let classes: [Unicode.Scalar: String] = [
    "d": "0-9", "w": "A-Za-z0-9_", "s": "[:space:]",
  ]

  private static let special: Set<Unicode.Scalar> = [
    ".", "[", "\\", "(", ")", "*", "+", "?", "{", "|", "^", "$",
  ]

  private mutating func escape() throws(DocumentError) {
    guard let scalar = scalar(1) else { throw fault("nothing follows this backslash") }
    let lower = scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar
    if let members = FilePattern.classes[lower] {
      append("[\(lower == scalar ? "" : "^")\(members)]")
    } else if FilePattern.special.contains(scalar) {
      append("\\\(scalar)")
    } else if FilePattern.isSign(scalar) {
      append(FilePattern.literal(scalar))
    } else {
      throw fault(
        "\\\(scalar) is not known; of letters, only \\d, \\w, \\s, \\D, \\W and \\S are")
    }
    at += 1
  }

  private static func isSign(_ scalar: Unicode.Scalar) -> Bool {
    (33...126).contains(scalar.value) && !scalar.properties.isAlphabetic
      && scalar.properties.numericType == nil
  }

  // MARK: Brackets

  private static let names: Set<String> = [
    "alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space",
    "upper", "xdigit",
  ]

  /// `[...]`, written anew in an order in which POSIX takes every character for itself: it has no
  /// escapes there.
  private mutating func bracket() throws(DocumentError) {
    let start = at
    at += 1
    let isNegated = scalar(0) == "^"
    if isNegated { at += 1 }
    var ranges = ""
    var signs: Set<Unicode.Scalar> = []
    var isFirst = true
    while true {
      guard let scalar = scalar(0) else { throw fault("this [ is not closed", at: start) }
      if scalar == "]", !isFirst { break }
      isFirst = false
      if scalar == "[", let name = className() {
        ranges += "[:\(name):]"
        at += name.count + 4
        continue
      }
      if scalar == "\\", let next = self.scalar(1), let members = FilePattern.classes[next] {
        ranges += members
        at += 2
        continue
      }
      let first = try member()
      if self.scalar(0) == "-", let after = self.scalar(1), after != "]" {
        at += 1
        let place = at
        let second = try member()
        guard FilePattern.isPlain(first), FilePattern.isPlain(second), first.value <= second.value
        else { throw fault("a range goes from a letter or digit to a later one", at: place) }
        ranges += "\(first)-\(second)"
      } else {
        signs.insert(first)
      }
    }
    // The order that POSIX asks for: ] first, - last, ^ not first, [ before none of . : =
    let plain = signs.subtracting(["]", "-", "^", "["]).sorted().map { String($0) }.joined()
    var text = (signs.contains("]") ? "]" : "") + ranges + plain
    if signs.contains("[") { text += "[" }
    if signs.contains("^") {
      if text.isEmpty, !isNegated {
        return append(signs.contains("-") ? "[-^]" : "\\^")
      }
      text += "^"
    }
    if signs.contains("-") { text += "-" }
    append("[\(isNegated ? "^" : "")\(text)]")
  }

  /// One character of a bracket.
  private mutating func member() throws(DocumentError) -> Unicode.Scalar {
    guard var scalar = scalar(0) else { throw fault("this bracket is not closed") }
    if scalar == "[" {
      throw fault("a [ inside brackets is \\[, and a class such as [:digit:] has a known name")
    }
    if scalar == "&", self.scalar(1) == "&" { throw fault("&& inside brackets is not known") }
    if scalar == "\\" {
      guard let next = self.scalar(1), FilePattern.isSign(next) else {
        throw fault("inside brackets, only \\d, \\w, \\s and a sign may follow a backslash")
      }
      scalar = next
      at += 1
    }
    guard scalar.isASCII else {
      throw fault("inside brackets, only ASCII characters are known; write (ä|ö)")
    }
    at += 1
    return scalar
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
  }

  /// The name of a class such as `[:digit:]` that begins here.
  private func className() -> String? {
    guard scalar(1) == ":",
      let end = scalars[(at + 2)...].firstIndex(of: ":"), end + 1 < scalars.count,
      scalars[end + 1] == "]"
    else { return nil }
    let name = String(String.UnicodeScalarView(scalars[(at + 2)..<end]))
    return FilePattern.names.contains(name) ? name : nil
  }
}
