// Deadlines of many connections behind one timer. Most are moved on long before they come,
// so moving one on only stores a number: its place in the heap is mended when it comes up.

struct DeadlineQueue {
  private struct Entry {
    let instant: Int64
    let token: UInt64
  }

  private struct Wish {
    /// When it is due; nil once it was cancelled but is still in the heap.
    var instant: Int64?
    /// The instant of its entry in the heap that counts; others of it are leftovers.
    var filed: Int64
  }

  /// A binary heap, the earliest first.
  private var heap: [Entry] = []
  private var wishes: [UInt64: Wish] = [:]

  /// No deadline comes before this instant; it may be earlier than the first one.
  var next: Int64? { heap.first?.instant }

  /// How many entries the heap holds, leftovers included.
  var entryCount: Int { heap.count }

  /// Sets, moves or (nil) cancels the deadline of a token.
  mutating func set(_ token: UInt64, at instant: Int64?) {
    guard var wish = wishes[token] else {
      guard let instant else { return }
      wishes[token] = Wish(instant: instant, filed: instant)
      push(Entry(instant: instant, token: token))
      return
    }
    wish.instant = instant
    if let instant, instant < wish.filed {
      wish.filed = instant
      push(Entry(instant: instant, token: token))
    }
    wishes[token] = wish
  }

  /// Forgets a token that will not come back. Its entry stays until its instant comes or
  /// such entries outnumber the others, whichever is first.
  mutating func remove(_ token: UInt64) {
    wishes[token] = nil
    if heap.count > 2 * wishes.count + 1024 { rebuild() }
  }

  /// Takes out the tokens whose deadlines have come.
  mutating func takeDue(at now: Int64) -> [UInt64] {
    var due: [UInt64] = []
    while let first = heap.first, first.instant <= now {
      pop()
      guard var wish = wishes[first.token], wish.filed == first.instant else { continue }
      guard let instant = wish.instant else {
        wishes[first.token] = nil
        continue
      }
      if instant <= now {
        wishes[first.token] = nil
        due.append(first.token)
      } else {
        wish.filed = instant
        wishes[first.token] = wish
        push(Entry(instant: instant, token: first.token))
      }
    }
    return due
  }

  private mutating func rebuild() {
    heap = wishes.map { Entry(instant: $0.value.filed, token: $0.key) }
    heap.sort { $0.instant < $1.instant }
  }

  private mutating func push(_ entry: Entry) {
    heap.append(entry)
    var child = heap.count - 1
    while child > 0, heap[child].instant < heap[(child - 1) / 2].instant {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func pop() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if heap[child].instant < heap[least].instant { least = child }
      }
      if least == parent { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
