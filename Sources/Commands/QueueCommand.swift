// queue: what is set for queues and pools, and how they stand. All of it is in config.json; a
// daemon that is there takes a change over at once.

import JobCore
import JobSpool
import LinuxIO

/// `jobrun queue`.
enum QueueCommand {
  static let verb = Program.Verb(
    syntax: CommandSyntax(
      verb: "queue", summary: "Show queues, and set how many jobs of each may run.",
      operands: Action.allCases.map(\.usage).joined(separator: "\n"),
      options: [
        .value("slots", "N|none", help: "With set: so many runs of the queue at the same time."),
        .flag("paused", help: "With set: paused as well."),
        .flag("wait", help: "With drain: return when nothing of the queue runs."),
        .value("size", "N|none", help: "With pool: how much there is; none removes the pool."),
        .flag("json", short: "j", help: "With list: print an object of queues and pools."),
      ],
      details: """
        Jobs wait in the queue that they name, else in the one of their worker's name, else in \
        "default". A queue without slots of its own has no limit but that of the daemon.

        Nothing of a paused queue starts; what runs goes on. drain pauses, and can wait for what \
        runs. A pool holds what jobs need a part of while they run (--need of submit).
        """,
      examples: [
        ("At most two backups at a time:", "jobrun queue set backup --slots 2"),
        ("Nothing of it for now, once what runs has ended:", "jobrun queue drain backup --wait"),
        ("Go on:", "jobrun queue resume backup"),
        ("Two graphics cards to share:", "jobrun queue pool gpu --size 2"),
      ]),
    run: run)

  /// The first operand.
  private enum Action: String, CaseIterable {
    case list, set, pause, resume, drain, pool

    var usage: String { self == .list ? rawValue : "\(rawValue) NAME" }

    /// The options that go with it.
    var options: [String] {
      switch self {
      case .list: ["json"]
      case .set: ["slots", "paused"]
      case .pause, .resume: []
      case .drain: ["wait"]
      case .pool: ["size"]
      }
    }
  }

  private static func run(_ session: Session) throws -> Int32 {
    let options = session.options
    let words = try options.someOperands("list, set, pause, resume, drain or pool")
    guard let action = Action(rawValue: words[0]) else {
      let near = nearest(words[0], in: Action.allCases.map(\.rawValue))
      throw options.badOperand(
        0,
        "is none of list, set, pause, resume, drain and pool"
          + (near.map { "; did you mean \"\($0)\"?" } ?? ""))
    }
    for option in verb.syntax.options.map(\.name)
    where options.flag(option) && !action.options.contains(option) {
      throw Failure("--\(option) does not go with \(action.rawValue)", ExitCode.usage)
    }
    let most = action == .list ? 1 : 2
    if words.count > most {
      throw UsageError(.unexpectedOperand(words[most]), verb: verb.syntax.verb)
    }
    if action == .list { return try list(session) }
    guard words.count == 2 else {
      throw UsageError(.missingOperand("NAME"), verb: verb.syntax.verb)
    }
    guard SpoolConfig.isName(words[1]) else {
      throw options.badOperand(
        1, "cannot be a name: 1 to 200 characters without control characters")
    }
    try change(words[1], action, session)
    return ExitCode.success
  }

  private static func change(_ name: String, _ action: Action, _ session: Session) throws {
    let options = session.options
    let spool = try session.spool()
    switch action {
    case .list: break
    case .set:
      let slots = try options.value("slots", as: .orNone(in: SpoolConfig.slotNumbers))
      if slots == nil, !options.flag("paused") {
        throw Failure("set needs --slots or --paused", ExitCode.usage)
      }
      try spool.changeConfig { config in
        if let slots { config.queues[name, default: SpoolConfig.Queue()].slots = slots.number }
        if options.flag("paused") {
          config.queues[name, default: SpoolConfig.Queue()].isPaused = true
        }
      }
    case .resume:
      try warnOfStranger(name, session)
      try spool.changeConfig { $0.queues[name]?.isPaused = false }
    case .pause, .drain:
      try warnOfStranger(name, session)
      try spool.changeConfig { $0.queues[name, default: SpoolConfig.Queue()].isPaused = true }
      if options.flag("wait") { try spool.waitUntilDrained(name, zones: session.zones) }
    case .pool:
      guard let size = try options.value("size", as: .orNone(in: SpoolConfig.poolSizes)) else {
        throw Failure("pool needs --size, a number or none", ExitCode.usage)
      }
      if size.number == nil, try spool.config().pools[name] == nil {
        session.say("there is no pool \"\(printable(name))\"")
      }
      try spool.changeConfig { $0.pools[name] = size.number }
    }
  }

  /// Whoever pauses a queue, or lets it go on, means one that is there.
  private static func warnOfStranger(_ name: String, _ session: Session) throws {
    let queues = try session.spool().standings(zones: session.zones, at: session.now).queues
    if queues.contains(where: { $0.name == name }) { return }
    let near = nearest(name, in: queues.map(\.name)).map { "; did you mean \"\(printable($0))\"?" }
    session.say(
      "queue \"\(printable(name))\" has no settings, and no job waits in it\(near ?? "")")
  }

  // MARK: The list

  private static func list(_ session: Session) throws -> Int32 {
    let (queues, pools) = try session.spool().standings(zones: session.zones, at: session.now)
    if session.options.flag("json") {
      let all: JSON = [
        "queues": .array(queues.map(json)), "pools": .array(pools.map(json)),
      ]
      try session.print(document: all)
      return ExitCode.success
    }
    let rows = queues.map { queue in
      [
        queue.name, queue.settings.slots.map(String.init) ?? "-", String(queue.running),
        String(queue.queued), state(queue),
      ]
    }
    let titles = ["QUEUE", "SLOTS", "RUNNING", "QUEUED", "STATE"]
    for line in StatusTable.lines(rows, titles: titles) { try session.print(line) }
    if pools.isEmpty { return ExitCode.success }
    try session.print("")
    let amounts = pools.map { [$0.name, String($0.size), String($0.used)] }
    for line in StatusTable.lines(amounts, titles: ["POOL", "SIZE", "USED"]) {
      try session.print(line)
    }
    return ExitCode.success
  }

  private static func state(_ queue: QueueStanding) -> String {
    queue.settings.isPaused ? "paused" : "open"
  }

  private static func json(_ queue: QueueStanding) -> JSON {
    var members: JSONObject = [
      "name": .string(queue.name), "running": .number(JSONNumber(queue.running)),
      "queued": .number(JSONNumber(queue.queued)), "state": .string(state(queue)),
    ]
    members["slots"] = queue.settings.slots.map { .number(JSONNumber($0)) }
    return .object(members)
  }

  private static func json(_ pool: PoolStanding) -> JSON {
    [
      "name": .string(pool.name), "size": .number(JSONNumber(pool.size)),
      "used": .number(JSONNumber(pool.used)),
    ]
  }
}

/// A number, or none.
private struct NumberOrNone: Sendable {
  let number: Int?
}

extension OptionValue where Value == NumberOrNone {
  fileprivate static func orNone(in range: ClosedRange<Int>) -> OptionValue<NumberOrNone> {
    OptionValue { text in
      if text == "none" { return .success(NumberOrNone(number: nil)) }
      return OptionValue<Int>.integer(in: range).parse(text).map { NumberOrNone(number: $0) }
        .mapError { BadValue("\($0.reason), or none") }
    }
  }
}
