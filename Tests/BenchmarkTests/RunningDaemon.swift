// A daemon of jobrun on the spool of a measurement.

import Foundation
import Glibc
import JobSpool
import LinuxIO

/// A daemon at work.
final class RunningDaemon {
  let spool: Spool
  let pid: Int32
  /// From its start until it had read all jobs, in nanoseconds.
  let readyAfter: Int64
  private let log: String

  private static func contents(_ path: String) -> String {
    (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }

  /// Starts one, and returns when it is ready.
  init(_ bench: Bench, slots: Int = 2) throws {
    spool = try Spool(path: bench.spool)
    log = "\(bench.path)/daemon-\(UUID().uuidString).log"
    let start = Clock.boot.nanoseconds
    pid = try bench.start(
      Bench.program,
      ["daemon", "--spool", bench.spool, "--slots", "\(slots)", "--log-file", log])
    while !RunningDaemon.contents(log).contains("ready") { pause(milliseconds: 1) }
    readyAfter = Clock.boot.nanoseconds - start
  }

  /// A line of /proc/PID/status in kilobytes, such as VmRSS.
  func kilobytes(_ name: String) -> Int {
    RunningDaemon.kilobytes(name, of: pid, in: "status")
  }

  static func kilobytes(_ name: String, of pid: Int32, in file: String) -> Int {
    let line = contents("/proc/\(pid)/\(file)").split(separator: "\n")
      .first { $0.hasPrefix("\(name):") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
  }

  /// Processor time so far, in hundredths of a second.
  var ticks: Int {
    let fields = RunningDaemon.contents("/proc/\(pid)/stat").split(separator: " ")
    return fields.count > 14 ? (Int(fields[13]) ?? 0) + (Int(fields[14]) ?? 0) : 0
  }

  /// Ends it; its runs go on.
  func stop() throws {
    Child.send(.terminate, to: pid)
    try Bench.wait(for: pid)
  }
}
