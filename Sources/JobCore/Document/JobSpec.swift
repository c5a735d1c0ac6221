// What a job is asked to do: the document after models, options and defaults have been
// worked in. It changes only as a whole, when a job gets another document.

/// A program to run.
public enum Command: Hashable, Sendable {
  /// Program and arguments, run without a shell.
  case program([String])
  /// A line for `/bin/sh -c`.
  case shell(String)

  /// What is handed to exec.
  public var arguments: [String] {
    switch self {
    case .program(let arguments): return arguments
    case .shell(let line): return ["/bin/sh", "-c", line]
    }
  }

  /// What a job is called that was given no name: the program without its directories.
  var defaultName: String {
    let word: Substring
    switch self {
    case .program(let arguments): word = arguments.first.map { $0[...] } ?? ""
    case .shell(let line): word = line.split(whereSeparator: \.isWhitespace).first ?? ""
    }
    let name = String(word).pathNames.last ?? ""
    return JobSpec.isNewName(name) ? name : "job"
  }
}

/// What becomes of processes that a command leaves behind.
public enum Leftovers: String, CaseIterable, Sendable {
  /// They go on; the outcome tells how many there were.
  case leave
  /// They are stopped as a cancelled command is.
  case kill
  /// The run ends when the last of them has ended.
  case wait
}

/// Who may read a job's output by its link (contracts, seed 004).
public enum LinkScope: String, CaseIterable, Sendable {
  case everybody = "Public"
  case creator = "Private"
  case organization = "PeopleInOrganization"
}

/// The specification of one job, complete.
public struct JobSpec: Hashable, Sendable {
  public var command: Command
  /// The model it was made from, for information; later edits of the model change nothing.
  public var model: String?
  public var name: String
  /// Parameters, as given and completed by the model's defaults.
  public var values = JSONObject()
  /// Variables added to the daemon's basic ones.
  public var environment: [String: String] = [:]
  /// Absolute path.
  public var workingDirectory: String
  public var umask: UInt32
  /// Text for standard input; nil: empty.
  public var stdin: String?
  public var successfulReturnCodes: [Int] = [0]
  /// Union of expressions; empty: one run.
  public var quartz: [CronExpression] = []
  /// Files that it runs for; nil: it runs for instants.
  public var fileTrigger: FileTrigger?
  /// Name of a zone, resolved at submit.
  public var timeZone: String
  /// Window of firings, both ends inclusive.
  public var startDate: Instant?
  public var endDate: Instant?
  public var runOnce = false
  public var runImmediately = false
  public var daylightSaving = DaylightSaving.auto
  public var misfire = Misfire.once
  /// How late a firing may begin and still count as on time; later it has been missed.
  public var misfireGrace = JobSpec.defaultMisfireGrace
  /// What becomes of firings that come due while the job is busy.
  public var overlap = Overlap.queue
  /// Days on which a firing may fall, in the job's zone.
  public var weekdays = Weekdays.all
  /// Spans in which no firing may fall.
  public var blackout: [Blackout] = []
  /// Scheduled runs begin up to this much later, each job by a time of its own; nil: not.
  public var jitter: TimeSpan?
  public var retry = RetryPolicy()
  /// Time limits on one attempt; nil: none.
  public var maxExecutionTime: TimeSpan?
  public var minExecutionTime: TimeSpan?
  /// From TERM to KILL.
  public var killGrace = JobSpec.defaultKillGrace
  public var leftovers = Leftovers.leave
  /// So many bytes of each output stream are kept, its head and its tail; nil: all.
  public var maxOutputBytes: ByteCount?
  /// The queue it names; nil: the one of its worker's name if there is one, else the default one.
  public var queue: String?
  /// Of jobs that are due, those with a higher one start first.
  public var priority = 0
  /// How much of each pool a run takes while it lasts.
  public var needs: [String: Int] = [:]
  /// Names of which no two runs have the same at once.
  public var locks: [String] = []
  /// What it runs after.
  public var after: [Parent] = []
  /// Commands that are told of what happens to it.
  public var hooks = Hooks()
  /// What its runs should be like; nil: nobody has said.
  public var expectation: Expectation?
  public var hold = false
  /// Days that a finished job is kept.
  public var purgeDays = JobSpec.defaultPurgeDays
  public var canReRun = true
  /// No rerun after this instant.
  public var maximumDateTimeToExecuteJob: Instant?
  public var publishLinkAccessScope = LinkScope.creator
  /// Labels that jobrun records and does not interpret.
  public var worker: String?
  public var description: String?
  public var createdBy: String?
  public var category: String?
  public var subCategory: String?
  public var clientRequestId: String?
  public var labels: [String: String] = [:]
  /// The plan it belongs to.
  public var plan: PlanReference?

  /// Longest name of a job: it has to fit a line of a listing.
  private static let longestName = 200

  /// What it may take: any writing has room, but not any number of marks on one character.
  private static let longestNameInBytes = 1000

  /// Whether a text can be a name in a file that is there already: what was allowed once must
  /// stay readable.
  public static func isName(_ text: String) -> Bool {
    // By bytes, if that is enough: to find where characters end takes far longer.
    if (1...longestName).contains(text.utf8.count), text.utf8.allSatisfy({ 0x20..<0x7F ~= $0 }) {
      return true
    }
    return !text.isEmpty && text.count <= longestName
      && !text.unicodeScalars.contains { $0.value < 32 }
  }

  /// Whether a job can be given a text as its name. Names that jobrun makes up are held to it as
  /// well.
  static func isNewName(_ text: String) -> Bool {
    text.utf8.count <= longestNameInBytes && isName(text)
      && !text.unicodeScalars.contains { 0x7F..<0xA0 ~= $0.value }
  }

  static let defaultMisfireGrace = TimeSpan.seconds(60)
  static let defaultKillGrace = TimeSpan.seconds(10)
  static let defaultPurgeDays = 30

  /// A specification with defaults for all that is not named.
  public init(
    command: Command, name: String, workingDirectory: String, umask: UInt32, timeZone: String
  ) {
    self.command = command
    self.name = name
    self.workingDirectory = workingDirectory
    self.umask = umask
    self.timeZone = timeZone
  }
}
