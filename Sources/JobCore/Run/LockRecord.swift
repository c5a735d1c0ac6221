// What stands in the file of a named lock: its name, and who has it, as the holder wrote it right
// after it had the lock. It is for people: who holds a lock, and whether anybody does, is the
// kernel's to say.

/// The holder of a named lock.
public struct LockRecord: Hashable, Sendable {
  /// Whom it is for.
  public enum Holder: Hashable, Sendable {
    /// A run of a job.
    case run(number: Int, id: String, name: String, run: Int)
    /// The command of `jobrun lock`, as its words.
    case command([String])

    /// An attempt of a job.
    public static func run(of state: JobState, _ attempt: Attempt) -> Holder {
      .run(number: state.number, id: state.id, name: state.spec.name, run: attempt.run)
    }
  }

  /// The name of the lock.
  public let name: String
  public let holder: Holder
  /// The process that has it: a supervisor, `jobrun exec` or `jobrun lock`.
  public let pid: Int32
  /// When that process was started, in clock ticks since boot: both together name one process.
  public let startTime: UInt64
  /// Since when it has the lock.
  public let since: Instant

  /// Words of a command are for recognising it; longer ones are cut, in characters altogether.
  private static let longestCommand = 200
  private static let limit = 64 << 10

  /// Puts a record together.
  public init(_ name: String, _ holder: Holder, pid: Int32, startTime: UInt64, since: Instant) {
    self.name = name
    self.holder = holder
    self.pid = pid
    self.startTime = startTime
    self.since = since
  }

  /// The bytes of the file.
  public var bytes: [UInt8] {
    var members: JSONObject = [
      "lock": .string(name), "pid": .number(JSONNumber(Int(pid))),
      "startTime": .string(String(startTime)), "since": .string(since.rfc3339),
    ]
    switch holder {
    case .run(let number, let id, let name, let run):
      members["job"] = .object([
        "number": .number(JSONNumber(number)), "id": .string(id), "name": .string(name),
        "run": .number(JSONNumber(run)),
      ])
    case .command(let words):
      members["command"] = .array(LockRecord.cut(words).map { .string($0) })
    }
    return JSON.object(members).serialized() + [UInt8(ascii: "\n")]
  }

  private static func cut(_ words: [String]) -> [String] {
    var room = longestCommand
    var kept: [String] = []
    for word in words where room > 0 {
      kept.append(String(word.prefix(room)))
      room -= word.count + 1
    }
    return kept
  }

  /// Reads the file of a lock.
  public init(parsing bytes: [UInt8]) throws(RecordError) {
    let fields = try RecordFields(try JSON(record: bytes, limit: LockRecord.limit), "")
    name = try fields.text("lock")
    pid = Int32(try fields.integer("pid", in: 1...Int(Int32.max)))
    startTime = UInt64(try fields.text("startTime")) ?? 0
    since = try fields.instant("since")
    if fields.members["job"] == nil {
      holder = .command(try fields.texts("command"))
      return
    }
    let job = try RecordFields(.object(try fields.object("job")), "job")
    holder = .run(
      number: try job.integer("number"), id: try job.text("id"), name: try job.text("name"),
      run: try job.integer("run"))
  }

  /// Who has it, in a few words.
  public var who: String {
    switch holder {
    case .run(let number, _, let name, let run): "run \(run) of job \(number) (\(name))"
    case .command(let words): "`jobrun lock` (pid \(pid): \(words.joined(separator: " ")))"
    }
  }

  /// The object that stands for it where jobs tell what they wait for.
  var json: JSON {
    switch holder {
    case .run(let number, let id, let name, let run):
      return [
        "id": .string(id), "number": .number(JSONNumber(number)), "name": .string(name),
        "run": .number(JSONNumber(run)), "since": .string(since.rfc3339),
      ]
    case .command(let words):
      return [
        "pid": .number(JSONNumber(Int(pid))), "command": .array(words.map { .string($0) }),
        "since": .string(since.rfc3339),
      ]
    }
  }
}

extension LockRecord {
  private static let plain = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-".utf8)
  private static let longestPlain = 100
  /// The key only makes a digest of it: there is nothing to keep from anybody.
  private static let digest = KeyedDigest(key: Array("jobrun lock name".utf8))

  /// The file of a lock: its name, where that is short and of letters that mean nothing to anybody;
  /// else the beginning of it, `~` and a digest, so that no two names share a file.
  public static func fileName(of name: String) -> String {
    let isPlain = name.utf8.allSatisfy(plain.contains) && name.utf8.first != UInt8(ascii: ".")
    if isPlain, name.utf8.count <= longestPlain { return name }
    let beginning = name.utf8.filter(plain.contains).drop { $0 == UInt8(ascii: ".") }.prefix(40)
    return String(decoding: beginning, as: UTF8.self) + "~" + digest.token(name)
  }
}
