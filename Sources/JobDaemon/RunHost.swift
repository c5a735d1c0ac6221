// What a run has around it: a supervisor of its own, which a daemon has started, or `jobrun exec`,
// which has been typed and has a caller's environment, streams and terminal.

internal import JobSpool
internal import LinuxIO

/// The surroundings of one supervised run.
struct RunHost {
  /// Variables of the command that are in no record.
  var variables: [String: String] = [:]
  /// The command reads what this process could read, unless its job says what it is to read.
  var sharesInput = false
  /// Signals that are passed on to the command.
  var signals: [Signal] = [.terminate, .interrupt, .hangUp]
  /// Children of this process that are none of the run's.
  var strangers: Set<Int32> = []
  /// So often requests are looked for, in milliseconds; nil: the kernel tells of them.
  var lookPause: Int64?
  /// That where the kernel tells of none.
  static let longLookPause: Int64 = 1000
  /// Where the output goes besides the log.
  var output: LiveOutput?
  /// The terminal that the command is to have.
  var terminal: ForegroundTerminal?
  /// Waits for the word that the attempt is durable, and the command may be let go.
  var isPermitted: () throws(SystemError) -> Bool

  /// A supervisor: it is told by its daemon, through standard input, which is at its end if that
  /// came to nothing, or if the daemon is gone: then another one will start this attempt.
  static var supervisor: RunHost {
    RunHost { () throws(SystemError) in try StandardStream.input.read(limit: 1).count == 1 }
  }

  /// A supervisor on a machine of a cluster: the attempt was durable before it was submitted. Its
  /// command has what the cluster tells a job of itself, such as which devices are its own; and the
  /// kernel tells of no request that was left on another machine.
  static var node: RunHost {
    var host = RunHost { () throws(SystemError) in true }
    host.variables = Environment.all
    host.lookPause = longLookPause
    return host
  }

  /// What `jobrun exec` takes. One that was ignored before, as by nohup(1), stays so.
  static var execSignals: [Signal] { [.terminate, .interrupt, .hangUp].filter { !$0.isIgnored } }

  /// This process has made the attempt durable by itself.
  static func exec(_ output: LiveOutput, variables: [String: String]) -> RunHost {
    // Not from within a pipeline: what else is in it may want the terminal.
    let isInFront = Terminal.isTerminal(0) && Terminal.isTerminal(1)
    let terminal = isInFront ? ForegroundTerminal() : nil
    return RunHost(
      variables: variables,
      // Reading from a terminal that is not lent to it would stop the command for ever.
      sharesInput: terminal != nil || !Terminal.isTerminal(0),
      signals: execSignals,
      strangers: Set(ProcessTable.children()), output: output, terminal: terminal,
      isPermitted: { () throws(SystemError) in true })
  }

  private init(isPermitted: @escaping () throws(SystemError) -> Bool) {
    self.isPermitted = isPermitted
  }

  private init(
    variables: [String: String], sharesInput: Bool, signals: [Signal], strangers: Set<Int32>,
    output: LiveOutput?, terminal: ForegroundTerminal?,
    isPermitted: @escaping () throws(SystemError) -> Bool
  ) {
    self.variables = variables
    self.sharesInput = sharesInput
    self.signals = signals
    self.strangers = strangers
    self.output = output
    self.terminal = terminal
    self.isPermitted = isPermitted
  }
}
