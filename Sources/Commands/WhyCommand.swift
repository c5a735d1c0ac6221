// why: one answer to why a job is not running, was skipped, ran late or twice.

import JobCore
import JobSpool

/// `jobrun why`.
enum WhyCommand {
  static let verb = Program.Verb(
    syntax: CommandSyntax(
      verb: "why", summary: "Say why jobs stand where they stand.", operands: "ID...",
      options: [
        .flag("json", short: "j", help: "Print one JSON object a line, with what is waited for."),
        .value("tz", "ZONE", help: "Zone of the times in the text; default: $TZ or the system's."),
      ],
      details: """
        The first line says what a job waits for, or why nothing follows. Below it are its latest \
        decisions with their reasons: what fired, was skipped or ran late, and why. \
        `jobrun events` has those before them.
        """,
      examples: [
        ("Why it has not begun:", "jobrun why backup"),
        (
          "What each job that is due waits for:",
          "jobrun status --phase queued --ids | jobrun why - --json"
        ),
      ]),
    run: run)

  private static func run(_ session: Session) throws -> Int32 {
    let words = try session.jobWords(session.options.someOperands("ID"))
    let zone = try session.zone()
    let spool = try session.spool()
    let around = SurroundingsReader(spool, zones: session.zones, at: session.now)
    let paint = try session.paint
    var isFirst = true
    return try session.forEach(words) { word in
      let state = spool.current(
        try session.find(word, orEnded: true).state, zones: session.zones, at: session.now)
      let explanation = try around.explanation(of: state)
      if session.options.flag("json") {
        return try session.print(line: explanation.json(of: state))
      }
      if !isFirst { try session.print("") }
      isFirst = false
      for line in lines(explanation, state, zone, paint) { try session.print(line) }
    }
  }

  private static func lines(
    _ explanation: Explanation, _ state: JobState, _ zone: TimeZoneRules, _ paint: Paint
  ) -> [String] {
    let name = StatusTable.visible(state.spec.name)
    let phase = state.phase.word
    let head = "\(state.number) \(name) (\(paint(phase.rawValue, phase.style))): "
    let widest = state.decisions.map(\.kind.rawValue.count).max() ?? 0
    func text(_ words: String) -> String { StatusTable.visible(LocalTimes.put(into: words, zone)) }
    return [head + text(explanation.sentence)]
      + state.decisions.map { decision in
        let kind = decision.kind.rawValue
        let gap = String(repeating: " ", count: widest - kind.count + 2)
        let by = decision.by.map { " (by \($0))" } ?? ""
        return "  \(StatusTable.local(decision.at, zone))  \(kind)\(gap)"
          + text(decision.reason + by)
      }
  }
}
