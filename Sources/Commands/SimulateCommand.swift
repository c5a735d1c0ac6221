// simulate: what jobs would do over a span of time, by the daemon's own decisions.

import JobCore
import JobDaemon
import JobSpool
import LinuxIO

/// `jobrun simulate`.
enum SimulateCommand {
  static let verb = Program.Verb(
    syntax: CommandSyntax(
      verb: "simulate", summary: "Show what jobs would do over a span of time.",
      operands: "[FILE.json...]",
      options: [
        .value("from", "TIME", help: "Begin here instead of now."),
        .value("to", "TIME", help: "End here; default: a week later."),
        .value(
          "duration", short: "d", "[NAME=]D", repeats: true,
          help: "How long a run takes; default: as its recorded runs, else 1s."),
        .value(
          "down", "FROM/TO", repeats: true,
          help: "No daemon is there in this time; runs under way go on."),
        .value(
          "slots", short: "s", "N", help: "Runs at the same time; default: the daemon's default."),
        .value(
          "fail-on", Fault.choices,
          help: "Leave with 1 if one of these, separated by commas, comes to pass."),
        .flag("totals", help: "Print only the totals of each job."),
        .flag("json", short: "j", help: "Print one JSON object a line."),
        .value("tz", "ZONE", help: "Zone of the times shown; default: $TZ or the system's."),
      ],
      details: """
        Simulates the jobs of files, or else the live jobs of the spool, from an idle system on: \
        every run succeeds. Nothing is started and nothing is written. NAME is a job's name or id.
        """,
      examples: [
        (
          "Does anything collide in January, if the backup takes two hours?",
          "jobrun simulate --from 2027-01-01 --to 2027-02-01 --duration backup=2h"
        ),
        (
          "What is made up after a night without power?",
          "jobrun simulate --from 2027-01-01 --down '2027-01-01 22:00/2027-01-02 07:30'"
        ),
        (
          "A check before documents go live:",
          "jobrun simulate jobs/*.json --fail-on never-fires,overlap --totals"
        ),
      ]),
    run: run)

  /// What a simulation can be made to fail on.
  private enum Fault: String, CaseIterable {
    case neverFires = "never-fires"
    case overlap, wait, skip

    func isIn(_ tally: Simulation.Tally) -> Bool {
      switch self {
      case .neverFires: tally.neverFires
      case .overlap: tally.overlaps > 0
      case .wait: tally.waits > 0
      case .skip: tally.skips > 0
      }
    }
  }

  private static func run(_ session: Session) throws -> Int32 {
    let options = session.options
    let zone = try session.zone()
    let from = try session.instant("from", in: zone, .ahead) ?? session.now
    let end = try session.instant("to", in: zone, .ahead) ?? from + .seconds(7 * 86_400)
    guard from < end else { throw Failure("--to is not after --from", ExitCode.usage) }
    let slots =
      try options.value("slots", as: .integer(in: 1...100_000)) ?? DaemonOptions.defaultSlots
    let faults = try options.value("fail-on", as: faults) ?? []
    var jobs = SimulatedJobs(
      session, start: from,
      durations: try options.values("duration", as: SimulatedJobs.Duration.option))
    var code = ExitCode.success
    if options.allOperands.isEmpty {
      try jobs.addLive()
    } else {
      code = try jobs.add(files: options.allOperands)
    }
    try jobs.checkDurations()
    let isJSON = options.flag("json")
    let isQuiet = options.flag("totals")
    let outages = try options.values("down", as: .range(in: zone))
    var simulation = Simulation(
      slots: slots, config: try session.spool().config(), outages: outages
    ) { event in
      if isQuiet { return }
      if isJSON { return try session.print(line: json(event)) }
      try session.print(line(event, zone))
    }
    let ended = try simulation.run(jobs.all, from: from, through: end)
    if isJSON {
      for job in ended { try session.print(line: json(job)) }
    } else {
      if !isQuiet, !ended.isEmpty { try session.print("") }
      for line in totals(ended) { try session.print(line) }
    }
    try session.flush()
    var failed = false
    for fault in faults {
      let names = ended.filter { fault.isIn($0.tally) }.map { label($0.state) }
      if names.isEmpty { continue }
      failed = true
      session.say("\(fault.rawValue): \(names.joined(separator: ", "))")
    }
    return failed ? ExitCode.failure : code
  }

  private static let faults = OptionValue<[Fault]> { text in
    var faults: [Fault] = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      switch OptionValue<Fault>.choice.parse(String(word)) {
      case .success(let fault): faults.append(fault)
      case .failure(let error): return .failure(error)
      }
    }
    return .success(faults)
  }

  // MARK: What is shown

  private static func label(_ state: JobState) -> String { "\(state.number) \(state.spec.name)" }

  private static func line(_ event: Simulation.Event, _ zone: TimeZoneRules) -> String {
    let kind = event.kind.rawValue.padding(to: 8)
    let detail = event.detail.isEmpty ? "" : "  \(event.detail)"
    return "\(StatusTable.local(event.at, zone))  \(kind)  \(label(event.job))\(detail)"
  }

  private static func json(_ event: Simulation.Event) -> JSON {
    var members: JSONObject = [
      "at": .string(event.at.rfc3339), "what": .string(event.kind.rawValue),
      "id": .string(event.job.id), "number": .number(JSONNumber(event.job.number)),
      "name": .string(event.job.spec.name),
    ]
    if !event.detail.isEmpty { members["detail"] = .string(event.detail) }
    return .object(members)
  }

  private static func json(_ job: Simulation.Job) -> JSON {
    let tally = job.tally
    return [
      "what": "total", "id": .string(job.state.id),
      "number": .number(JSONNumber(job.state.number)), "name": .string(job.state.spec.name),
      "runs": .number(JSONNumber(tally.runs)), "overlaps": .number(JSONNumber(tally.overlaps)),
      "waits": .number(JSONNumber(tally.waits)),
      "longestWait": .string(tally.longestWait.description),
      "skips": .number(JSONNumber(tally.skips)), "neverFires": .bool(tally.neverFires),
    ]
  }

  private static func totals(_ jobs: [Simulation.Job]) -> [String] {
    StatusTable.lines(
      jobs.map { job in
        [
          String(job.state.number), job.state.spec.name,
          job.tally.neverFires ? "never" : String(job.tally.runs), String(job.tally.overlaps),
          String(job.tally.waits), job.tally.waits == 0 ? "-" : job.tally.longestWait.description,
          String(job.tally.skips),
        ]
      },
      titles: ["NUMBER", "NAME", "RUNS", "OVERLAPS", "WAITS", "LONGEST WAIT", "SKIPS"])
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
