// Reading events/: the days in order, line by line, however long they are. What is damaged costs
// no other line anything, and a line that somebody is still writing is not a line yet.

public import JobCore
public import LinuxIO

/// The history of decisions, read forwards. It keeps no file open that it is not just reading,
/// only the place in it: so lines that come late, for a day that is over, are found as well.
public final class EventHistory {
  /// What is read.
  public enum Element: Hashable, Sendable {
    /// A line, without its end.
    case entry(HistoryEntry, line: [UInt8])
    /// The first damage in a file, and the line it is in, if it is in one. Damage that comes
    /// after it in the same file is passed over without a word.
    case damage(path: String, line: Int?, reason: String)
  }

  /// How far a file has been read.
  private struct Place {
    /// Byte behind the last line that was dealt with.
    var offset: Int64 = 0
    /// Lines up to there; nil if they were not counted.
    var line: Int? = 0
    /// Damage in it has been told.
    var isTold = false
  }

  /// Longer than any line: a document has at most 1 MiB.
  static let longestLine = 4 << 20
  private static let block = 1 << 16

  private let spool: Spool
  private let since: Instant?
  private let isFollowed: Bool
  private let longestLine: Int
  private var places: [String: Place] = [:]
  /// Files to be looked into, the latest day first.
  private var waiting: [String] = []
  private var newest = ""
  /// The latest day that has been read in.
  private var latest: String?
  /// Where to go on later, behind what `next` has handed out; nil if nothing has been read yet.
  public private(set) var mark: EventMark?
  /// What was read and not handed out yet: damage, and the line that stands behind it.
  private var ready: [Element] = []

  /// The file that is being read.
  private var name: String?
  private var file: Descriptor?
  private var buffer: [UInt8] = []
  /// The first byte of the buffer that was not dealt with.
  private var start = 0
  /// No line ends before here.
  private var searched = 0

  /// Opens the history.
  /// - Parameters:
  ///   - since: what was decided before it is left out.
  ///   - isFollowed: more is expected; the last line of the last day may be unfinished.
  public convenience init(
    _ spool: Spool, since: Instant? = nil, isFollowed: Bool = false
  ) throws(SystemError) {
    try self.init(
      spool, since: since, isFollowed: isFollowed, longestLine: EventHistory.longestLine)
  }

  /// Opens the history to follow it from a place.
  /// - Parameter mark: where to go on. Of days before it only what comes late is read. If its
  ///   files are gone, reading begins with the oldest day after them; nil: behind all that is
  ///   there now.
  public convenience init(
    following spool: Spool, from mark: EventMark? = nil
  ) throws(SystemError) {
    try self.init(spool, since: nil, isFollowed: true)
    try pass(to: mark)
  }

  init(
    _ spool: Spool, since: Instant?, isFollowed: Bool, longestLine: Int
  ) throws(SystemError) {
    self.spool = spool
    self.since = since
    self.isFollowed = isFollowed
    self.longestLine = longestLine
    try look()
  }

  /// Looks which files may have more than was read: to be called once `next` has returned nil.
  public func look() throws(SystemError) {
    waiting = try spool.events.names().filter(isMeant).sorted(by: >)
    newest = waiting.first ?? ""
    places = places.filter { waiting.contains($0.key) }
  }

  /// Looks into one file, by its name in events/, because a hint has told of it. May be called at
  /// any time.
  public func look(at name: String) {
    guard isMeant(name) else { return }
    var names = [name]
    if name > newest {
      // An unfinished line in what was the last day is damage from now on.
      if !newest.isEmpty { names.append(newest) }
      newest = name
    }
    waiting = Set(waiting + names).sorted(by: >)
  }

  /// Passes over what is there before a mark, without reading it.
  private func pass(to mark: EventMark?) throws(SystemError) {
    let first = mark?.places.first?.fileName
    let last = mark?.places.last?.fileName ?? newest
    latest = last.isEmpty ? EventMark.beginning.places[0].fileName : last
    for name in waiting {
      let given = mark?.place(in: name)
      // A day that the mark does not know, and that is none of those before it, is new.
      if let first, given == nil, name > first { continue }
      guard let status = try spool.events.status(of: name) else { continue }
      var place = Place(offset: status.size, line: nil)
      // What is no file on an earlier day is none that anybody has to know of now.
      place.isTold = status.kind != .regular && name < last
      if status.kind == .regular, given != nil || name == last,
        let file = try spool.events.openIfPresent(name)
      {
        // A line that is unfinished now is read whole once it has an end. A file with less in it
        // than the mark says is another one than that of the mark.
        place.offset = try file.lineBeginning(
          at: min(given?.offset ?? status.size, status.size), within: longestLine)
      }
      places[name] = place
    }
    leaveMark()
  }

  /// Notes the place behind what was handed out.
  private func leaveMark() {
    // What stands in the same line as damage is handed out after it.
    guard ready.isEmpty, let latest else { return }
    var before: String?
    for name in places.keys where name < latest {
      if before.map({ $0 < name }) ?? true { before = name }
    }
    mark = EventMark(
      places: [before, latest].compactMap(\.self).map { name in
        EventMark.Place(day: String(name.prefix(10)), offset: places[name]?.offset ?? 0)
      })
  }

  /// Whether `next` has nothing more to read before the next look.
  public var isAtEnd: Bool { ready.isEmpty && name == nil && waiting.isEmpty }

  /// The directory whose changes are hints.
  public var path: String { spool.events.path }

  /// Whether a name is that of a day that is asked for.
  private func isMeant(_ name: String) -> Bool {
    guard name.utf8.count == 17, name.hasSuffix(".ndjson"),
      let day = Instant(rfc3339: "\(name.prefix(10))T00:00:00Z")
    else { return false }
    return since.map { day + .seconds(86_400) > $0 } ?? true
  }

  private func isMeant(_ entry: HistoryEntry) -> Bool {
    since.map { entry.decision.at >= $0 } ?? true
  }

  /// Reads on; nil at the end of what there is now.
  /// - Parameter most: nil also after so many lines (`isAtEnd` tells), for whoever has others to
  ///   serve while many lines are passed over.
  public func next(reading most: Int = .max) -> Element? {
    var left = most
    defer { leaveMark() }
    while true {
      if !ready.isEmpty { return ready.removeFirst() }
      if let name {
        if left == 0 { return nil }
        left -= 1
        readLine(of: name)
      } else if let next = waiting.popLast() {
        open(next)
      } else {
        return nil
      }
    }
  }

  /// Opens a file where reading goes on. Whatever is wrong with it, the other days can be read.
  private func open(_ next: String) {
    let place = places[next, default: Place()]
    do throws(SystemError) {
      guard let status = try spool.events.status(of: next) else { return }
      guard status.kind == .regular else {
        return tell(of: next, line: nil, "it is not a regular file")
      }
      guard status.size > place.offset, let opened = try spool.events.openIfPresent(next) else {
        return
      }
      file = consume opened
      name = next
    } catch {
      tell(of: next, line: nil, "it cannot be opened: \(error.reason)")
    }
  }

  private func close() {
    file = nil
    name = nil
    buffer = []
    start = 0
    searched = 0
  }

  /// Reads up to the end of the next line, or closes the file at its end.
  private func readLine(of name: String) {
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(buffer[start..<end])
        places[name, default: Place()].line? += 1
        advance(to: end + 1, in: name)
        searched = end + 1
        return take(line, of: name)
      }
      searched = buffer.count
      if buffer.count - start > longestLine { return cut(name) }
      do throws(SystemError) {
        if try fill(from: name) { continue }
        if buffer.count > start, !isFollowed || name != newest {
          tell(of: name, line: nextLine(of: name), "it has no end")
        }
      } catch {
        tell(of: name, line: nil, "it cannot be read: \(error.reason)")
      }
      return close()
    }
  }

  /// Marks the bytes up to an index of the buffer as dealt with.
  private func advance(to index: Int, in name: String) {
    places[name, default: Place()].offset += Int64(index - start)
    start = index
    latest = max(latest ?? name, name)
  }

  /// The number of the line that has not been dealt with.
  private func nextLine(of name: String) -> Int? {
    places[name, default: Place()].line.map { $0 + 1 }
  }

  /// Reads another block; false at the end of the file.
  private func fill(from name: String) throws(SystemError) -> Bool {
    let offset = places[name, default: Place()].offset + Int64(buffer.count - start)
    guard let more = try file?.read(limit: EventHistory.block, at: offset), !more.isEmpty else {
      return false
    }
    buffer.removeFirst(start)
    searched -= start
    start = 0
    buffer += more
    return true
  }

  /// Drops the beginning of a line that is longer than any can be, but for what may be the
  /// beginning of another one behind it.
  private func cut(_ name: String) {
    tell(of: name, line: nextLine(of: name), "it is longer than any line can be")
    let other = EventHistory.laterBeginning(in: buffer[start...])
    advance(to: other ?? buffer.count - HistoryEntry.beginning.count, in: name)
  }

  /// Takes a whole line. Where a write was cut short by a full disk or a crash, the next one
  /// stands behind its remains.
  private func take(_ line: [UInt8], of name: String) {
    // Two writers may both have ended a line that they found cut short.
    if line.isEmpty { return }
    do throws(RecordError) {
      return offer(try HistoryEntry(parsing: line), line)
    } catch {
      // Which line it is the caller knows better than the reader of the one line.
      let reason = error.message.trimmingPrefix("line 1, ")
      tell(of: name, line: places[name, default: Place()].line, String(reason))
    }
    if let begin = EventHistory.laterBeginning(in: line[...]) {
      let rest = Array(line[begin...])
      if let entry = try? HistoryEntry(parsing: rest) { offer(entry, rest) }
    }
  }

  private func offer(_ entry: HistoryEntry, _ line: [UInt8]) {
    if isMeant(entry) { ready.append(.entry(entry, line: line)) }
  }

  /// Tells of damage, if it is the first in its file.
  private func tell(of name: String, line: Int?, _ reason: String) {
    if places[name, default: Place()].isTold { return }
    places[name, default: Place()].isTold = true
    ready.append(.damage(path: spool.events.path(of: name), line: line, reason: reason))
  }

  /// Where, behind the first byte, the last thing stands that begins as a line does.
  private static func laterBeginning(in bytes: ArraySlice<UInt8>) -> Int? {
    let mark = HistoryEntry.beginning
    guard bytes.count > mark.count else { return nil }
    return ((bytes.startIndex + 1)...(bytes.endIndex - mark.count)).last { index in
      bytes[index] == mark[0] && bytes[index..<(index + mark.count)].elementsEqual(mark)
    }
  }
}
