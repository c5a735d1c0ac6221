// Measuring: processes started as a shell would, and the same work as bare system calls.

import Foundation
import Glibc
import JobCore
import JobSpool
import LinuxIO
import Testing

/// The benchmark runs only when asked for: its figures mean nothing on a busy machine.
let isAsked = ProcessInfo.processInfo.environment["JOBRUN_BENCHMARK"] != nil
#if DEBUG
  /// What the program itself computes is measured in a release build only.
  let isOptimized = false
#else
  let isOptimized = true
#endif
/// JOBRUN_BENCHMARK=long: what takes many minutes, too.
let isLongAsked = ProcessInfo.processInfo.environment["JOBRUN_BENCHMARK"] == "long"

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

  /// Starts a program that reads nothing; what it says goes nowhere, or into a file.
  func start(
    _ program: String, _ arguments: [String], environment: [String: String] = [:],
    output: String? = nil
  ) throws -> Int32 {
    let all = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let file = try output.map { try Directory(path: path).open($0, .append) }
    return try Child.spawnDetached(
      path: program, arguments: [program] + arguments,
      environment: all.map { "\($0.key)=\($0.value)" }, input: null,
      output: file ?? null.duplicate(), error: null)
  }

  /// Runs a program to its end.
  func run(
    _ program: String, _ arguments: [String], environment: [String: String] = [:],
    output: String? = nil
  ) throws {
    try Bench.wait(
      for: try start(program, arguments, environment: environment, output: output))
  }

  /// Runs jobrun on the spool to its end.
  func jobrun(_ verb: String, _ arguments: String..., output: String? = nil) throws {
    try run(Bench.program, [verb, "--spool", spool] + arguments, output: output)
  }

  /// Submits a file of documents, through a pipe, as a pipeline does.
  func submit(_ file: String) throws {
    try shell("cat '\(file)' | '\(Bench.program)' submit --spool '\(spool)' -")
  }

  /// Writes documents into a file, one a line.
  func write(_ documents: [String], to name: String) throws -> String {
    let file = "\(path)/\(name)"
    try (documents.joined(separator: "\n") + "\n").write(
      toFile: file, atomically: false, encoding: .utf8)
    return file
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

  /// The durable steps of some new jobs, without jobrun: the limit that a submit is held against.
  func bareSubmit(_ numbers: Range<Int>, bytes: [UInt8]) throws {
    let bare = try Directory(path: path + "/bare")
    for number in numbers {
      let file = try bare.open("tmp\(number)", .createNew)
      try file.write(bytes, at: 0)
      if numbers.count == 1 { try file.syncData() }
    }
    if numbers.count > 1 { try bare.syncFileSystem() }
    for number in numbers { try bare.moveNew("tmp\(number)", to: "job\(number)", in: bare) }
    try bare.sync()
  }

  /// The durable steps of one run, without jobrun, up to the start of its command.
  func bareStart(_ number: Int, bytes: [UInt8]) throws {
    let bare = try Directory(path: path + "/bare")
    try bare.makeDirectory("run\(number)")
    let run = try Directory("run\(number)", in: bare)
    try run.open("run.json", .createNew).write(bytes, at: 0)
    try run.sync()
    try bare.sync()
    let state = try bare.open("tmp\(number)", .createNew)
    try state.write(bytes, at: 0)
    try state.syncData()
    try bare.rename("tmp\(number)", to: "job\(number)", in: bare)
    try bare.sync()
    let started = try run.open("started.new", .createNew)
    try started.write(bytes, at: 0)
    try run.rename("started.new", to: "started.json", in: run)
    try started.sync()
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

  var mean: Double { samples.reduce(0) { $0 + Double($1) } / Double(max(samples.count, 1)) }

  /// "1.23 ms (99 %: 2.34 ms)".
  var text: String { "\(Figures.text(at(0.5))) (99 %: \(Figures.text(at(0.99))))" }

  static func text(_ nanoseconds: Double) -> String {
    switch nanoseconds {
    case ..<1e5: String(format: "%.0f ns", nanoseconds)
    case ..<1e9: String(format: "%.2f ms", nanoseconds / 1e6)
    default: String(format: "%.2f s", nanoseconds / 1e9)
    }
  }
}
