// A crontab as job documents. Lines that can be jobs become jobs, and everything else that cron
// would have acted on is named with its line; nothing is dropped in silence.

/// What becomes of a crontab.
public struct Crontab {
  /// What a crontab does not say itself.
  public struct Setting {
    /// Whether a user stands before each command, as in /etc/crontab.
    public var isSystem = false
    /// Whose jobs are wanted of a system crontab; nil if nobody knows.
    public var user: String?
    /// The home directory, where cron starts commands.
    public var home: String
    /// The zone of lines above which no `CRON_TZ` stands; nil leaves it to the reader.
    public var timeZone: String?
    /// What ids and names begin with; nil for the usual.
    public var prefix: String?
    /// Whether the system knows a zone of this name.
    public var isZone: (String) -> Bool
    /// The name of the job that has an id already; it keeps that name.
    public var knownName: (String) -> String? = { _ in nil }

    /// A setting for a user's own crontab.
    public init(home: String, isZone: @escaping (String) -> Bool) {
      self.home = home
      self.isZone = isZone
    }
  }

  /// A job of the crontab.
  public struct Job {
    /// Where it stands, from 1.
    public let line: Int
    /// Its document (man/jobrun-job.5), the members in an order for people.
    public let document: JSONObject
  }

  /// Something to know about a line.
  public struct Remark {
    /// The line, from 1.
    public let line: Int
    /// Place, reason and what to do, in one sentence.
    public let text: String
    /// Whether something that cron would have done is missing from the jobs.
    public let isLoss: Bool
  }

  /// In the order of their lines.
  public private(set) var jobs: [Job] = []
  /// In the order of their lines.
  public let remarks: [Remark]

  /// In bytes; far more than any cron takes.
  public static let longest = 4 << 20

  /// Whether a text can begin ids: with a name and a digest behind it, an id must stay one.
  public static func isPrefix(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= longestPrefix && JobIdentifier.isValid("\(text)-")
  }

  /// In bytes.
  public static let longestPrefix = 24

  /// Reads a crontab.
  public init(_ bytes: [UInt8], _ setting: Setting) {
    var reader = CrontabReader(setting)
    reader.read(bytes)
    remarks = reader.remarks
    let drafts = reader.drafts.map { draft in
      let id = Crontab.id(of: draft, prefix: setting.prefix ?? "crontab")
      return (draft: draft, id: id, name: setting.knownName(id))
    }
    // Names that are in use already come first: a new line above must not take them.
    var taken = Set(drafts.compactMap(\.name))
    for (draft, id, known) in drafts {
      let name = known ?? Crontab.free(setting.prefix.map { "\($0)-" } ?? "", draft.name, &taken)
      var document: JSONObject = ["id": .string(id), "name": .string(name)]
      for (key, value) in draft.members { document[key] = value }
      jobs.append(Job(line: draft.line, document: document))
    }
  }

  /// An id that follows from the line alone: the same line twice is told apart by its count, and
  /// lines above and below have no say.
  private static func id(of draft: CrontabReader.Draft, prefix: String) -> String {
    let digest = JobIdentifier.derived(from: draft.text, line: draft.occurrence).suffix(8)
    let room = JobIdentifier.longest - prefix.utf8.count - digest.utf8.count - 2
    let word = draft.name.utf8.prefix(room).map { byte in
      JobIdentifier.isValid("x\(Unicode.Scalar(byte))") ? byte : UInt8(ascii: "_")
    }
    return "\(prefix)-\(String(decoding: word, as: UTF8.self))-\(digest)"
  }

  /// The first of `x`, `x-2`, `x-3` that no other job has.
  private static func free(_ prefix: String, _ name: String, _ taken: inout Set<String>) -> String {
    var candidate = prefix + name
    var number = 1
    while !taken.insert(candidate).inserted {
      number += 1
      candidate = "\(prefix)\(name)-\(number)"
    }
    return candidate
  }
}
