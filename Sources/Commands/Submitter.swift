// Submitting in batches and telling about it in the order of the input.

import JobCore
import JobSpool
import LinuxIO

/// Collects new jobs and puts them into the spool.
final class Submitter {
  /// How it is done, and what is told of it.
  struct Manner {
    /// All documents have to be valid.
    var isStrict = false
    /// Nothing is written.
    var isDry = false
    /// A job of the same id and document counts as submitted.
    var ifAbsent = false
    /// A job of the same id gets the document.
    var replaces = false
    /// Faults are told in the words of the command line: there is one document, of options.
    var speaksOptions = false
    /// Ids, or objects, are printed.
    var printsIDs = true
    var printsJSON = false
  }

  private let session: Session
  private let manner: Manner
  private var pending: [NewJob] = []
  /// Where each of those comes from, for errors.
  private var places: [String] = []
  /// Ids of the jobs that were submitted, in order.
  private(set) var submitted: [String] = []
  private var code = ExitCode.success

  init(_ session: Session, _ manner: Manner) {
    self.session = session
    self.manner = manner
  }

  /// Batches larger than this gain nothing.
  private static let batch = 4000

  func add(_ job: NewJob, from place: String = "") {
    pending.append(job)
    places.append(place)
  }

  /// Takes note of something that cannot be submitted.
  func fail(_ message: String, _ code: Int32) {
    session.say(message)
    if self.code == ExitCode.success { self.code = code }
  }

  /// Takes the documents of files that a person named; one that cannot be read costs the
  /// others nothing.
  func take(files paths: [String], context: DocumentContext, filling: JSONObject = [:]) {
    for path in paths {
      var input = DocumentInput(context: context, filling: filling)
      do {
        input.append(try SubmitCommand.contents(of: path))
      } catch {
        fail("\(path): \(Failure(error).message)", ExitCode.noSuchJob)
        continue
      }
      take(&input, endOfInput: true, from: "\(path): ")
    }
  }

  /// Takes all documents that are complete.
  func take(_ input: inout DocumentInput, endOfInput: Bool, from source: String) {
    while let document = input.next(endOfInput: endOfInput) {
      let count = submitted.count + pending.count
      session.progress?.show(count, submitted.isEmpty ? "read" : "submitted")
      switch document {
      case .job(let job, let line): add(job, from: "\(source)line \(line): ")
      case .invalid(let line, let message):
        fail("\(source)line \(line): \(message)", ExitCode.badDocument)
      case .unreadable(_, let message):
        // These messages name the line themselves.
        fail("\(source)\(message)", ExitCode.badDocument)
      }
      if pending.count >= Submitter.batch {
        do {
          try flush()
        } catch {
          let failure = Failure(error)
          fail(failure.message, failure.code)
        }
      }
    }
  }

  /// Submits what has been collected, unless everything has to be known first.
  func flush() throws {
    // A job may run after one that came before it, which is nowhere if nothing is submitted.
    if manner.isStrict || manner.isDry { return }
    try submit()
  }

  /// Submits the rest and ends.
  /// - Returns: the exit code.
  func finish() throws -> Int32 {
    if manner.isStrict, code != ExitCode.success {
      session.say("nothing was submitted")
      return code
    }
    try submit()
    try session.flush()
    return code
  }

  private func submit() throws {
    let (batch, places) = (pending, places)
    pending = []
    self.places = []
    if batch.isEmpty { return }
    let spool = try session.spool()
    if manner.isDry {
      for (index, fault) in try spool.faultsOfParents(in: batch).enumerated() {
        guard let fault else {
          try preview(batch[index])
          continue
        }
        fail(fault, at: places[index])
      }
      return
    }
    let results =
      manner.replaces
      ? try spool.replace(batch, zones: session.zones, at: session.now)
      : try spool.submit(batch, at: session.now, ifAbsent: manner.ifAbsent)
    for (result, place) in zip(results, places) {
      switch result {
      case .submitted(let state):
        if case .expired(let reason) = state.phase { session.say("\(state.id): \(reason)") }
        try tell(state)
      case .present(let state), .redefined(let state): try tell(state)
      case .failed(.invalid(let error)): fail(error, at: place)
      case .failed(let error):
        let failure = Failure(error)
        fail(failure.message, failure.code)
      }
    }
    try session.flush()
  }

  private func fail(_ error: DocumentError, at place: String) {
    let words = manner.speaksOptions ? SubmitOptions.spoken(error) : error.message
    fail("\(place)\(words)", ExitCode.badDocument)
  }

  private func tell(_ state: JobState) throws {
    submitted.append(state.id)
    guard manner.printsIDs else { return }
    guard manner.printsJSON else { return try session.print(state.id) }
    try session.print(line: PrintedJSON.brief(state))
  }

  /// Prints what would be submitted.
  private func preview(_ job: NewJob) throws {
    let now = session.now
    let state = JobState.submitted(
      id: job.id ?? "00000000-0000-7000-8000-000000000000", number: 0, spec: job.spec,
      schedule: job.schedule, at: now)
    var fires: [Instant] = []
    if case .queued(let attempt) = state.phase { fires.append(attempt.scheduledAt) }
    for entry in state.preview(job.schedule, after: now, count: 5 - fires.count) {
      if case .fires(let firing) = entry { fires.append(firing.instant) }
    }
    var members: JSONObject = [
      "job": .object(job.spec.document), "fires": .array(fires.map { .string($0.rfc3339) }),
    ]
    if let trigger = job.spec.fileTrigger {
      // Its instants are those at which it looks; whether it runs then is up to the files.
      members["fires"] = nil
      members["waitsFor"] = .string(trigger.explanation)
      if !fires.isEmpty { members["looksAt"] = .array(fires.map { .string($0.rfc3339) }) }
    }
    members["id"] = job.id.map { .string($0) }
    if case .expired(let reason) = state.phase { members["warning"] = .string(reason) }
    let json = JSON.object(members)
    if manner.printsJSON { return try session.print(line: json) }
    try session.print(document: json)
  }
}
