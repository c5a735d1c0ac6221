// Starting processes and learning how they ended. What runs between fork and exec is C.

internal import CLinux
internal import Glibc

/// How a child ended (wait(2)).
public struct ChildEnd: Hashable, Sendable {
  /// Its number.
  public let pid: Int32
  /// Exit status, or nil if a signal ended it.
  public let code: Int32?
  /// The signal that ended it.
  public let signal: Int32?
  /// Whether it left a core dump.
  public let dumpedCore: Bool
}

/// What a reaped child used.
public struct ChildUsage: Hashable, Sendable {
  /// Processor time in microseconds.
  public let userMicroseconds: Int64
  public let systemMicroseconds: Int64
  /// Largest resident size in kilobytes.
  public let residentKilobytes: Int64
}

/// Calls on children of this process.
public enum Child {
  /// A child that has ended, left unreaped; nil if none has. Without a pid, any child.
  /// Throws ECHILD when there is no such child at all.
  public static func peek(_ pid: Int32 = 0) throws(SystemError) -> ChildEnd? {
    var ended = clinux_ended()
    _ = try check("waitid") { clinux_peek_child(pid, &ended) }
    if ended.pid == 0 { return nil }
    return ChildEnd(
      pid: ended.pid, code: ended.signal == 0 ? ended.code : nil,
      signal: ended.signal == 0 ? nil : ended.signal, dumpedCore: ended.dumped != 0)
  }

  /// Reaps a child that has ended.
  @discardableResult
  public static func reap(_ pid: Int32) throws(SystemError) -> ChildUsage {
    var user: Int64 = 0
    var system: Int64 = 0
    var resident: Int64 = 0
    _ = try check("wait4") { clinux_reap_child(pid, &user, &system, &resident) }
    return ChildUsage(
      userMicroseconds: user, systemMicroseconds: system, residentKilobytes: resident)
  }

  /// Copies this process, which must have one thread (fork(2)).
  /// - Returns: the copy's pid; nil in the copy.
  public static func fork() throws(SystemError) -> Int32? {
    let pid = try check("fork") { clinux_fork() }
    return pid == 0 ? nil : pid
  }

  /// Sends a signal to a child not yet reaped; false if there is none.
  @discardableResult
  public static func send(_ signal: Signal, to pid: Int32) -> Bool {
    kill(pid, signal.rawValue) == 0
  }

  /// Sends a signal to every process of a group whose leader is not yet reaped.
  @discardableResult
  public static func send(_ signal: Signal, toGroup group: Int32) -> Bool {
    kill(-group, signal.rawValue) == 0
  }

  /// Starts a program in a session of its own, with default signals (posix_spawn(3)).
  /// - Parameter inherited: numbers of more descriptors that it gets, under the same numbers.
  /// - Returns: its pid.
  public static func spawnDetached(
    path: String, arguments: [String], environment: [String],
    input: borrowing Descriptor, output: borrowing Descriptor, error: borrowing Descriptor,
    inherited: [Int32] = []
  ) throws(SystemError) -> Int32 {
    var pid: Int32 = 0
    let numbers = (input.number, output.number, error.number)
    let code = withCStrings(arguments) { argv in
      withCStrings(environment) { environment in
        clinux_spawn_detached(
          path, argv, environment, numbers.0, numbers.1, numbers.2, inherited,
          Int32(inherited.count), &pid)
      }
    }
    if code != 0 { throw SystemError("posix_spawn", path, code: code) }
    return pid
  }
}

/// The child of a run: forked, but held at a gate before exec until it is let go.
public struct GatedChild: ~Copyable {
  /// What to run and with what.
  public struct Plan: Sendable {
    /// The program and its arguments; a program without a slash is searched in PATH of
    /// `environment`, relative names start in `directory`.
    public var arguments: [String]
    /// `NAME=value` entries; nothing else is passed on.
    public var environment: [String]
    /// Absolute path of the working directory.
    public var directory: String
    /// One that is taken if that cannot be entered; nil: then nothing runs.
    public var otherDirectory: String?
    /// umask of the child.
    public var umask: UInt32
    /// Soft limit of open files; 0 leaves it.
    public var descriptorLimit: UInt64

    /// Puts a plan together.
    public init(
      arguments: [String], environment: [String], directory: String, umask: UInt32,
      descriptorLimit: UInt64
    ) {
      self.arguments = arguments
      self.environment = environment
      self.directory = directory
      self.umask = umask
      self.descriptorLimit = descriptorLimit
    }
  }

  /// Where and why a start failed before the program ran.
  public struct Failure: Error, Hashable, Sendable {
    /// The step that failed.
    public enum Step: Int32, Sendable {
      case setup = 1
      case directory = 2
      case exec = 3
    }
    public let step: Step
    /// Error number (errno(3)).
    public let code: Int32
  }

  /// Number of the child; also its process group.
  public let pid: Int32
  private let gate: Pipe
  private let report: Descriptor

  /// Forks. The child closes `lock` at once.
  public init(
    _ plan: Plan, input: borrowing Descriptor, output: borrowing Descriptor,
    error: borrowing Descriptor, closing lock: borrowing Descriptor
  ) throws(SystemError) {
    let gatePipe = try Descriptor.pipe()
    let reportPipe = try Descriptor.pipe()
    let numbers = (
      input.number, output.number, error.number, lock.number, gatePipe.read.number,
      gatePipe.write.number, reportPipe.write.number
    )
    let pid = withCStrings(plan.arguments) { argv in
      withCStrings(plan.environment) { environment in
        withCStrings([plan.directory] + [plan.otherDirectory].compactMap(\.self)) { directories in
          var job = clinux_job(
            argv: argv, environment: environment, directory: directories[0],
            other_directory: directories[1], mask: plan.umask,
            standard_input: numbers.0, standard_output: numbers.1, standard_error: numbers.2,
            descriptor_limit: plan.descriptorLimit)
          return clinux_fork_job(&job, numbers.4, numbers.5, numbers.6, numbers.3)
        }
      }
    }
    if pid < 0 { throw SystemError("fork", plan.arguments.first ?? "") }
    self.pid = pid
    gate = gatePipe
    report = reportPipe.read
  }

  /// Opens the gate and waits until the program runs, or tells why it could not start.
  /// The wait is short, unless the working directory is on a file server that does not answer.
  public consuming func open() throws(SystemError) -> Failure? {
    try openGate()
    return try Failure(in: report)
  }

  /// Opens the gate and waits for nothing.
  public consuming func letGo() throws(SystemError) -> StartReport {
    try report.setNonBlocking()
    try openGate()
    return StartReport(report)
  }

  private func openGate() throws(SystemError) {
    // This process keeps the reading end too: writing to a child that was killed at the
    // gate would raise SIGPIPE here, and its end would never be recorded.
    // Not a change of the disk, so not one of the calls that tests count.
    var go: UInt8 = 1
    _ = try check("write", "gate") { write(gate.write.number, &go, 1) }
  }

  /// Leaves the gate shut: the child ends without having run anything.
  public consuming func abandon() {}
}

/// Where a child that was let go tells that its program could not be started.
public struct StartReport: ~Copyable {
  private let descriptor: Descriptor

  fileprivate init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

  /// Why it could not; nil if it could, or if that is not known yet. Waits for nothing.
  public func failure() -> GatedChild.Failure? { (try? GatedChild.Failure(in: descriptor)) ?? nil }
}

extension GatedChild.Failure {
  /// Reads what the child has reported; nil if it has gone on to its program.
  fileprivate init?(in report: borrowing Descriptor) throws(SystemError) {
    var failure = clinux_failure()
    let size = MemoryLayout<clinux_failure>.size
    let number = report.number
    let count = try check("read") { read(number, &failure, size) }
    guard count == size else { return nil }
    self.init(step: Step(rawValue: failure.step) ?? .setup, code: failure.code)
  }
}

/// Lends strings as a null-terminated array of C strings.
func withCStrings<Result>(
  _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
  pointers.append(nil)
  defer { for pointer in pointers { free(pointer) } }
  return pointers.withUnsafeBufferPointer { buffer in
    guard let base = buffer.baseAddress else { preconditionFailure("never empty") }
    return body(base)
  }
}
