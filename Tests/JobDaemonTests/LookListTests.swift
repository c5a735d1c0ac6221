// Jobs to be looked at: in order, none twice, none lost.

import Testing

@testable import JobDaemon

@Suite struct LookListTests {
  @Test func whatIsMarkedFirstComesFirst() {
    var list = LookList()
    list.formUnion(["a", "b", "a", "c"])
    list.insert("b")
    #expect(list.popFirst() == "a")
    // It has been looked at, so it can be marked again.
    list.insert("a")
    #expect(list.popFirst() == "b")
    #expect(list.popFirst() == "c")
    #expect(list.popFirst() == "a")
    #expect(list.popFirst() == nil)
    #expect(list.isEmpty)
    list.insert("a")
    #expect(!list.isEmpty)
    #expect(list.popFirst() == "a")
  }

  @Test func takingDoesNotSlowDownWithWhatWasTaken() {
    var list = LookList()
    let count = 100_000
    for number in 0..<count { list.insert("\(number)") }
    let clock = ContinuousClock()
    func time(_ takes: Int) -> Duration {
      clock.measure { for _ in 0..<takes { _ = list.popFirst() } }
    }
    let first = time(10_000)
    _ = time(80_000)
    // Out of a set, the last ones took a hundred times as long as the first.
    #expect(time(10_000) < first * 20 + .milliseconds(20))
    #expect(list.isEmpty)
  }
}
