// The one place that every call which changes the disk passes on its way to the kernel.
// In debug builds a test can number these calls, make the n-th fail with an error
// number, or end the process right before it, so that a crash can be tried at every
// step. Release builds fold the check away.

internal import CLinux
internal import Glibc

/// Faults that tests inject at calls which change the disk; only in debug builds.
///
/// `JOBRUN_FAULT=kill:7` ends the process with SIGKILL before its seventh changing call,
/// `JOBRUN_FAULT=stop:7` stops it there (SIGSTOP) until somebody tells it to go on, and
/// `JOBRUN_FAULT=28:7` makes that call fail with error number 28.
enum Seam {
  #if DEBUG
    private struct Fault {
      var at = 0
      var code: Int32 = 0
      var signal: Int32?
    }

    // Read once, before any other thread could exist: jobrun's processes have one thread.
    private static let fault: Fault? = {
      guard let text = getenv("JOBRUN_FAULT") else { return nil }
      let parts = String(cString: text).split(separator: ":")
      guard parts.count == 2, let at = Int(parts[1]) else { return nil }
      let signals: [Substring: Int32] = ["kill": SIGKILL, "stop": SIGSTOP]
      return Fault(at: at, code: Int32(parts[0]) ?? 0, signal: signals[parts[0]])
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
      if let signal = fault.signal {
        kill(getpid(), signal)
        return
      }
      throw SystemError("\(call)", subject(), code: fault.code)
    #endif
  }
}
