// The figures of README that others can be held against: jobrun, its peers, and the same work as a
// bare loop of system calls with the same syncs, which is the limit. Nothing is asserted but ratios
// to that limit: what a spawn or a sync costs differs by several times from machine to machine.

import Foundation
import Glibc
import JobCore
import JobSpool
import LinuxIO
import Testing

@Suite(.serialized, .enabled(if: isAsked, "set JOBRUN_BENCHMARK=1 to measure"))
struct PeerBenchmarks {
  private static let document =
    #"{"command":["/bin/true","--quiet","input.csv"],"name":"load","retryCount":2,"labels":{"a":"b"}}"#
  private static let state = [UInt8](repeating: 0x61, count: 700)

  @Test func submit() throws {
    let bench = try Bench()
    let peers = try Peers(bench)
    var entrants: [Entrant] = [
      .timed("jobrun") { _ in try bench.jobrun("submit", "--", "true") }
    ]
    entrants += peers.entrant("tsp") { _ in try peers.run("tsp", ["-n", "true"]) }
    entrants += peers.entrant("nq") { _ in try peers.run("nq", ["-q", "true"]) }
    if let at = Peers.find("at") {
      entrants.append(
        .timed("at") { _ in
          try bench.shell("echo true | \(at) now + 1 year 2>> '\(bench.path)/at.log'")
        })
      entrants.append(
        .timed("the shell that at needs") { _ in try bench.shell("echo true | true") })
    }
    entrants += [
      .timed("spawn true; bare durable file") { round in
        try bench.run("/bin/true", [])
        try bench.bareSubmit(round..<round + 1, bytes: Self.state)
      },
      .timed("spawn true") { _ in try bench.run("/bin/true", []) },
    ]
    try contest("submit -- true, durable, whole process", rounds: 300, entrants)
    // Those that were put in here, and no others: "job 12 at ..." is what it says of each.
    let numbers = #"s/^job \([0-9]*\) at .*/\1/p"#
    try bench.shell(
      "cd '\(bench.path)' && touch at.log && sed -n '\(numbers)' at.log | xargs -r atrm")
  }

  @Test func submitManyDocuments() throws {
    let count = isLongAsked ? 100_000 : 20_000
    let bench = try Bench()
    let file = try bench.write(
      [String](repeating: Self.document, count: count), to: "jobs.ndjson")
    let figures = try contest(
      "submit -, \(count) documents, durable", rounds: 3, pieces: count,
      [
        .timed("jobrun") { _ in try bench.submit(file) },
        .timed("bare loop, batches of 400") { round in
          for start in stride(from: 0, to: count, by: 400) {
            let first = round * count + start
            try bench.bareSubmit(first..<first + 400, bytes: Self.state)
          }
        },
      ])
    #expect(figures[0].at(0.5) < 2.5 * figures[1].at(0.5))
  }

  @Test func idleDispatch() throws {
    let bench = try Bench()
    let peers = try Peers(bench)
    let daemon = try RunningDaemon(bench)
    let date = ["/bin/date", "+%s%N"]
    // What date reads of locales is not the time of its start.
    setenv("LC_ALL", "C", 1)
    func since(_ start: Int64, _ text: String) throws -> Int64 {
      try #require(stamp(in: text)) - start
    }
    var entrants = [
      Entrant(name: "jobrun") { round in
        let id = "probe-\(round)"
        let start = Clock.real.nanoseconds
        try bench.jobrun("submit", "--id", id, "-e", "LC_ALL=C", "--", date[0], date[1])
        try bench.jobrun("wait", id)
        let log = try #require(try daemon.spool.log(id, "1.1", "stdout")?.read())
        return try since(start, String(decoding: log, as: UTF8.self))
      }
    ]
    for (name, options) in [("tsp", []), ("nq", ["-q"])] where Peers.find(name) != nil {
      entrants.append(
        Entrant(name: name) { _ in
          let start = Clock.real.nanoseconds
          try peers.run(name, options + date)
          return peers.stamp(of: name) - start
        })
    }
    entrants.append(
      Entrant(name: "bare: the same durable steps, three spawns") { round in
        let start = Clock.real.nanoseconds
        try bench.run("/bin/true", [])
        try bench.bareSubmit(round..<round + 1, bytes: Self.state)
        try bench.run("/bin/true", [])
        try bench.bareStart(round + 1_000_000, bytes: Self.state)
        try bench.run(date[0], [date[1]], output: "stamp\(round)")
        return try since(
          start, String(contentsOfFile: "\(bench.path)/stamp\(round)", encoding: .utf8))
      })
    try contest("idle dispatch: submit begins, the command's own clock", rounds: 200, entrants)
    try daemon.stop()
  }

  @Test func shortRuns() throws {
    let count = 2000
    let bench = try Bench()
    let peers = try Peers(bench)
    let file = try bench.write(
      [String](repeating: #"{"command":["/bin/true"]}"#, count: count), to: "true.ndjson")
    var entrants: [Entrant] = [
      .timed("jobrun, full records") { _ in
        try bench.submit(file)
        try bench.jobrun("daemon", "--slots", "2", "--until-idle=0s")
      }
    ]
    if let tsp = Peers.find("tsp") {
      // They run while more are queued, since no more than a thousand can wait there.
      entrants.append(
        .timed("tsp -S 2") { _ in
          try peers.run("tsp", ["-S", "2"])
          try peers.shell("seq \(count) | while read -r n; do \(tsp) -n true; done")
          try peers.run("tsp", ["-w"])
        })
    }
    if let xargs = Peers.find("xargs") {
      entrants.append(
        .timed("xargs -P 2, no records") { _ in
          try bench.shell("seq \(count) | \(xargs) -P 2 -n 1 true")
        })
    }
    // GNU's is a script; another program of that name is not meant.
    if let parallel = Peers.find("parallel"),
      FileManager.default.contents(atPath: parallel)?.starts(with: Array("#!".utf8)) == true
    {
      entrants.append(
        .timed("parallel -j 2, no records") { _ in
          try bench.shell("seq \(count) | \(parallel) --will-cite -j 2 true 2>&1")
        })
    }
    entrants.append(
      .timed("bare loop, one at a time: two spawns, the durable steps of a run") { round in
        for number in round * count..<(round + 1) * count {
          try bench.run("/bin/true", [])
          try bench.bareStart(number, bytes: Self.state)
          try bench.run("/bin/true", [])
          try bench.bareSubmit(number + 1_000_000..<number + 1_000_001, bytes: Self.state)
        }
      })
    try contest(
      "\(count) runs of true, 2 slots, submitted and run", rounds: 3, pieces: count, entrants)
  }
}
