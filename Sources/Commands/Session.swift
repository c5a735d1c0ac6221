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
  private static let usualWidth = 80

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

  /// Prints bytes of data as they are.
  func print(bytes: [UInt8]) throws {
    buffer += bytes
    if buffer.count > 1 << 16 { try flush() }
  }

  /// Lets out what was printed.
  func flush() throws {
    let bytes = buffer
    buffer = []
    if !bytes.isEmpty { try StandardStream.output.write(bytes) }
  }

  /// Says something to a person.
  func say(_ text: String) {
    _ = try? StandardStream.error.write(Array("jobrun \(verb): \(text)\n".utf8))
  }

  /// The job that a word means.
  /// - Throws: exit 66 if there is none, or more than one.
  func find(_ word: String) throws -> StoredJob {
    switch try spool().find(word) {
    case .found(let job): return job
    case .missing:
      throw Failure("there is no job \"\(word)\" in \(try spool().path)", ExitCode.noSuchJob)
    case .ambiguous(let ids):
      let some = ids.prefix(5).joined(separator: ", ") + (ids.count > 5 ? ", ..." : "")
      throw Failure(
        "\"\(word)\" fits \(ids.count) jobs: \(some); give more of the id, or a number",
        ExitCode.noSuchJob)
    }
  }

  /// Does something for each of several words, goes on after a failure, and returns the
  /// exit code of the first one.
  func forEach(_ words: [String], _ body: (String) throws -> Void) -> Int32 {
    var code = ExitCode.success
    for word in words {
      do {
        try body(word)
      } catch {
        let failure = Failure(error)
        say("\(word): \(failure.message)")
        if code == ExitCode.success { code = failure.code }
      }
    }
    return code
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
  /// An instant: RFC 3339, or a local date and time in a zone.
  static func instant(in zone: TimeZoneRules) -> OptionValue<Instant> {
    OptionValue { text in
      do throws(CivilTimeError) {
        return .success(try zone.instant(from: text))
      } catch {
        return .failure(BadValue(error.explanation))
      }
    }
  }

  /// An instant, or a duration that is counted back from now.
  static func past(in zone: TimeZoneRules, now: Instant) -> OptionValue<Instant> {
    OptionValue { text in
      do throws(CivilTimeError) {
        return .success(try zone.past(from: text, now: now))
      } catch {
        return .failure(BadValue(error.explanation))
      }
    }
  }
}
