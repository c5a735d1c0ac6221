// What a glance tells of a job is what its state says; of whatever is not plainly waiting for an
// instant, a glance tells nothing.

import Testing

@testable import JobCore

@Suite struct WaitingJobTests {
  private static let now = Instant(milliseconds: 1_790_000_000_000)

  private func state(_ members: String = "") throws -> JobState {
    let json = try JSON(
      parsing: Array(
        (#"{"command":["true","a\"b"],"name":"load","quartzDef":"0 30 2 * * ?""# + members + "}")
          .utf8))
    let context = DocumentContext(
      workingDirectory: "/", umask: 0, timeZone: "UTC", model: { _ in nil }, modelNames: { [] },
      zone: { _ in .utc })
    let spec = try JobDocument(json, in: context).spec
    return JobState.submitted(
      id: "load-1", number: 7, spec: spec, schedule: Schedule(spec, zone: .utc), at: Self.now)
  }

  @Test(arguments: ["", #","priority":-3"#, #","queue":"big","worker":"w","retryCount":2"#])
  func aJobThatWaitsIsToldAsItsStateSays(_ members: String) throws {
    let state = try state(members)
    let job = try #require(WaitingJob(glancing: state.json.serialized()))
    guard case .waiting(let until) = state.phase else { return #expect(Bool(false)) }
    #expect(job.id == "load-1" && job.until == until && job.request == StartRequest(state))
  }

  @Test(arguments: [
    #","after":["other:success"]"#, #","overlap":"replace""#, #","locks":"db""#,
    #","needs":{"gpu":1}"#, #","hold":true"#, #","runImmediately":true"#,
    #","fileTrigger":{"directory":"/in","pattern":"a"}"#,
  ])
  func whoeverNeedsMoreIsLeftToAReaderOfAll(_ members: String) throws {
    #expect(WaitingJob(glancing: try state(members).json.serialized()) == nil)
  }

  @Test func whatADaemonHasToDoSomethingAboutIsLeftToAReaderOfAll() throws {
    let members: [(String, JSON)] = [
      ("exec", true), ("pendingHooks", []), ("format", 2), ("phase", "running"),
      ("number", "7"), ("number", -1), ("id", "../x"), ("nextRun", "soon"), ("job", []),
    ]
    let json = try #require(state().json.object)
    #expect(WaitingJob(glancing: JSON.object(json).serialized()) != nil)
    for (key, value) in members {
      var changed = json
      changed[key] = value
      #expect(WaitingJob(glancing: JSON.object(changed).serialized()) == nil, "\(key)")
    }
    for key in ["format", "id", "number", "phase", "nextRun", "job"] {
      var changed = json
      changed[key] = nil
      #expect(WaitingJob(glancing: JSON.object(changed).serialized()) == nil, "\(key)")
    }
  }

  @Test func aFileThatIsCutOffTellsNothing() throws {
    let bytes = try state().json.serialized()
    for end in 0..<bytes.count {
      #expect(WaitingJob(glancing: Array(bytes[..<end])) == nil, "\(end)")
    }
  }
}
