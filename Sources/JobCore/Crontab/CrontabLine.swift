// One line of a crontab, as crontab(5) of Debian's cron and of cronie have it. A line is a
// variable or a job by what its first words look like, so both readings are tried in cron's order.

/// What a line says.
enum CrontabLine: Hashable {
  case nothing
  /// Without the mark and the blanks around it.
  case comment(String)
  case variable(name: String, value: String)
  case job(CrontabEntry)
}

/// A line that runs something.
struct CrontabEntry: Hashable {
  /// When it runs.
  enum Time: Hashable {
    /// `@reboot`.
    case boot
    case schedule(CrontabSchedule)
  }

  /// Whether a `-` before the line asks cronie not to log it.
  var isUnlogged = false
  var time: Time
  /// Of a system crontab: who runs it.
  var user: String?
  var command: CrontabCommand
}

extension CrontabLine {
  /// Reads a line.
  /// - Parameters:
  ///   - text: without its line break.
  ///   - hasUser: whether a user stands before the command, as in a system crontab.
  /// - Throws: what is wrong, with its column.
  init(_ text: String, hasUser: Bool) throws(CronError) {
    var scanner = ByteScanner(text)
    scanner.skipBlanks()
    switch scanner.next {
    case nil: self = .nothing
    case UInt8(ascii: "#"):
      scanner.advance()
      self = .comment(scanner.rest.trimmed)
    default:
      if let (name, value) = try CrontabLine.variable(scanner) {
        self = .variable(name: name, value: value)
      } else {
        self = .job(try CrontabEntry(&scanner, hasUser: hasUser))
      }
    }
  }

  /// `NAME = value`, either of the two in quotes if need be; nil if the line is none.
  private static func variable(_ start: ByteScanner) throws(CronError) -> (String, String)? {
    var scanner = start
    let nameStart = scanner.position
    let name: Substring
    if let quoted = scanner.quoted() {
      name = quoted
    } else {
      name = scanner.word { !$0.isSpaceOrTab && $0 != UInt8(ascii: "=") }
    }
    scanner.skipBlanks()
    guard scanner.take(UInt8(ascii: "=")) else { return nil }
    if name.isEmpty {
      throw CronError(
        field: nil, column: scanner.column(ofByte: nameStart), reason: "a name is missing before =")
    }
    scanner.skipBlanks()
    guard scanner.next.map({ $0.isQuote }) ?? false else {
      return (String(name), scanner.rest.trimmed)
    }
    let column = scanner.column
    guard let value = scanner.quoted() else {
      throw CronError(field: nil, column: column, reason: "the quote that begins here has no end")
    }
    scanner.skipBlanks()
    guard scanner.isAtEnd else {
      throw CronError(
        field: nil, column: scanner.column, reason: "something follows the closing quote",
        remedy: "quote the whole value, or nothing of it")
    }
    return (String(name), String(value))
  }
}

extension CrontabEntry {
  /// Reads a job; the cursor is on its first byte.
  fileprivate init(_ scanner: inout ByteScanner, hasUser: Bool) throws(CronError) {
    isUnlogged = scanner.take(UInt8(ascii: "-"))
    time =
      scanner.next == UInt8(ascii: "@")
      ? try CrontabEntry.macro(&scanner) : try CrontabEntry.fields(&scanner)
    scanner.skipBlanks()
    // Cron refuses it as well: the shell would run whatever file comes first in the directory.
    if scanner.next == UInt8(ascii: "*") {
      throw CronError(
        field: "command", column: scanner.column, reason: "a * is no command",
        remedy: "a line has five fields, without seconds and years")
    }
    if hasUser {
      let column = scanner.column
      let word = scanner.word { !$0.isSpaceOrTab }
      guard CrontabEntry.isUser(word) else {
        throw CronError(
          field: "user", column: column,
          reason: word.isEmpty
            ? "the line ends here; a user is expected before the command"
            : "\"\(printable(String(word)))\" is no user, and one is expected before the command",
          remedy: "leave --system out for the crontab of one user")
      }
      user = String(word)
      scanner.skipBlanks()
    }
    command = CrontabCommand(scanner.rest)
    if command.line.allSatisfy(\.isWhitespace) {
      throw CronError(
        field: "command", column: scanner.column, reason: "there is nothing to run",
        remedy: "write a command behind the \(hasUser ? "user" : "time")")
    }
  }

  private static let macros = [
    "@reboot", "@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly",
  ]

  private static func macro(_ scanner: inout ByteScanner) throws(CronError) -> Time {
    let column = scanner.column
    let word = String(scanner.word { !$0.isSpaceOrTab })
    if word == "@reboot" { return .boot }
    guard macros.contains(word), let schedule = CrontabSchedule(macro: word) else {
      throw CronError(
        field: nil, column: column, reason: "cron knows no \"\(printable(word))\"",
        remedy: nearest(word, in: macros).map { "write \($0)" }
          ?? "write one of \(macros.dropFirst().joined(separator: " ")), or five fields")
    }
    return .schedule(schedule)
  }

  private static func fields(_ scanner: inout ByteScanner) throws(CronError) -> Time {
    func next(_ field: CrontabField) throws(CronError) -> CrontabValues {
      scanner.skipBlanks()
      var reader = CrontabFieldReader(scanner, field)
      let values: CrontabValues
      (values, scanner) = try reader.read()
      return values
    }
    return .schedule(
      CrontabSchedule(
        try next(.minute), try next(.hour), try next(.dayOfMonth), try next(.month),
        try next(.dayOfWeek)))
  }

  private static func isUser(_ word: Substring) -> Bool {
    guard let first = word.utf8.first, !(48...57).contains(first), first != UInt8(ascii: "-") else {
      return false
    }
    return word.utf8.allSatisfy { byte in
      asciiDigit(byte) != nil || 0x41...0x5a ~= byte & 0xdf || byte == UInt8(ascii: "_")
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }
  }
}

extension UInt8 {
  /// What separates the fields of a line.
  var isSpaceOrTab: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

  fileprivate var isQuote: Bool { self == UInt8(ascii: "\"") || self == UInt8(ascii: "'") }
}

extension ByteScanner {
  fileprivate mutating func skipBlanks() {
    while next?.isSpaceOrTab == true { advance() }
  }

  /// All from the cursor on.
  fileprivate var rest: Substring { Substring(decoding: bytes[position...], as: UTF8.self) }

  /// The bytes from the cursor on that fit.
  fileprivate mutating func word(_ fits: (UInt8) -> Bool) -> Substring {
    let start = position
    while let byte = next, fits(byte) { advance() }
    return Substring(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// What stands between two quotes of one kind; nil, with the cursor where it was, if there are
  /// no two.
  fileprivate mutating func quoted() -> Substring? {
    var ahead = self
    guard let quote = next, quote.isQuote, ahead.take(quote) else { return nil }
    let text = ahead.word { $0 != quote }
    guard ahead.take(quote) else { return nil }
    self = ahead
    return text
  }
}

extension StringProtocol where UTF8View: BidirectionalCollection {
  /// Without the blanks around it.
  var trimmed: String {
    let bytes = utf8.drop { $0.isSpaceOrTab }
    let end =
      bytes.lastIndex { !$0.isSpaceOrTab }.map { bytes.index(after: $0) } ?? bytes.startIndex
    return String(decoding: bytes[..<end], as: UTF8.self)
  }
}
