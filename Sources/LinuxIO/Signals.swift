// Signals as something to read instead of something that interrupts.

internal import CLinux
internal import Glibc

/// The signals jobrun deals with (signal(7)).
public enum Signal: Int32, CaseIterable, Sendable {
  case hangUp = 1
  case interrupt = 2
  case kill = 9
  case brokenPipe = 13
  case terminate = 15
  case child = 17
  case resume = 18
  case windowSize = 28
}

extension Signal {
  /// Whether this process was started with the signal ignored, as by nohup(1).
  public var isIgnored: Bool { clinux_is_ignored(rawValue) != 0 }
}

/// Blocked signals that arrive on a descriptor (signalfd(2)).
public struct SignalQueue: ~Copyable {
  /// The descriptor to wait for.
  public let descriptor: Descriptor

  /// Blocks the signals for this process and collects them.
  public init(_ signals: [Signal]) throws(SystemError) {
    let numbers = signals.map(\.rawValue)
    descriptor = Descriptor(
      owning: try check("signalfd") {
        clinux_signal_descriptor(numbers, Int32(numbers.count))
      })
  }

  /// All signals that have arrived, without waiting. Equal ones may have merged.
  /// - Parameter fromTerminal: with those that a terminal sends to the whole group in front of it.
  public func pending(fromTerminal: Bool = true) throws(SystemError) -> [Signal] {
    var arrived: [Signal] = []
    var record = signalfd_siginfo()
    while true {
      let count = read(descriptor.number, &record, MemoryLayout<signalfd_siginfo>.size)
      if count < 0 {
        if errno == EINTR { continue }
        if errno == EAGAIN { return arrived }
        throw SystemError("read", "signalfd")
      }
      guard let signal = Signal(rawValue: Int32(record.ssi_signo)) else { continue }
      // What a process sends has a code of 0 or less; a terminal's is the kernel's own.
      if fromTerminal || record.ssi_code <= 0 || signal == .child { arrived.append(signal) }
    }
  }

  /// Lets a write to a closed pipe, or beyond the limit of a file's size (RLIMIT_FSIZE), fail
  /// with an error instead of ending the process.
  public static func ignoreFailingWrites() {
    clinux_ignore_signal(SIGPIPE)
    clinux_ignore_signal(SIGXFSZ)
  }
}

/// Names of signals for people.
public enum SignalName {
  /// "SIGTERM" for 15; "signal 63" where the C library knows no name.
  public static func name(of number: Int32) -> String {
    guard let text = clinux_signal_abbreviation(number) else { return "signal \(number)" }
    return "SIG" + String(cString: text)
  }
}
