// The lines of a crontab one after the other, with what those above mean for those below: variables
// hold from their line on, and a comment belongs to the line directly below it.

/// Reads the lines of a crontab.
struct CrontabReader {
  /// A job without id and name, which need to know the others.
  struct Draft {
    let line: Int
    /// The line as written, without blanks around it.
    let text: String
    /// The how-manieth line of this text it is, from 1.
    let occurrence: Int
    let name: String
    let members: JSONObject
  }

  private(set) var drafts: [Draft] = []
  private(set) var remarks: [Crontab.Remark] = []
  private let setting: Crontab.Setting
  private var variables: CrontabVariables
  private var comment: String?
  private var occurrences: [String: Int] = [:]
  private var number = 0
  private var hasSeenReturn = false

  init(_ setting: Crontab.Setting) {
    self.setting = setting
    variables = CrontabVariables(setting)
  }

  mutating func read(_ bytes: [UInt8]) {
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    let text = bytes.starts(with: mark) ? bytes[mark.count...] : bytes[...]
    var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // Behind the last line break there is no line.
    let isCut = lines.last?.isEmpty == false
    if !isCut { lines.removeLast() }
    for line in lines {
      number += 1
      take(line, isCut: isCut && number == lines.count)
    }
  }

  private mutating func take(_ line: ArraySlice<UInt8>, isCut: Bool) {
    let above = comment
    comment = nil
    var line = line
    if line.last == UInt8(ascii: "\r") {
      line.removeLast()
      if !hasSeenReturn {
        note(
          "the lines end in carriage returns, which cron gives to the commands; they are left out")
      }
      hasSeenReturn = true
    }
    do throws(CronError) {
      guard let text = try CrontabReader.text(of: line) else { return }
      switch try CrontabLine(text, hasUser: setting.isSystem) {
      case .nothing: return
      case .comment(let words):
        comment = words
        return
      case .variable(let name, let value):
        if let finding = variables.set(name, to: value, line: number) { add(finding) }
      case .job(let entry): take(entry, text, above)
      }
      if isCut { note("cron passes over a last line without a line break; it is taken here") }
    } catch {
      loss(error.sentence)
    }
  }

  /// What can be read of a line; nil for a comment in another encoding.
  private static func text(of line: ArraySlice<UInt8>) throws(CronError) -> String? {
    if let text = String(validating: line, as: UTF8.self), !line.contains(0) {
      if text.utf8.count > Placeholder.longestArgument {
        throw CronError(
          field: nil, column: Placeholder.longestArgument + 1,
          reason: "the line is longer than a program can be given",
          remedy: "put the command into a script")
      }
      return text
    }
    if line.first(where: { !$0.isSpaceOrTab }) == UInt8(ascii: "#") { return nil }
    var codec = UTF8()
    var iterator = line.makeIterator()
    var column = 1
    while case .scalarValue(let scalar) = codec.decode(&iterator), scalar.value != 0 { column += 1 }
    throw CronError(
      field: nil, column: column, reason: "a byte that begins here is no text in UTF-8",
      remedy: "write the line in UTF-8, or put the command into a script")
  }

  private mutating func take(_ entry: CrontabEntry, _ text: String, _ above: String?) {
    if let user = entry.user, user != setting.user {
      return loss("it runs as \(user), and a spool has the jobs of one user; import it as \(user)")
    }
    let schedule: CrontabSchedule
    switch entry.time {
    case .boot:
      return loss(
        "@reboot is no time, and nothing here runs when the system starts; let the service manager "
          + "run it, as it runs the daemon")
    case .schedule(let found): schedule = found
    }
    if schedule.expressions.isEmpty {
      return note("it never runs, as no month has such a day; it is left out")
    }
    if let line = variables.lineOfUnknownZone {
      return loss("its zone is the CRON_TZ of line \(line), which is none")
    }
    if entry.isUnlogged {
      note("the - asks cron not to log the command; here every run is recorded")
    }
    if !setting.isSystem, entry.command.line.hasPrefix("root ") {
      note("the command begins with root: for a system crontab, add --system")
    }
    let key = text.trimmed
    occurrences[key, default: 0] += 1
    drafts.append(
      Draft(
        line: number, text: key, occurrence: occurrences[key, default: 1], name: entry.command.name,
        members: members(entry.command, schedule, description: above.flatMap(description))))
  }

  private func members(
    _ command: CrontabCommand, _ schedule: CrontabSchedule, description: String?
  ) -> JSONObject {
    var members = JSONObject()
    func put(_ key: DocumentKey, _ value: JSON?) { members[key.rawValue] = value }
    put(.description, description.map { .string($0) })
    put(
      .quartzDef,
      schedule.expressions.count == 1
        ? .string(schedule.expressions[0]) : .array(schedule.expressions.map { .string($0) }))
    put(.daysOfWeekToRun, schedule.weekdays.map { .array($0.map { .string($0) }) })
    put(.timeZone, (variables.zone ?? setting.timeZone).map { .string($0) })
    put(.jitter, variables.delay.map { .string("\($0)m") })
    let shell = variables.shell
    put(
      .command,
      shell == CrontabVariables.usualShell
        ? .string(command.line) : .array([.string(shell), "-c", .string(command.line)]))
    put(.stdin, command.input.map { .string($0) })
    put(.environment, .object(variables.environment))
    put(.workingDirectory, .string(variables.home))
    put(.hooks, variables.mail?.hooks)
    return members
  }

  /// The comment above a line, unless it heads the columns or is a line that was switched off.
  private func description(_ comment: String) -> String? {
    let text = String(comment.drop { $0 == "#" }).trimmed
    let words = text.lowercased().split { !$0.isLetter }
    guard !words.isEmpty, !(words.contains("dom") && words.contains("dow")) else { return nil }
    switch try? CrontabLine(text, hasUser: setting.isSystem) {
    case .job, .variable: return nil
    case .comment, .nothing, nil: return text
    }
  }

  private mutating func add(_ finding: CrontabVariables.Finding) {
    switch finding {
    case .note(let text): note(text)
    case .loss(let text): loss(text)
    }
  }

  private mutating func note(_ text: String) {
    remarks.append(.init(line: number, text: "line \(number): \(text)", isLoss: false))
  }

  private mutating func loss(_ text: String) {
    let mark = text.hasPrefix("column ") ? ", " : ": "
    remarks.append(.init(line: number, text: "line \(number)\(mark)\(text)", isLoss: true))
  }
}

extension CronError {
  /// Column, field, reason and remedy in a line.
  fileprivate var sentence: String {
    let place = field.map { "column \(column): \($0)" } ?? "column \(column)"
    return "\(place): \(reason)" + (remedy.map { "; \($0)" } ?? "")
  }
}
