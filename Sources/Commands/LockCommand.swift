// lock: a command of the shell that shares a lock with jobs. What flock(1) does, with the locks of
// a spool.

import JobCore
import JobSpool
import LinuxIO

/// `jobrun lock`.
enum LockCommand {
  static let verb = Program.Verb(
    syntax: CommandSyntax(
      verb: "lock", summary: "Run a command while holding locks that jobs use too.",
      operands: "NAME... -- COMMAND [ARGUMENT...]",
      options: [
        .value(
          "timeout", short: "t", "D",
          help: "Give up with exit code 75 after waiting so long; 0: do not wait.")
      ],
      details: """
        Waits until nobody else has the locks, and runs the command here, with this terminal and \
        these streams. The locks are those of submit --lock. They are free again when this process \
        ends, however it does; the command does not outlive it.

        The exit code is the command's, 128 + n if signal n ended it, 127 if there is no such \
        program and 126 if it cannot be run.
        """,
      examples: [
        ("A dump that never runs beside jobs with that lock:", "jobrun lock db -- ./dump"),
        ("Only if it is free now:", "jobrun lock --timeout 0 db -- ./dump || echo busy"),
      ]),
    run: run)

  /// So long nobody is told what is waited for, in milliseconds.
  private static let silence: Int64 = 1000

  private static func run(_ session: Session) throws -> Int32 {
    let options = session.options
    guard let words = options.afterTerminator, !words.isEmpty else {
      throw UsageError(.missingOperand("-- COMMAND"), verb: session.verb)
    }
    if options.operands.isEmpty { throw UsageError(.missingOperand("NAME"), verb: session.verb) }
    for (index, name) in options.operands.enumerated() where !JobSpec.isName(name) {
      throw options.badOperand(index, "cannot be a lock: \(JobSpec.nameRule)")
    }
    let patience = try options.value("timeout", as: .span)
    let locks: [NamedLock]
    do {
      // Gone when all are held: a watch is dear, and the command may take long.
      let wait = try LockWait(options.operands, for: .command(words), in: session.spool())
      try take(wait, patience: patience, session)
      locks = wait.held
    } catch let error as SystemError where error.isNotFound {
      throw Failure("locks/ of the spool is gone: \(error)", ExitCode.inputOutput)
    }
    return try withExtendedLifetime(locks) { try runCommand(words) }
  }

  private static func take(_ wait: LockWait, patience: TimeSpan?, _ session: Session) throws {
    let poller = try Poller()
    try poller.add(wait.descriptor, token: 0)
    let start = Clock.boot.milliseconds
    let end = patience.map { start + $0.milliseconds }
    var tellAt: Int64? = start + silence
    while try !wait.advance() {
      let now = Clock.boot.milliseconds
      if let end, let patience, now >= end {
        let waited = patience > .zero ? "; given up after \(patience)" : ""
        throw Failure("\(wait.obstacle)\(waited)", ExitCode.tryAgain)
      }
      if let at = tellAt, now >= at {
        session.say("waiting for \(wait.obstacle)")
        tellAt = nil
      }
      let next = [wait.nextLook, end, tellAt].compactMap(\.self).min() ?? now
      _ = try poller.wait(timeout: Int32(clamping: max(1, next - now)))
    }
  }

  /// Runs the command to its end, and carries signals to it.
  private static func runCommand(_ words: [String]) throws -> Int32 {
    // One that was ignored before is ignored by the command, too.
    let carried = [Signal.terminate, .interrupt, .hangUp].filter { !$0.isIgnored }
    let signals = try SignalQueue(carried + [.child])
    let pid: Int32
    do {
      pid = try ForegroundChild.start(words)
    } catch {
      guard error.call == "execve" else { throw error }
      throw Failure("\(words[0]): \(error.reason)", error.isNotFound ? 127 : 126)
    }
    let poller = try Poller()
    try poller.add(signals.descriptor, token: 0)
    while true {
      if let end = try Child.peek(pid) {
        try Child.reap(pid)
        return end.signal.map { 128 + $0 } ?? end.code ?? ExitCode.failure
      }
      _ = try poller.wait()
      // What a terminal sends, it sends to the command as well.
      for signal in try signals.pending(fromTerminal: false) where signal != .child {
        Child.send(signal, to: pid)
      }
    }
  }
}
