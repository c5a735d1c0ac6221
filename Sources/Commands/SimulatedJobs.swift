// The jobs of a simulation: those of files, or the live ones of a spool, all as if they were
// submitted when it begins.

import JobCore
import JobDaemon
import JobSpool
import LinuxIO

/// Collects jobs for a simulation.
struct SimulatedJobs {
  /// How long runs are said to take.
  struct Duration: Sendable {
    /// Name or id of the job it is about; nil: all others.
    let name: String?
    let span: TimeSpan

    /// `[NAME=]D`.
    static let option = OptionValue<Duration> { text in
      guard let equals = text.lastIndex(of: "=") else {
        return OptionValue<TimeSpan>.span.parse(text).map { Duration(name: nil, span: $0) }
      }
      return OptionValue<TimeSpan>.span.parse(String(text[text.index(after: equals)...]))
        .map { Duration(name: String(text[..<equals]), span: $0) }
    }
  }

  private let session: Session
  private let start: Instant
  private let durations: [Duration]
  private(set) var all: [Simulation.Job] = []
  private var ids: Set<String> = []

  init(_ session: Session, start: Instant, durations: [Duration]) {
    self.session = session
    self.start = start
    self.durations = durations
  }

  /// Adds the jobs of files; what cannot be read is told and costs the others nothing.
  /// - Returns: the exit code of the first failure, else 0.
  mutating func add(files paths: [String]) throws -> Int32 {
    var code = ExitCode.success
    func fail(_ message: String, _ failure: Int32) {
      session.say(message)
      if code == ExitCode.success { code = failure }
    }
    let context = try session.documentContext()
    for path in paths {
      var input = DocumentInput(context: context)
      do {
        input.append(try SubmitCommand.contents(of: path))
      } catch {
        fail("\(path): \(Failure(error).message)", ExitCode.noSuchJob)
        continue
      }
      while let document = input.next(endOfInput: true) {
        switch document {
        case .invalid(let line, let message):
          fail("\(path): line \(line): \(message)", ExitCode.badDocument)
        case .unreadable(_, let message): fail("\(path): \(message)", ExitCode.badDocument)
        case .job(let new, _):
          let number = all.count + 1
          let id = new.id ?? "simulated-\(number)"
          guard ids.insert(id).inserted else {
            fail("\(path): there are two jobs of the id \"\(id)\"", ExitCode.cannotCreate)
            continue
          }
          add(id, number, new.spec, new.schedule, history: [])
        }
      }
    }
    return code
  }

  /// Adds the live jobs of the spool. Those that are held are told and left out.
  mutating func addLive() throws {
    let spool = try session.spool()
    for id in try spool.liveIdentifiers() {
      let found: StoredJob?
      do {
        found = try spool.job(id)
      } catch {
        session.say("\(id): left out: \(Failure(error).message)")
        continue
      }
      guard let stored = found?.state, !stored.phase.isFinal else { continue }
      if stored.spec.fileTrigger != nil {
        session.say("\(stored.number) \(stored.spec.name): left out: it runs for files")
        continue
      }
      if case .waiting(let until) = stored.phase, until < start,
        stored.spec.quartz.isEmpty || stored.spec.runOnce
      {
        session.say("\(stored.number) \(stored.spec.name): left out: its run is before --from")
        continue
      }
      var spec = stored.spec
      if case .held = stored.phase { spec.hold = true } else { spec.hold = false }
      // It runs after others no longer.
      if stored.openParents.isEmpty { spec.after = [] }
      // What has had its last firing is owed one run and no more.
      if stored.scheduleEnded {
        spec.quartz = []
        spec.startDate = nil
        spec.endDate = nil
      }
      if stored.runs > 0 { spec.runImmediately = false }
      let schedule = try session.zones.schedule(spec)
      add(id, stored.number, spec, schedule, history: stored.history)
    }
  }

  /// Refuses durations of jobs that are not there: a misspelt name would change nothing.
  func checkDurations() throws {
    for case let name? in durations.map(\.name)
    where !all.contains(where: { $0.state.spec.name == name || $0.state.id == name }) {
      throw Failure("--duration: there is no job \"\(name)\" here", ExitCode.usage)
    }
  }

  private mutating func add(
    _ id: String, _ number: Int, _ spec: JobSpec, _ schedule: Schedule, history: [Outcome]
  ) {
    if spec.fileTrigger != nil {
      return session.say("\(number) \(spec.name): left out: it runs for files")
    }
    if !spec.after.isEmpty {
      return session.say("\(number) \(spec.name): left out: it runs after other jobs")
    }
    if spec.hold {
      return session.say("\(number) \(spec.name): left out: it is held")
    }
    // A firing at the very first instant belongs to the span.
    let isOnlyScheduled = schedule.isRecurring && !spec.runImmediately
    let state = JobState.submitted(
      id: id, number: number, spec: spec, schedule: schedule,
      at: isOnlyScheduled ? start - TimeSpan(milliseconds: 1) : start)
    all.append(Simulation.Job(state, schedule, duration: duration(of: state, history)))
  }

  /// How long a job's runs take: as said, else the median of those that succeeded, else a second.
  private func duration(of state: JobState, _ history: [Outcome]) -> TimeSpan {
    // Shorter ones would be failures.
    max(expected(state, history), state.spec.minExecutionTime ?? .zero)
  }

  private func expected(_ state: JobState, _ history: [Outcome]) -> TimeSpan {
    let named = durations.last { $0.name == state.spec.name || $0.name == state.id }
    if let said = named ?? durations.last(where: { $0.name == nil }) { return said.span }
    let known = history.filter(\.succeeded)
      .compactMap { outcome in outcome.startedAt.map { outcome.endedAt - $0 } }.sorted()
    return known.isEmpty ? .seconds(1) : known[known.count / 2]
  }
}
