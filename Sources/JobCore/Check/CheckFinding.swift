// One thing that is not as it should be, as a check tells it.

/// How grave a finding is, in the words and numbers of monitoring plugins.
public enum CheckLevel: Int, Comparable, Sendable {
  case ok = 0
  /// It cannot be told.
  case unknown = 3
  case warning = 1
  case critical = 2

  /// The word at the beginning of a line.
  public var word: String {
    switch self {
    case .ok: "OK"
    case .warning: "WARNING"
    case .critical: "CRITICAL"
    case .unknown: "UNKNOWN"
    }
  }

  private var gravity: Int {
    switch self {
    case .ok: 0
    case .unknown: 1
    case .warning: 2
    case .critical: 3
    }
  }

  public static func < (left: CheckLevel, right: CheckLevel) -> Bool {
    left.gravity < right.gravity
  }
}

/// What a check has found.
public struct CheckFinding: Hashable, Sendable {
  /// Which kind of thing it is, as a word.
  public enum Kind: String, CaseIterable, Sendable {
    /// Nobody starts jobs.
    case daemon
    /// The last run has failed, or the job has.
    case failed
    /// There was no success for too long, or no run at all.
    case missed
    /// What is due has not begun.
    case late
    /// A run takes, or took, too long.
    case slow
    /// A run has written too little.
    case silent
    /// Hooks have not been told, or were given up.
    case hooks
    /// A file cannot be understood.
    case damaged
    /// There is no such job.
    case missing
  }

  /// The job it is about.
  public struct Subject: Hashable, Sendable {
    public let id: String
    public let number: Int
    public let name: String

    init(_ state: JobState) {
      id = state.id
      number = state.number
      name = state.spec.name
    }
  }

  public let level: CheckLevel
  public let kind: Kind
  /// What is wrong, in words.
  public let message: String
  /// nil if it is about the spool.
  public let subject: Subject?

  /// A finding.
  public init(_ level: CheckLevel, _ kind: Kind, _ message: String, of subject: Subject? = nil) {
    self.level = level
    self.kind = kind
    self.message = message
    self.subject = subject
  }

  /// The written form.
  public var json: JSON {
    var members: JSONObject = [
      "level": .string(level.word.lowercased()), "kind": .string(kind.rawValue),
      "message": .string(message),
    ]
    members["id"] = subject.map { .string($0.id) }
    members["number"] = subject.map { .number(JSONNumber($0.number)) }
    members["name"] = subject.map { .string($0.name) }
    return .object(members)
  }
}
