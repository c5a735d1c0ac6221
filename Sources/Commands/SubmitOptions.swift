// submit's options, and the keys of a document that they fill.

import JobCore
import LinuxIO

/// The options that become members of a document.
enum SubmitOptions {
  /// How the text of an option becomes the value of a key.
  private enum Form {
    /// As text.
    case text
    /// As text, after what is seen from now has become an instant.
    case instant
    /// One member of an object.
    case member(String)
    /// A flag that is true when given; `not`: false.
    case flag
    case not
    /// One text alone, or an array of several.
    case texts
    /// An array of whole numbers.
    case numbers
    /// `name=value` pairs.
    case pairs
    /// `name=number` pairs, or `name` for 1.
    case amounts
    /// Lines for the shell, for one event.
    case hooks(HookEvent)
    /// `name=value` pairs, several of them with commas between.
    case members
    /// `name=value`, or `name` to copy it from the environment.
    case variables
  }

  private struct Row {
    let key: DocumentKey
    let form: Form
    let option: Option
  }

  private static let rows: [Row] = [
    row(.name, .text, .value("name", short: "N", "NAME", help: "Label of the job.")),
    row(.id, .text, .value("id", "ID", help: "Id of your own: A-Z a-z 0-9 . _ -, at most 64.")),
    row(
      .model, .text,
      .value("model", short: "m", "MODEL", help: "Take the job from models/MODEL.json.")),
    row(
      .values, .pairs,
      .value("value", short: "v", "NAME=VALUE", repeats: true, help: "A parameter of the job.")),
    row(
      .environment, .variables,
      .value(
        "env", short: "e", "NAME[=VALUE]", repeats: true,
        help: "Set a variable; without =VALUE, copy it from here.")),
    row(
      .workingDirectory, .text,
      .value("cwd", short: "C", "DIR", help: "Working directory; default: the current one.")),
    row(.umask, .text, .value("umask", "OCTAL", help: "umask; default: the current one.")),
    row(.stdin, .text, .value("stdin", "TEXT", help: "Text for standard input.")),
    row(
      .successfulReturnCodes, .numbers,
      .value(
        "success-code", "N", repeats: true, help: "An exit code that counts as success; default 0.")
    ),
    row(
      .quartzDef, .texts,
      .value(
        "quartz", short: "q", "EXPR", repeats: true,
        help: "Quartz expression: sec min hour day month weekday [year].")),
    row(.timeZone, .text, .value("tz", "ZONE", help: "Time zone; default: $TZ or the system's.")),
    row(.startDate, .instant, .value("start", "TIME", help: "First instant of the window.")),
    row(.endDate, .instant, .value("end", "TIME", help: "Last instant of the window.")),
    row(.runOnce, .flag, .flag("run-once", help: "Only the first firing.")),
    row(.runImmediately, .flag, .flag("run-immediately", help: "One run now, then the schedule.")),
    row(
      .dst, .member("gap"),
      .value("dst-gap", DaylightSaving.Gap.choices, help: "Firings that daylight saving skips.")
    ),
    row(
      .dst, .member("overlap"),
      .value(
        "dst-overlap", DaylightSaving.Overlap.choices,
        help: "Firings that daylight saving doubles.")),
    row(
      .misfire, .text,
      .value("misfire", Misfire.choices, help: "What becomes of missed firings; default once.")),
    row(
      .misfireGrace, .text,
      .value("misfire-grace", "D", help: "So late is still on time; default 60s.")),
    row(
      .overlap, .text,
      .value(
        "overlap", "queue|skip|replace",
        help: "What becomes of firings during a run; default queue.")),
    row(
      .daysOfWeekToRun, .texts,
      .value("day", "DAY", repeats: true, help: "Only on this day, SUN to SAT or 1 to 7.")),
    row(
      .blackout, .texts,
      .value(
        "blackout", "FROM/TO|EXPR", repeats: true, help: "Not in this time, or when this matches.")),
    row(.jitter, .text, .value("jitter", "D", help: "Begin up to this much later.")),
    row(
      .retryCount, .text,
      .value("retry", short: "r", "N", help: "Try again so often after a failure.")),
    row(.retryDelay, .text, .value("retry-delay", "D", help: "Wait before a retry; default 10s.")),
    row(
      .retryBackoff, .text,
      .value("retry-backoff", "FACTOR", help: "Factor from wait to wait; default 1.")),
    row(.retryMaxDelay, .text, .value("retry-max-delay", "D", help: "Longest wait; default 1h.")),
    row(
      .maxExecutionTime, .text,
      .value("timeout", short: "t", "D", help: "Stop an attempt after this time.")),
    row(
      .minExecutionTime, .text,
      .value("min-time", "D", help: "An attempt shorter than this has failed.")),
    row(.killGrace, .text, .value("kill-grace", "D", help: "From TERM to KILL; default 10s.")),
    row(
      .leftovers, .text,
      .value("leftovers", "leave|kill|wait", help: "What becomes of processes left behind.")),
    row(
      .maxOutputBytes, .text,
      .value("max-output", "BYTES", help: "Keep so much of each stream, head and tail: 64k, 10M.")),
    row(.queue, .text, .value("queue", "QUEUE", help: "Wait in this queue.")),
    row(
      .priority, .text,
      .value("priority", "N", help: "Higher starts first, -1000 to 1000; default 0.")),
    row(
      .needs, .amounts,
      .value("need", "POOL[=N]", repeats: true, help: "Take so much of a pool; default 1.")),
    row(
      .locks, .texts,
      .value("lock", "NAME", repeats: true, help: "Never run beside a job with this lock.")),
    row(
      .after, .texts,
      .value(
        "after", "ID[:WHEN]", repeats: true,
        help: "Run after this job: WHEN is success, failure or any; default success.")),
    row(.hooks, .hooks(.onStart), hook("start", "has begun")),
    row(.hooks, .hooks(.onSuccess), hook("success", "has succeeded")),
    row(.hooks, .hooks(.onFailure), hook("failure", "has failed for good")),
    row(.hooks, .hooks(.onRetry), hook("retry", "is tried again")),
    row(
      .hooks, .hooks(.onMissed),
      .value("on-missed", "LINE", repeats: true, help: "The same when firings were missed.")),
    row(
      .expect, .members,
      .value(
        "expect", "KEY=VALUE[,...]", repeats: true,
        help: "For `jobrun check`: every=25h, maxDuration=1h, minBytes=1.")),
    row(.hold, .flag, .flag("hold", short: "H", help: "Wait for `jobrun release`.")),
    row(
      .purgeDays, .text,
      .value("purge-days", "N", help: "Keep the finished job so many days; default 30.")),
    row(.canReRun, .not, .flag("no-rerun", help: "Refuse reruns.")),
    row(
      .maximumDateTimeToExecuteJob, .instant,
      .value("rerun-until", "TIME", help: "Refuse reruns after this instant.")),
    row(
      .publishLinkAccessScope, .text,
      .value(
        "link-scope", "Public|Private|PeopleInOrganization", help: "Who may read output by link.")),
    row(
      .worker, .text, .value("worker", "TEXT", help: "Recorded; the queue, if one has this name.")),
    row(.description, .text, .value("description", "TEXT", help: "Recorded only.")),
    row(.createdBy, .text, .value("created-by", "TEXT", help: "Recorded only.")),
    row(.category, .text, .value("category", "TEXT", help: "Recorded only.")),
    row(.subCategory, .text, .value("sub-category", "TEXT", help: "Recorded only.")),
    row(.clientRequestId, .text, .value("client-request-id", "TEXT", help: "Recorded only.")),
    row(
      .labels, .pairs,
      .value("label", "NAME=VALUE", repeats: true, help: "A label; recorded only.")),
  ]

  private static func hook(_ event: String, _ what: String) -> Option {
    .value(
      "on-\(event)", "LINE", repeats: true, help: "Line for /bin/sh -c when a run \(what).")
  }

  private static func row(_ key: DocumentKey, _ form: Form, _ option: Option) -> Row {
    Row(key: key, form: form, option: option)
  }

  /// The options for submit's table.
  static var documentOptions: [Option] { rows.map(\.option) }

  /// Those of them that fill some keys, for another command.
  static func documentOptions(for keys: [DocumentKey]) -> [Option] {
    rows.filter { keys.contains($0.key) }.map(\.option)
  }

  /// The option that fills a key; `command` is the operands' and has none.
  public static func option(for key: DocumentKey) -> Option? {
    rows.first { $0.key == key }?.option
  }

  /// The option for one member of an object, such as `dst.gap`.
  private static func option(for field: String) -> Option? {
    rows.first {
      if case .member(let name) = $0.form { return field == "\($0.key.rawValue).\(name)" }
      if case .hooks(let event) = $0.form {
        return field.hasPrefix("\($0.key.rawValue).\(event.rawValue)")
      }
      return false
    }?
    .option
  }

  /// The members of a document that the options given stand for.
  /// - Parameter keys: the keys that the command has options for; nil: all of them.
  static func members(_ session: Session, for keys: [DocumentKey]? = nil) throws -> JSONObject {
    let options = session.options
    var members = JSONObject()
    func put(_ pairs: [(String, String)], _ key: DocumentKey) {
      if pairs.isEmpty { return }
      members[key.rawValue] = .object(JSONObject(pairs.map { ($0.0, .string($0.1)) }))
    }
    for row in rows where keys?.contains(row.key) ?? true {
      let name = row.option.name
      switch row.form {
      case .text:
        if let value = options.value(name) { members[row.key.rawValue] = .string(value) }
      case .instant:
        if let text = options.value(name) {
          members[row.key.rawValue] = .string(try instant(text, row.option, session))
        }
      case .member(let member):
        guard let value = options.value(name) else { break }
        var object = members[row.key.rawValue]?.object ?? JSONObject()
        object[member] = .string(value)
        members[row.key.rawValue] = .object(object)
      case .hooks(let event):
        let lines = options.values(name)
        if lines.isEmpty { break }
        var object = members[row.key.rawValue]?.object ?? JSONObject()
        object[event.rawValue] =
          lines.count == 1
          ? .string(lines[0]) : .array(lines.map { .object(["command": .string($0)]) })
        members[row.key.rawValue] = .object(object)
      case .flag:
        if options.flag(name) { members[row.key.rawValue] = true }
      case .not:
        if options.flag(name) { members[row.key.rawValue] = false }
      case .texts:
        let values = options.values(name)
        if values.count == 1 { members[row.key.rawValue] = .string(values[0]) }
        if values.count > 1 { members[row.key.rawValue] = .array(values.map { .string($0) }) }
      case .numbers:
        let values = try options.values(name, as: .integer(in: 0...255))
        if !values.isEmpty {
          members[row.key.rawValue] = .array(values.map { .number(JSONNumber($0)) })
        }
      case .members: put(try options.values(name, as: list).flatMap(\.self), row.key)
      case .pairs: put(try options.values(name, as: pair), row.key)
      case .amounts: put(try options.values(name, as: amount), row.key)
      case .variables: put(try options.values(name, as: variable), row.key)
      }
    }
    return members
  }

  /// A date is the document's to read, in its zone; what is seen from now becomes an instant, in
  /// the zone of `--tz`, else the default one.
  private static func instant(
    _ text: String, _ option: Option, _ session: Session
  ) throws -> String {
    if text.dropFirst(4).first == "-", text.first?.isNumber == true { return text }
    do throws(CivilTimeError) {
      let zone = try? session.zone()
      // A zone that is not known is told of by who reads the document.
      guard let zone else { return session.now.rfc3339 }
      return try zone.instant(from: text, now: session.now, .ahead).rfc3339
    } catch {
      throw Failure(
        DocumentError(option.longForm, "\"\(printable(text))\" \(error.explanation)").message,
        ExitCode.badDocument)
    }
  }

  private static let pair = OptionValue<(String, String)> { text in
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
      return .failure(BadValue("must be NAME=VALUE"))
    }
    return .success((String(text[..<equals]), String(text[text.index(after: equals)...])))
  }

  private static let list = OptionValue<[(String, String)]> { text in
    var pairs: [(String, String)] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      switch pair.parse(String(part)) {
      case .success(let one): pairs.append(one)
      case .failure(let fault): return .failure(fault)
      }
    }
    return .success(pairs)
  }

  private static let amount = OptionValue<(String, String)> { text in
    text.contains("=") ? pair.parse(text) : .success((text, "1"))
  }

  private static let variable = OptionValue<(String, String)> { text in
    if text.contains("=") { return pair.parse(text) }
    guard let value = Environment.value(text) else {
      return .failure(BadValue("is not set here; write NAME=VALUE"))
    }
    return .success((text, value))
  }

  /// A fault in a document that came from options, in the words of the command line.
  static func spoken(_ error: DocumentError) -> String {
    if let option = option(for: error.field) {
      return DocumentError(option.longForm, error.reason, illustration: error.illustration).message
    }
    let field = String(error.field.prefix { $0 != "[" && $0 != "." })
    guard let key = DocumentKey(rawValue: field), let option = option(for: key) else {
      return error.message
    }
    let rest = error.field.dropFirst(field.count)
    return DocumentError(
      "\(option.longForm)\(rest)", error.reason, illustration: error.illustration
    )
    .message
  }
}
