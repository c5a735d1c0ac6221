// A binary heap: smallest element first.

/// A priority queue. Inlinable, since others keep their own elements in it.
public struct Heap<Element: Comparable> {
  @usableFromInline var elements: [Element] = []

  /// Nothing yet.
  @inlinable public init() {}

  @inlinable public var isEmpty: Bool { elements.isEmpty }
  @inlinable public var count: Int { elements.count }
  /// The smallest element.
  @inlinable public var first: Element? { elements.first }

  /// Puts an element in.
  @inlinable
  public mutating func insert(_ element: Element) {
    elements.append(element)
    var child = elements.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard elements[child] < elements[parent] else { return }
      elements.swapAt(child, parent)
      child = parent
    }
  }

  /// Takes the smallest element out.
  @inlinable
  public mutating func popFirst() -> Element? {
    guard let first = elements.first else { return nil }
    let last = elements.removeLast()
    if elements.isEmpty { return first }
    elements[0] = last
    var parent = 0
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < elements.count && elements[child] < elements[smallest] {
        smallest = child
      }
      if smallest == parent { return first }
      elements.swapAt(parent, smallest)
      parent = smallest
    }
  }
}

extension Heap: Sendable where Element: Sendable {}
