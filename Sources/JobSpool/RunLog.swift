// What a command has written to one of its streams: one file, or, where maxOutputBytes holds
// it within a limit, a head and the last parts of the rest. A part is a file of its own,
// named after the place of its first byte in the stream, so that nothing has to be put
// together when a run ends, and a crash at any instant leaves a log that can be read.

internal import JobCore
public import LinuxIO

/// One stream of one attempt, read forwards. Where bytes were dropped, a line says how many.
public final class RunLog {
  private let run: RunDirectory
  private let name: String
  /// The part that is being read, and the place of its first byte in the stream.
  private var part: Descriptor?
  private var partStart: Int64 = 0
  /// The next byte to be read, counted as the command wrote them.
  private var position: Int64 = 0
  private var endsInLine = true
  private static let block = 1 << 16

  private init(_ run: RunDirectory, _ name: String) {
    self.run = run
    self.name = name
  }

  /// The log of a stream; nil if there is none (yet).
  static func open(_ run: RunDirectory, _ name: String) throws(SystemError) -> RunLog? {
    try run.logParts(name).isEmpty ? nil : RunLog(run, name)
  }

  /// Reads on; empty at the end of what there is now.
  public func read() throws(SystemError) -> [UInt8] {
    while true {
      let known = try readPart()
      if !known.isEmpty { return known }
      // Listed first and read then: a part is complete once a later one is in the list.
      let parts = try run.logParts(name)
      if let start = parts.last(where: { $0 <= position }), try open(partAt: start) {
        let bytes = try readPart()
        if !bytes.isEmpty { return bytes }
      }
      guard let next = parts.first(where: { $0 > position }) else { return [] }
      // Gone since it was listed: even more has been dropped.
      guard try open(partAt: next) else { continue }
      let dropped = next - position
      position = next
      let line = "\(endsInLine ? "" : "\n")[jobrun: \(dropped) bytes dropped]\n"
      endsInLine = true
      return Array(line.utf8)
    }
  }

  private func open(partAt start: Int64) throws(SystemError) -> Bool {
    guard let file = try run.directory.openIfPresent(RunDirectory.partName(name, at: start))
    else { return false }
    part = consume file
    partStart = start
    return true
  }

  private func readPart() throws(SystemError) -> [UInt8] {
    let offset = position - partStart
    guard let bytes = try part?.read(limit: RunLog.block, at: offset) else { return [] }
    position += Int64(bytes.count)
    if let last = bytes.last { endsInLine = last == UInt8(ascii: "\n") }
    return bytes
  }

  /// Goes to the last lines of what there is now. A gap counts as the line that tells of it.
  /// - Parameter most: no more than so many last bytes of a part are looked through; where they
  ///   begin, reading begins then. For whoever has others to serve.
  public func seek(toLast lines: Int, within most: Int64 = .max) throws(SystemError) {
    var missing = lines
    var end: Int64?
    for start in try run.logParts(name).reversed() {
      guard let file = try run.directory.openIfPresent(RunDirectory.partName(name, at: start))
      else { continue }
      let size = try file.status().size
      if let end, start + size < end {
        // The first line behind the gap, and the line that tells of it.
        missing -= 1
        if missing == 0 { return begin(at: end) }
        missing -= 1
        if missing == 0 { return begin(at: start + size) }
      }
      let isLast = end == nil || end != start + size
      end = start
      if missing == 0 { return begin(at: start + size) }
      if let place = try RunLog.place(
        ofLast: &missing, in: file, size, closesLine: isLast, within: most)
      {
        return begin(at: start + place)
      }
    }
    begin(at: 0)
  }

  private func begin(at place: Int64) {
    position = place
    part = nil
  }

  /// Reads backwards, block by block, until enough line ends have been seen.
  /// - Parameter closesLine: a line end at the very end closes a line and begins no other.
  private static func place(
    ofLast lines: inout Int, in file: borrowing Descriptor, _ size: Int64, closesLine: Bool,
    within most: Int64
  ) throws(SystemError) -> Int64? {
    var end = size
    while end > 0 {
      if size - end >= most { return end }
      let begin = max(0, end - Int64(block))
      let bytes = try file.read(limit: Int(end - begin), at: begin)
      for index in bytes.indices.reversed() where bytes[index] == UInt8(ascii: "\n") {
        if closesLine, begin + Int64(index) == size - 1 { continue }
        lines -= 1
        if lines == 0 { return begin + Int64(index) + 1 }
      }
      end = begin
    }
    return nil
  }
}

extension RunDirectory {
  /// The file of a part of a stream: the stream's own name, or with the place behind it.
  public static func partName(_ stream: String, at place: Int64) -> String {
    place == 0 ? stream : "\(stream).\(place)"
  }

  /// Places in a stream of the parts that are there, in order.
  public func logParts(_ stream: String) throws(SystemError) -> [Int64] {
    try directory.names().compactMap { name in
      if name == stream { return 0 }
      guard name.hasPrefix("\(stream)."), let place = Int64(name.dropFirst(stream.count + 1)),
        place > 0, RunDirectory.partName(stream, at: place) == name
      else { return nil }
      return place
    }.sorted()
  }
}

extension Spool {
  /// What a command has written to a stream (`RunDirectory.Name`); nil if there is nothing.
  public func log(
    _ id: String, _ directoryName: String, _ stream: String
  ) throws(SystemError) -> RunLog? {
    guard let run = try run(id, directoryName: directoryName) else { return nil }
    return try RunLog.open(run, stream)
  }

  /// Absolute path of what an attempt has written to a stream, or is about to; nil if there is
  /// nothing, and nothing will come.
  public func logPath(_ id: String, run: Int, attempt: Int, _ stream: String) -> String? {
    let name = "\(run).\(attempt)"
    guard let attempt = try? self.run(id, directoryName: name) else { return nil }
    // With run.json the supervisor may not have made the log yet.
    let isThere = [stream, RunDirectory.Name.plan].contains { file in
      (try? attempt.directory.status(of: file))?.kind == .regular
    }
    guard isThere else { return nil }
    return "\(path)/runs/\(id)/\(name)/\(stream)"
  }
}
