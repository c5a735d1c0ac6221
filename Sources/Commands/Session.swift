// What every command has: its options, the spool, zones, and the two streams. Standard
// output carries data and nothing else; everything said to people goes to standard error.

import JobCore
import JobSpool
import LinuxIO

/// One invocation of a command.
final class Session {
  let verb: String
  let options: ParsedOptions
  let zones = ZoneFiles()
  private var opened: Spool?
  private var buffer: [UInt8] = []
  /// Something that takes long and says so; other words come in its place.
  var progress: ProgressLine?

  init(verb: String, options: ParsedOptions) {
    self.verb = verb
    self.options = options
  }

  deinit { try? flush() }

  /// The spool, opened when it is first asked for.
  func spool() throws -> Spool {
    if let opened { return opened }
    let spool = try Spool(path: spoolPath())
    for note in spool.notes { say(note) }
    opened = spool
    return spool
  }

  /// Where the spool is, whether it is there or not.
  func spoolPath() throws -> String {
    // An unset variable in a script would otherwise make the current directory a spool.
    if options.value("spool") == "" {
      throw Failure("--spool is empty; is a variable not set?", ExitCode.usage)
    }
    return SpoolLocation.path(option: options.value("spool"))
  }

  /// What documents are read against that a person hands over here.
  func documentContext() throws -> DocumentContext {
    try spool().documentContext(
      zones: zones, workingDirectory: workingDirectory(), umask: CurrentProcess.umask)
  }

  /// A path that means the same wherever it is used.
  func absolute(_ path: String) throws -> String {
    let whole = path.isAbsolutePath ? path : "\(try workingDirectory())/\(path)"
    return "/" + whole.pathNames.filter { $0 != "." }.joined(separator: "/")
  }

  private func workingDirectory() throws -> String {
    guard let directory = CurrentProcess.workingDirectory else {
      throw Failure(
        "the working directory is gone or not UTF-8; change to another one", ExitCode.inputOutput)
    }
    return directory
  }

  /// The wall clock now.
  var now: Instant { Instant(milliseconds: Clock.real.milliseconds) }

  /// Columns of the terminal that standard output is; nil if it is none: then nothing is cut.
  var width: Int? {
    guard Terminal.isTerminal(1) else { return nil }
    if let size = Terminal.size(1) { return size.columns }
    let columns = Environment.value("COLUMNS").flatMap { Int($0) } ?? 0
    return columns > 0 ? columns : Session.usualWidth
  }

  /// Columns of a terminal that does not tell.
  static let usualWidth = 80
  /// Its lines.
  static let usualRows = 24

  /// Colours, if there are to be any on standard output.
  var paint: Paint {
    get throws { Paint(try options.value("color", as: .choice) ?? .auto) }
  }

  /// Prints a line of data.
  func print(_ line: String) throws {
    buffer += line.utf8
    buffer.append(UInt8(ascii: "\n"))
    if buffer.count > 1 << 16 { try flush() }
  }

  /// Prints an object on a line of its own.
  func print(line json: JSON) throws {
    try print(String(decoding: PrintedJSON.marked(json).serialized(), as: UTF8.self))
  }

  /// Prints an object, or an array of objects, for people to read as well.
  func print(document json: JSON) throws { try print(PrintedJSON.marked(json).prettyText()) }

  /// Prints bytes of data as they are.
  func print(bytes: [UInt8]) throws {
    buffer += bytes
    if buffer.count > 1 << 16 { try flush() }
  }

  /// Lets out what was printed.
  func flush() throws {
    let bytes = buffer
    buffer = []
    if bytes.isEmpty { return }
    progress?.clear()
    try StandardStream.output.write(bytes)
  }

  /// Says something to a person. What others have written may be part of it.
  func say(_ text: String) {
    progress?.clear()
    _ = try? StandardStream.error.write(
      Array("jobrun \(verb): \(TerminalText.visibleLines(text))\n".utf8))
  }

  /// The words that mean jobs: those given, and for `-` those of standard input, one a line.
  func jobWords(_ given: [String]) throws -> [String] {
    var words: [String] = []
    for word in given {
      guard word == "-" else {
        words.append(word)
        continue
      }
      guard let bytes = try StandardStream.input.readAll(limit: Session.mostInput) else {
        throw Failure("standard input is no list of ids: it is too long", ExitCode.usage)
      }
      words += String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        .map { String($0.trimmingBlanks) }.filter { !$0.isEmpty }
    }
    return words
  }

  /// Ids of a million jobs fit.
  private static let mostInput = 64 << 20

  /// The job that a word means.
  /// - Parameter orEnded: a name may also be that of a job that has ended: the newest is meant.
  ///   Whoever changes something has to say which.
  /// - Throws: exit 66 if there is none, or more than one.
  func find(_ word: String, orEnded: Bool = false) throws -> StoredJob {
    switch try spool().find(word) {
    case .found(let job): return job
    case .missing:
      let ended = try spool().newestEnded(name: word)
      if orEnded, let ended { return ended }
      let hint = ended.map { "; the newest one of that name, \($0.state.number), has ended" } ?? ""
      throw Failure(
        "there is no job \"\(word)\" in \(try spool().path)\(hint)", ExitCode.noSuchJob)
    case .ambiguous(let ids):
      let some = ids.prefix(5).joined(separator: ", ") + (ids.count > 5 ? ", ..." : "")
      throw Failure(
        "\"\(word)\" fits \(ids.count) jobs: \(some); give more of the id, or a number",
        ExitCode.noSuchJob)
    }
  }

  /// The id of a job that another one is to run after.
  func parent(_ word: String) throws(DocumentError) -> String {
    let key = DocumentKey.after.rawValue
    do {
      return try find(word).state.id
    } catch {
      throw DocumentError(key, Failure(error).message)
    }
  }

  /// Does something for each of several words, goes on after a failure, and returns the
  /// exit code of the first one.
  /// - Parameter unread: it is done for all of them, also when nobody reads any more what is
  ///   printed about it.
  /// - Throws: that nobody reads any more, which is no failure of any of them.
  func forEach(
    _ words: [String], unread: Bool = false, _ body: (String) throws -> Void
  ) throws -> Int32 {
    var code = ExitCode.success
    var end: SystemError?
    for word in words {
      do {
        try body(word)
      } catch let error as SystemError where error.isBrokenPipe {
        if !unread { throw error }
        end = error
      } catch {
        let failure = Failure(error)
        say("\(word): \(failure.message)")
        if code == ExitCode.success { code = failure.code }
      }
    }
    if code == ExitCode.success, let end { throw end }
    return code
  }

  /// The value of an option that is an instant, seen from now and meant in a zone.
  func instant(
    _ option: String, in zone: TimeZoneRules, _ direction: TimeZoneRules.Direction
  ) throws -> Instant? {
    try options.value(option, as: .instant(in: zone, now: now, direction))
  }

  /// The zone for times that people type and read: `--tz`, else the default one.
  func zone() throws -> TimeZoneRules {
    try zone(options.value("tz") ?? zones.defaultName(), code: ExitCode.usage)
  }

  /// The rules of a zone.
  /// - Throws: the exit code given, if there are none.
  func zone(_ name: String, code: Int32) throws -> TimeZoneRules {
    do {
      return try zones.find(name)
    } catch {
      throw Failure("\(error)", code)
    }
  }
}

extension Substring {
  /// Without blanks and tabs at both ends.
  fileprivate var trimmingBlanks: Substring {
    let start = drop { $0 == " " || $0 == "\t" }
    return start.lastIndex { $0 != " " && $0 != "\t" }.map { start[...$0] } ?? ""
  }
}

extension OptionValue where Value == TimeSpan {
  /// A duration such as `90s`, `2h30m` or ISO 8601.
  static var span: OptionValue<TimeSpan> {
    OptionValue { text in
      do throws(TimeSpanError) {
        return .success(try TimeSpan(parsing: text))
      } catch {
        return .failure(BadValue("is no duration: column \(error.column): \(error.reason)"))
      }
    }
  }
}

extension OptionValue where Value == Range<Instant> {
  /// `FROM/TO`, local dates being meant in a zone.
  static func range(in zone: TimeZoneRules) -> OptionValue<Range<Instant>> {
    OptionValue { text in
      do throws(DocumentError) {
        return .success(try Blackout.range(text, field: "", in: zone))
      } catch {
        return .failure(BadValue("is no span of time: \(error.reason)"))
      }
    }
  }
}

extension OptionValue where Value == Instant {
  /// An instant as people type it, local times being meant in a zone.
  static func instant(
    in zone: TimeZoneRules, now: Instant, _ direction: TimeZoneRules.Direction
  ) -> OptionValue<Instant> {
    OptionValue { text in
      do throws(CivilTimeError) {
        return .success(try zone.instant(from: text, now: now, direction))
      } catch {
        return .failure(BadValue(error.explanation))
      }
    }
  }
}
