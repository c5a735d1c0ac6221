// Measuring: processes started as a shell would, and the same work as bare system calls.

import Foundation
import Glibc
import JobCore
import JobSpool
import LinuxIO
import Testing

/// The benchmark runs only when asked for: its figures mean nothing on a busy machine.
let isAsked = ProcessInfo.processInfo.environment["JOBRUN_BENCHMARK"] != nil

/// A spool and a bare directory of its own for one measurement.
final class Bench {
  let path: String
  let spool: String
  let null: Descriptor

  /// Everything is removed when the process ends, and not before: ext4 does not reuse an
  /// inode for some seconds after it was freed, and looks for a free one past all of those,
  /// so that a measurement would pay for the clean-up of the one before.
  private static let root: String = {
    atexit { try? FileManager.default.removeItem(atPath: Bench.root) }
    return NSTemporaryDirectory() + "jobrun-bench-\(UUID().uuidString)"
  }()

  init() throws {
    path = "\(Bench.root)/\(UUID().uuidString)"
    spool = path + "/spool"
    try FileManager.default.createDirectory(
      atPath: path + "/bare", withIntermediateDirectories: true)
    null = try Directory(path: "/dev").open("null", .update)
    _ = try Spool(path: spool)
  }

  /// The built program: $JOBRUN_BINARY, or the one beside the tests.
  static var program: String {
    ProcessInfo.processInfo.environment["JOBRUN_BINARY"]
      ?? Bundle.main.bundlePath.replacingOccurrences(of: "/xctest", with: "") + "/jobrun"
  }

  /// Starts a program.
  func start(_ program: String, _ arguments: [String], input: borrowing Descriptor) throws -> Int32
  {
    let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
    return try Child.spawnDetached(
      path: program, arguments: [program] + arguments, environment: environment, input: input,
      output: null, error: null)
  }

  /// Runs a program to its end.
  func run(_ program: String, _ arguments: [String]) throws {
    try Bench.wait(for: try start(program, arguments, input: null))
  }

  /// Runs a line of shell to its end.
  func shell(_ line: String) throws { try run("/bin/sh", ["-c", line]) }

  static func wait(for pid: Int32) throws {
    guard let handle = try ProcessHandle(pid: pid) else { return }
    let poller = try Poller()
    try poller.add(handle.descriptor, token: 0)
    _ = try poller.wait()
    let end = try Child.peek(pid)
    try Child.reap(pid)
    #expect(end?.code == 0)
  }

  /// Nanoseconds that a body takes.
  static func time(_ body: () throws -> Void) rethrows -> Int64 {
    let start = Clock.boot.nanoseconds
    try body()
    return Clock.boot.nanoseconds - start
  }

  /// The durable steps of one job, without jobrun: the limit that a submit is held against.
  func bareSubmit(_ numbers: Range<Int>, bytes: [UInt8]) throws {
    let bare = try Directory(path: path + "/bare")
    var files: [Int32] = []
    for number in numbers {
      let file = try bare.open("tmp\(number)", .createNew)
      try file.write(bytes, at: 0)
      file.startWriteBack()
      files.append(dup(file.number))
    }
    for file in files { try Descriptor(owning: file).syncData() }
    for number in numbers {
      try bare.link("tmp\(number)", to: "job\(number)", in: bare)
      try bare.remove("tmp\(number)")
    }
    try bare.sync()
  }
}

/// Figures of one kind of work.
struct Figures {
  private var samples: [Int64] = []

  mutating func add(_ nanoseconds: Int64) { samples.append(nanoseconds) }

  func at(_ quantile: Double) -> Double {
    let sorted = samples.sorted()
    return Double(sorted[min(sorted.count - 1, Int(quantile * Double(sorted.count)))])
  }

  /// "1.23 ms (99 %: 2.34 ms)".
  var text: String { "\(Figures.text(at(0.5))) (99 %: \(Figures.text(at(0.99))))" }

  static func text(_ nanoseconds: Double) -> String {
    nanoseconds < 1e5
      ? String(format: "%.0f ns", nanoseconds) : String(format: "%.2f ms", nanoseconds / 1e6)
  }
}
