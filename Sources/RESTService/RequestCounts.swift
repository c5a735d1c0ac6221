// Requests by what they were for. Routes, methods and statuses come from tables of this program,
// never from a client, so there are only so many of them.

internal import HTTPServer
internal import JobCore

/// Counts the requests of one service.
struct RequestCounts {
  private struct Key: Hashable {
    let route: String
    let method: String
    let status: Int
  }

  private var counts: [Key: Int] = [:]
  private var times: [String: Histogram] = [:]
  /// What is for no path that is known, or was refused before anybody knew.
  static let noRoute = "other"

  private static let streams: Set<String> = ["/v1/events", "/v1/jobs/{id}/logs"]
  /// In microseconds. Times are whole milliseconds, cut, so that no bucket is smaller.
  private static let bounds: [Int64] = [
    1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
    10_000_000,
  ]

  /// Counts a request that is over.
  mutating func add(_ record: AccessRecord) {
    // A client that has left before its answer had no status.
    guard let status = record.status else { return }
    let route = record.route ?? RequestCounts.noRoute
    let key = Key(
      route: route, method: record.method?.rawValue ?? RequestCounts.noRoute,
      status: status.rawValue)
    counts[key, default: 0] += 1
    // What goes on for hours, or was cut, has taken as long as its client wanted.
    guard record.isComplete, !RequestCounts.streams.contains(route) else { return }
    times[route, default: Histogram(bounds: RequestCounts.bounds)]
      .add(microseconds: record.milliseconds * 1000)
  }

  /// Adds the families to a text (man/jobrun-api.7).
  func write(to text: inout MetricsText) {
    text.counter(
      "jobrun_http_requests_total", "Requests that were answered.",
      counts.sorted {
        ($0.key.route, $0.key.method, $0.key.status)
          < ($1.key.route, $1.key.method, $1.key.status)
      }.map { key, count in
        .init(
          count, ["route": key.route, "method": key.method, "status": String(key.status)])
      })
    text.histogram(
      "jobrun_http_request_duration_seconds",
      "From the first byte of a request to the end of its answer.",
      times.sorted { $0.key < $1.key }.map { ($0.value, ["route": $0.key]) })
  }
}
