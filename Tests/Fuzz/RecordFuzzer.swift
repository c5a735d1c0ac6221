// A libFuzzer target for the readers of documents and records in Sources/JobCore: job documents
// as they come from a pipe or in new/, models, state files, and the records of runs. Not part of
// the package; build and run it with
//
//   swiftc -O -parse-as-library -sanitize=fuzzer -swift-version 6 -module-name RecordFuzzer \
//     $(find Sources/JobCore -name '*.swift') Tests/Fuzz/RecordFuzzer.swift -o /tmp/recordfuzzer
//   mkdir -p /tmp/recordcorpus && cp spool/examples/*.json Tests/JobCoreTests/Data/states-1/* \
//     /tmp/recordcorpus
//   FUZZ=state /tmp/recordfuzzer -max_total_time=300 -max_len=4096 /tmp/recordcorpus
//
// FUZZ is documents, state, records, plans (in both forms, and events that ask for their commands;
// the corpus then is `plan-*.json` beside this file) or crontabs (`crontab.txt`). Any trap is a
// finding; so is anything that was read and does not read back equal from what was written of it,
// and a job of a crontab that is no document.

import Glibc

private let target = getenv("FUZZ").map { String(cString: $0) } ?? "state"

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
  switch target {
  case "documents": fuzzDocuments(bytes)
  case "records": fuzzRecords(bytes)
  case "plans": fuzzPlans(bytes)
  case "crontabs": fuzzCrontabs(bytes)
  default: fuzzState(bytes)
  }
  return 0
}

private func model(_ name: String) throws(DocumentError) -> JobModel? {
  guard name == "m" else { return nil }
  let json: JSON = ["command": ["echo", "{{x}}"], "parameters": ["x": ["default": "1"]]]
  return try? JobModel(name: "m", document: json)
}

nonisolated(unsafe) private let context = DocumentContext(
  workingDirectory: "/work", umask: 0o022, timeZone: "UTC", model: model,
  modelNames: { ["m"] }, zone: { $0 == "UTC" ? .utc : nil })

private func fuzzDocuments(_ bytes: [UInt8]) {
  // Cut in two anywhere, the elements must be the same.
  let whole = elements([bytes])
  let cut = Int(bytes.first ?? 0) % max(1, bytes.count)
  precondition(elements([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole)
  for case .document(let json, _) in whole {
    precondition(try! JSON(parsing: json.serialized()) == json)
    _ = try? JobModel(name: "x", document: json)
    guard let document = try? JobDocument(json, in: context) else { continue }
    let state = JobState.submitted(
      id: "a", number: 1, spec: document.spec, schedule: Schedule(document.spec, zone: .utc),
      at: Instant(milliseconds: 1_790_000_000_000))
    precondition(try! JobState(parsing: state.json.serialized()) == state)
  }
}

private func elements(_ parts: [[UInt8]]) -> [JSONDocumentStream.Element] {
  var stream = JSONDocumentStream()
  var found: [JSONDocumentStream.Element] = []
  for part in parts {
    stream.append(part)
    while let element = stream.next(endOfInput: false) { found.append(element) }
  }
  while let element = stream.next(endOfInput: true) { found.append(element) }
  return found
}

private func fuzzState(_ bytes: [UInt8]) {
  guard let state = try? JobState(parsing: bytes) else { return }
  precondition(try! JobState(parsing: state.json.serialized()) == state)
  let now = Instant(milliseconds: 1_790_000_000_000)
  let schedule = Schedule(state.spec, zone: .utc)
  let request = CancelRequest(at: now, reason: "r")
  var events: [JobEvent] = [
    .due, .launch, .supervised, .cancel(request), .rerun, .hold, .release,
  ]
  if let attempt = state.phase.liveAttempt {
    let outcome = Outcome(.exited(code: 1), of: attempt, startedAt: nil, endedAt: now)
    events.append(.ended(ExitRecord(outcome)))
  }
  for event in events {
    guard let next = try? state.applying(event, schedule: schedule, at: now) else { continue }
    precondition(try! JobState(parsing: next.json.serialized()) == next)
    _ = (next.message, next.lastOutcome?.exitCode, next.nextRun)
  }
}

private func fuzzRecords(_ bytes: [UInt8]) {
  if let record = try? ExitRecord(parsing: bytes) {
    precondition(try! ExitRecord(parsing: record.bytes) == record)
  }
  if let record = try? StartRecord(parsing: bytes) {
    precondition(try! StartRecord(parsing: record.bytes) == record)
  }
  if let plan = try? RunPlan(parsing: bytes) {
    precondition(try! RunPlan(parsing: plan.bytes).bytes == plan.bytes)
  }
  if let entry = try? HistoryEntry(parsing: bytes) {
    precondition(try! HistoryEntry(parsing: entry.json.serialized()) == entry)
    _ = ScheduledProcessEvent(entry, job: nil)?.json.serialized(keepingOrder: true)
  }
  if let metrics = try? DaemonMetrics(parsing: bytes) {
    precondition(try! DaemonMetrics(parsing: metrics.bytes) == metrics)
  }
  _ = RunReports.progress(bytes)
  _ = RunReports.outputs(bytes)
  guard let json = try? JSON(parsing: bytes) else { return }
  if let request = try? CancelRequest(json, field: "") {
    precondition(try! CancelRequest(request.json, field: "") == request)
  }
  if let decision = try? Decision(json, field: "") {
    precondition(try! Decision(decision.json, field: "") == decision)
  }
}

private let plan = try! Plan(
  provisioning: [
    [
      "contextName": "p", "jobName": "j", "commandLine": "x", "workingDirectory": "/w",
      "heldContexts": ["k": true],
    ]
  ],
  generation: "g", at: Instant(milliseconds: 1_790_000_000_000), by: nil)

private func fuzzPlans(_ bytes: [UInt8]) {
  let now = Instant(milliseconds: 1_790_000_000_000)
  guard let json = try? JSON(parsing: bytes, limits: Plan.limits) else { return }
  if let plan = try? Plan(provisioning: json, generation: "g", at: now, by: "b") {
    precondition(try! Plan(parsing: plan.bytes) == plan)
    precondition(Plan.name(ofFile: Plan.fileName(plan.name)) == plan.name)
    if (try? plan.check(in: context)) != nil {
      // What was checked can be derived.
      for (id, job) in plan.liveJobs { _ = try! plan.document(of: job, id: id, in: context) }
    }
    for job in plan.jobs {
      let names = Plan.names(of: Plan.label(plan.name, job.name))
      precondition(names?.plan == plan.name && names?.job == job.name)
      _ = try? plan.model(job.name, at: now, zone: .utc)
    }
  }
  if let initiation = try? Initiation(json), let job = plan.command("j") {
    _ = initiation.definitions(beyond: job)
    var random = SystemRandomNumberGenerator()
    if let members = try? initiation.document(
      of: job, in: plan, at: now, zone: .utc, random: &random)
    {
      _ = try? JobDocument(.object(members), in: context)
    }
  }
}

private func fuzzCrontabs(_ bytes: [UInt8]) {
  var setting = Crontab.Setting(home: "/work") { $0 == "UTC" }
  setting.user = "ada"
  setting.isSystem = bytes.first == UInt8(ascii: "S")
  let crontab = Crontab(bytes, setting)
  let documents = crontab.jobs.map { try! JobDocument(.object($0.document), in: context) }
  precondition(Set(documents.map(\.id)).count == documents.count)
  precondition(Set(documents.map(\.spec.name)).count == documents.count)
  for document in documents {
    _ = Schedule(document.spec, zone: .utc).next(after: Instant(milliseconds: 1_790_000_000_000))
  }
}
