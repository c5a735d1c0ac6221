// A program that the daemon asks something, and does not wait for: its output goes into memory, and
// its end is told by the kernel like that of any child.

internal import LinuxIO

/// A program at work.
final class ProgramCall {
  /// What came of it.
  struct Answer {
    /// It left with 0.
    let isSuccess: Bool
    /// It was stopped because it took too long.
    let isLate: Bool
    let output: String
    let complaint: String
  }

  /// Far above what thousands of jobs make.
  private static let outputLimit = 64 << 20

  let pid: Int32
  /// When it is stopped (boot clock).
  private(set) var deadline: Int64
  private var isLate = false
  private let output: Descriptor
  private let complaint: Descriptor

  /// Starts it in a session of its own.
  /// - Parameter limit: so many milliseconds it may take.
  init(
    _ path: String, _ arguments: [String], environment: [String], input: String = "",
    limit: Int64
  ) throws(SystemError) {
    let name = path.split(separator: "/").last.map { String($0) } ?? path
    output = try Descriptor.memory([], name: name)
    complaint = try Descriptor.memory([], name: name)
    pid = try Child.spawnDetached(
      path: path, arguments: [name] + arguments, environment: environment,
      input: try Descriptor.memory(Array(input.utf8), name: name), output: output,
      error: complaint)
    deadline = Clock.boot.milliseconds + limit
  }

  /// Stops it if it has taken too long; its end comes as ever.
  func stopIfLate() {
    guard Clock.boot.milliseconds >= deadline else { return }
    isLate = true
    deadline = .max
    Child.send(.kill, toGroup: pid)
  }

  /// What came of it, once it has ended.
  func answer(_ end: ChildEnd) -> Answer {
    guard let output = ProgramCall.text(output), let complaint = ProgramCall.text(complaint) else {
      // Nothing heard is not nothing said.
      return Answer(
        isSuccess: false, isLate: isLate, output: "", complaint: "its answer cannot be read")
    }
    return Answer(
      isSuccess: end.code == 0, isLate: isLate, output: output, complaint: complaint)
  }

  /// nil if it cannot be read, or is too long.
  private static func text(_ file: borrowing Descriptor) -> String? {
    ((try? file.contents(limit: outputLimit)) ?? nil).map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}
