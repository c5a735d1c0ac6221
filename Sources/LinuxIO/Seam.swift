// The one place that every call which changes the disk passes on its way to the kernel.
// In debug builds a test can number these calls, make the n-th fail with an error
// number, or end the process right before it, so that a crash can be tried at every
// step. Release builds fold the check away.

internal import CLinux
internal import Glibc

/// Faults that tests inject at calls which change the disk; only in debug builds.
///
/// `JOBRUN_FAULT=kill:7` ends the process with SIGKILL before its seventh changing call,
/// `JOBRUN_FAULT=28:7` makes that call fail with error number 28.
enum Seam {
  #if DEBUG
    private struct Fault {
      var at = 0
      var code: Int32 = 0
      var kills = false
    }

    // Read once, before any other thread could exist: jobrun's processes have one thread.
    private static let fault: Fault? = {
      guard let text = getenv("JOBRUN_FAULT") else { return nil }
      let parts = String(cString: text).split(separator: ":")
      guard parts.count == 2, let at = Int(parts[1]) else { return nil }
      return Fault(at: at, code: Int32(parts[0]) ?? 0, kills: parts[0] == "kill")
    }()
    nonisolated(unsafe) private static var calls = 0
  #endif

  /// Announces a changing call; throws the injected fault, if this is its turn.
  @inline(__always)
  static func pass(_ call: StaticString, _ subject: @autoclosure () -> String) throws(SystemError) {
    #if DEBUG
      guard let fault else { return }
      calls += 1
      guard calls == fault.at else { return }
      if fault.kills { kill(getpid(), SIGKILL) }
      throw SystemError("\(call)", subject(), code: fault.code)
    #endif
  }
}
