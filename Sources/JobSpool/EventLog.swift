// events/<day>.ndjson: the history of decisions, one line each. Not truth, so it is not
// synced, and a failure to write it never stops anything.

public import JobCore
internal import LinuxIO

extension Spool {
  /// Adds decisions to the history of their days.
  public func appendEvents(_ events: [(job: JobState, decision: Decision)]) {
    if events.isEmpty { return }
    var lines: [String: [UInt8]] = [:]
    for (job, decision) in events {
      var members = decision.json.object ?? [:]
      members["id"] = .string(job.id)
      members["number"] = .number(JSONNumber(job.number))
      members["name"] = .string(job.spec.name)
      let day = String(decision.at.rfc3339.prefix(10))
      JSON.object(members).serialize(into: &lines[day, default: []])
      lines[day, default: []].append(UInt8(ascii: "\n"))
    }
    for (day, bytes) in lines {
      let name = "\(day).ndjson"
      // Opening a fifo would wait for somebody who reads it.
      let there = try? self.events.status(of: name)
      if let there, there.kind != .regular { continue }
      guard let file = try? self.events.open(name, .readAndAppend) else { continue }
      // A full disk or a crash may have cut the last line short: it stays alone.
      let isTorn = Spool.isTorn(file, size: there?.size ?? 0)
      _ = try? file.write(isTorn ? [UInt8(ascii: "\n")] + bytes : bytes)
    }
  }

  /// Whether something else than a line feed stands at the end of a file.
  private static func isTorn(_ file: borrowing Descriptor, size: Int64) -> Bool {
    guard size > 0, let last = try? file.read(limit: 1, at: size - 1).first else { return false }
    return last != UInt8(ascii: "\n")
  }

  /// Adds what a transition has decided: the decisions that `next` has and `before` had not.
  public func appendEvents(from before: JobState?, to next: JobState) {
    appendEvents(Spool.newDecisions(from: before, to: next))
  }

  /// Decisions that a transition added.
  public static func newDecisions(
    from before: JobState?, to next: JobState
  ) -> [(job: JobState, decision: Decision)] {
    var fresh = next.decisions[...]
    if let last = before?.decisions.last, let index = fresh.lastIndex(of: last) {
      fresh = fresh[(index + 1)...]
    }
    return fresh.map { (next, $0) }
  }
}
