import Testing

@testable import HTTPServer

@Suite("Deadlines")
struct DeadlineQueueTests {
  @Test("each comes once, at its last setting")
  func order() {
    var queue = DeadlineQueue()
    queue.set(1, at: 30)
    queue.set(2, at: 10)
    queue.set(3, at: 20)
    queue.set(1, at: 5)
    queue.set(2, at: 40)
    queue.set(3, at: nil)
    #expect(queue.takeDue(at: 4) == [])
    #expect(queue.takeDue(at: 5) == [1])
    #expect(queue.takeDue(at: 39) == [])
    #expect(queue.takeDue(at: 40) == [2])
    #expect(queue.next == nil)
  }

  @Test("any order of settings gives what a plain table gives")
  func againstTable() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed)
    var queue = DeadlineQueue()
    var table: [UInt64: Int64] = [:]
    for now in 0..<20000 as Range<Int64> {
      let token = UInt64.random(in: 0..<50, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0:
        queue.remove(token)
        table[token] = nil
      case 1:
        queue.set(token, at: nil)
        table[token] = nil
      default:
        let instant = now + Int64.random(in: 1..<200, using: &random)
        queue.set(token, at: instant)
        table[token] = instant
      }
      let due = table.filter { $0.value <= now }.keys.sorted()
      for token in due { table[token] = nil }
      #expect(queue.takeDue(at: now).sorted() == due, "seed \(seed), at \(now)")
    }
  }

  @Test("what is forgotten does not pile up")
  func bounded() {
    var queue = DeadlineQueue()
    for token in 0..<100_000 as Range<UInt64> {
      queue.set(token, at: 1_000_000)
      queue.remove(token)
    }
    #expect(queue.next == 1_000_000)
    #expect(queue.entryCount <= 1025)
  }
}
