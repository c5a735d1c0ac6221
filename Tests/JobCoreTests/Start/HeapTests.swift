// The heap gives back in order whatever was put in.

import Testing

@testable import JobCore

@Suite struct HeapTests {
  @Test func elementsComeOutInOrderWhateverTheOrderTheyWentIn() {
    var generator = SystemRandomNumberGenerator()
    for count in 0..<200 {
      let elements = (0..<count).map { _ in Int.random(in: 0..<50, using: &generator) }
      var heap = Heap<Int>()
      for element in elements { heap.insert(element) }
      var out: [Int] = []
      while let element = heap.popFirst() { out.append(element) }
      #expect(out == elements.sorted(), "put in: \(elements)")
    }
  }

  @Test func anEmptyHeapHasNoFirst() {
    var heap = Heap<Int>()
    #expect(heap.first == nil)
    #expect(heap.popFirst() == nil)
  }
}
