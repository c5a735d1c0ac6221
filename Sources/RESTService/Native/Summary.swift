// How the spool is: for people who look at it, for probes, and for clients that know nothing yet.

internal import HTTPServer
internal import JobCore
internal import JobSpool
internal import LinuxIO

extension RequestHandler {
  /// `GET /v1/summary`.
  func summary(_ call: Call) throws(RequestFailure) -> Response {
    let index = try jobIndex()
    return try spoolCalls { () throws(SpoolError) in
      try Response(
        ["Content-Type": "application/json", "Cache-Control": "no-store"],
        slices: IndexedAnswer(index) { [self] in
          summary(index, call.caller).serialized(keepingOrder: true)
        })
    }
  }

  private func summary(_ index: JobIndex, _ caller: Caller) -> JSON {
    let counts = currentCounts(index)
    let notice = spool.daemonNotice()
    var daemon: JSONObject = ["alive": .bool(notice != nil)]
    daemon["notice"] = (notice?.waitsFor ?? notice?.configFault ?? notice?.engineFault).map {
      .string($0)
    }
    let roles = Role.allCases.filter(caller.has)
    var who: JSONObject = ["roles": .array(roles.map { .string($0.rawValue) })]
    who["name"] = caller.name.map { .string($0) }
    var members: JSONObject = [
      "version": .string(settings.version), "now": .string(now.rfc3339),
      "timeZone": .string(zones.defaultName()), "daemon": .object(daemon),
      "jobs": .object(
        JSONObject(
          Phase.Word.allCases.map {
            ($0.rawValue, .number(JSONNumber(counts[$0] ?? 0)))
          })),
      "caller": .object(who),
    ]
    if !index.damaged.isEmpty {
      members["unreadable"] = .number(JSONNumber(index.damaged.count))
    }
    return .object(members)
  }

  /// Jobs by phase, an end counted in that no daemon has recorded yet.
  private func currentCounts(_ index: JobIndex) -> [Phase.Word: Int] {
    var counts = index.counts
    for id in index.live {
      guard let stored = (try? spool.job(id)) ?? nil else { continue }
      let now = spool.current(stored.state, zones: zones, at: now).phase.word
      counts[stored.state.phase.word, default: 1] -= 1
      counts[now, default: 0] += 1
    }
    return counts
  }

  /// `GET /readyz`. Whoever can connect may ask, so nothing of the spool is told, and the disk is
  /// tried once a second at most.
  func readiness() -> Response {
    if writing.map({ watch.loop.now >= $0.until }) ?? true {
      writing = (spool.writingFault(), watch.loop.now + RequestHandler.writingTime)
    }
    let fault = writing?.fault
    let daemon =
      !spool.hasDaemon()
      ? "no daemon is running on this spool"
      : spool.daemonNotice()?.waitsFor == nil ? "ok" : "the daemon starts nothing for now"
    let isReady = fault == nil && daemon == "ok"
    var response = Response.json([
      "status": isReady ? "ok" : "unavailable",
      "checks": ["spool": .string(fault ?? "ok"), "daemon": .string(daemon)],
    ])
    response.headers["Cache-Control"] = "no-store"
    if !isReady { response.status = .unavailable }
    return response
  }

  /// `GET /metrics`.
  func metrics() throws(RequestFailure) -> Response {
    let index = try jobIndex()
    return try spoolCalls { () throws(SpoolError) in
      try Response(
        ["Content-Type": MetricsText.mediaType, "Cache-Control": "no-store"],
        slices: IndexedAnswer(index) { [self] in metrics(index) })
    }
  }

  private func metrics(_ index: JobIndex) -> [UInt8] {
    let metrics = SpoolMetrics(
      version: settings.version, isDaemonUp: spool.hasDaemon(), jobs: currentCounts(index),
      unreadable: index.damaged.count,
      // Zeros in place of what cannot be read would be a lie.
      counted: try? spool.metrics() ?? DaemonMetrics())
    var text = MetricsText()
    metrics.write(to: &text)
    counts.write(to: &text)
    return Array(text.text.utf8)
  }

  /// `GET /openapi.json`.
  func describeService() -> Response {
    .json(OpenAPIDocument(version: settings.version).json)
  }
}

/// An answer that takes the index of all jobs, and no time once that is complete.
final class IndexedAnswer: SlicedAnswer {
  private let index: JobIndex
  private let make: () -> [UInt8]
  private var hasEnded = false

  init(_ index: JobIndex, _ make: @escaping () -> [UInt8]) {
    self.index = index
    self.make = make
  }

  func next() throws(SpoolError) -> [UInt8]? {
    if hasEnded { return nil }
    // A line end means nothing in front of JSON or of metrics.
    guard try index.step() else { return [UInt8(ascii: "\n")] }
    hasEnded = true
    return make()
  }
}
