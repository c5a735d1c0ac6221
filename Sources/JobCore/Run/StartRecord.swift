// started.json: the command was about to be let go. Once it exists, nobody starts that
// attempt again.

/// Written before the gate opens.
public struct StartRecord: Hashable, Sendable {
  /// Process and process group of the command.
  public let pid: Int32
  /// Which boot of the machine this was (random per boot).
  public let boot: String
  public let startedAt: Instant

  /// Puts a record together.
  public init(pid: Int32, boot: String, startedAt: Instant) {
    self.pid = pid
    self.boot = boot
    self.startedAt = startedAt
  }

  /// The bytes of started.json.
  public var bytes: [UInt8] {
    JSON.object([
      "pid": .number(JSONNumber(Int(pid))), "boot": .string(boot),
      "startedAt": .string(startedAt.rfc3339),
    ]).serialized()
  }

  /// Reads started.json.
  public init(parsing bytes: [UInt8]) throws(RecordError) {
    let fields = try RecordFields(try JSON(record: bytes), "")
    pid = Int32(try fields.integer("pid", in: 1...Int(Int32.max)))
    boot = try fields.text("boot")
    startedAt = try fields.instant("startedAt")
  }
}
