// The text that is read by whoever collects metrics: its lines, and what has to be escaped in them.

import Testing

@testable import JobCore

@Suite struct MetricsTextTests {
  @Test func writesEachFamilyWithItsHead() {
    var text = MetricsText()
    text.counter(
      "http_requests_total", "Requests.",
      [
        .init(3, ["route": "/v1/jobs", "status": "200"]),
        .init(0, ["route": "/", "status": "404"]),
      ])
    text.gauge("up", "Whether it is up.", [.init(1)])
    #expect(
      text.text == """
        # HELP http_requests_total Requests.
        # TYPE http_requests_total counter
        http_requests_total{route="/v1/jobs",status="200"} 3
        http_requests_total{route="/",status="404"} 0
        # HELP up Whether it is up.
        # TYPE up gauge
        up 1

        """)
  }

  @Test func countsEachBucketWithThoseBelowIt() {
    var histogram = Histogram(bounds: [100, 2500, 1_000_000])
    for length: Int64 in [1, 2000, 2000, 5_000_000] { histogram.add(microseconds: length) }
    var text = MetricsText()
    text.histogram("took_seconds", "How long.", [(histogram, ["route": "/"])])
    #expect(
      text.text == """
        # HELP took_seconds How long.
        # TYPE took_seconds histogram
        took_seconds_bucket{route="/",le="0.0001"} 1
        took_seconds_bucket{route="/",le="0.0025"} 3
        took_seconds_bucket{route="/",le="1"} 3
        took_seconds_bucket{route="/",le="+Inf"} 4
        took_seconds_sum{route="/"} 5.004001
        took_seconds_count{route="/"} 4

        """)
  }

  @Test func escapesWhatWouldEndAValueOrALine() {
    var text = MetricsText()
    text.gauge("a", "one\\two\nthree \"four\"", [.init(1, ["l": "é\\n\n\"x\""])])
    #expect(
      text.text == #"""
        # HELP a one\\two\nthree "four"
        # TYPE a gauge
        a{l="é\\n\n\"x\""} 1

        """#)
  }

  @Test(arguments: [
    (1_772_445_600_123, "1772445600.123"), (1_772_445_600_000, "1772445600"), (1020, "1.02"),
    (-5, "0"),
  ])
  func writesInstantsAsSeconds(milliseconds: Int64, seconds: String) {
    var text = MetricsText()
    text.gauge("t", "", [.init(Instant(milliseconds: milliseconds))])
    #expect(text.text.hasSuffix("\nt \(seconds)\n"))
  }

  private func metrics(_ counted: DaemonMetrics?) -> [Substring] {
    var text = MetricsText()
    SpoolMetrics(
      version: "1.2", isDaemonUp: true, jobs: [.held: 2, .failed: 5], unreadable: 1,
      counted: counted
    ).write(to: &text)
    return text.text.split(separator: "\n")
  }

  @Test func tellsOfEveryPhaseAlsoOfOneWithoutJobs() {
    let lines = metrics(nil)
    #expect(lines.contains(#"jobrun_info{version="1.2"} 1"#))
    #expect(lines.contains("jobrun_daemon_up 1"))
    #expect(lines.contains(#"jobrun_jobs{phase="held"} 2"#))
    #expect(lines.contains(#"jobrun_jobs{phase="running"} 0"#))
    #expect(lines.count { $0.hasPrefix("jobrun_jobs{") } == Phase.Word.allCases.count)
    #expect(lines.contains("jobrun_jobs_unreadable 1"))
  }

  @Test func leavesOutWhatCannotBeRead() {
    #expect(!metrics(nil).contains { $0.contains("_total") || $0.contains("_seconds") })
    let zeros = metrics(DaemonMetrics())
    #expect(zeros.contains(#"jobrun_runs_total{outcome="lost"} 0"#))
    #expect(zeros.contains("jobrun_queue_wait_seconds_count 0"))
    #expect(!zeros.contains { $0.contains("_since_") })
    let since = metrics(DaemonMetrics(since: Instant(milliseconds: 1500)))
    #expect(since.contains("jobrun_counted_since_timestamp_seconds 1.5"))
  }
}
