// Other small programs that queue and run commands, as Debian has them. What is not installed
// takes no part.

import Foundation
import LinuxIO

/// Peers in a directory of their own.
final class Peers {
  private let bench: Bench
  private let environment: [String: String]
  private var started: [String] = []

  init(_ bench: Bench) throws {
    self.bench = bench
    for folder in ["tsp", "nq"] {
      try FileManager.default.createDirectory(
        atPath: "\(bench.path)/\(folder)", withIntermediateDirectories: true)
    }
    // A path to a socket is short. Each waiting job of tsp is a connection to its server.
    environment = [
      "TS_SOCKET": "/tmp/jobrun-bench-\(UUID().uuidString.prefix(8))", "TS_MAXCONN": "4000",
      "TMPDIR": "\(bench.path)/tsp", "NQDIR": "\(bench.path)/nq",
    ]
  }

  deinit { if started.contains("tsp") { try? run("tsp", ["-K"]) } }

  /// Where a program is; nil, and a word about it, if it is not installed.
  static func find(_ name: String) -> String? {
    let found = ["/usr/bin", "/usr/sbin", "/bin"].map { "\($0)/\(name)" }
      .first(where: FileManager.default.isExecutableFile)
    if found == nil { print("  \(name) is not installed: left out") }
    return found
  }

  /// Runs a peer to its end, if it is there.
  func run(_ name: String, _ arguments: [String]) throws {
    guard let program = Peers.find(name) else { return }
    started.append(name)
    try bench.run(program, arguments, environment: environment)
  }

  /// Runs a line of shell that starts peers.
  func shell(_ line: String) throws {
    try bench.run("/bin/sh", ["-c", line], environment: environment)
  }

  /// An entrant for a peer; none if it is not there.
  func entrant(_ name: String, _ round: @escaping (Int) throws -> Void) -> [Entrant] {
    Peers.find(name) == nil ? [] : [.timed(name, round)]
  }

  /// The clock that `date` has printed under a peer that keeps output in a directory, once it has.
  func stamp(of name: String) -> Int64 {
    let folder = "\(bench.path)/\(name)"
    while true {
      let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
        .filter { $0.hasPrefix(",") || $0.hasPrefix("ts-out") }.map { "\(folder)/\($0)" }
      for file in files {
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        guard let stamp = BenchmarkTests.stamp(in: text) else { continue }
        // One at a time: the next round asks for its own.
        try? FileManager.default.removeItem(atPath: file)
        return stamp
      }
      pause(milliseconds: 1)
    }
  }
}

/// The wall clock in nanoseconds that `date +%s%N` has printed somewhere in a text.
func stamp(in text: String) -> Int64? {
  text.split(whereSeparator: \.isWhitespace).last { $0.count == 19 }.flatMap { Int64($0) }
}
