// In which order jobs come into a spool that may run after each other: parents first.

/// An order of jobs, or the circle that leaves none.
public enum ParentOrder {
  /// Jobs that wait for each other: `a -> b -> a`.
  public struct Circle: Error, Hashable, Sendable {
    /// The ids along it, of which the last is the first.
    public let ids: [String]
    public var text: String { ids.joined(separator: " -> ") }
  }

  /// The ids with all that they run after before them, else in the order given.
  /// - Parameter parents: what a job runs after, also one that is not among the ids.
  public static func of<Failure: Error>(
    _ ids: [String], parents: (String) throws(Failure) -> [String]
  ) throws(Failure) -> Result<[String], Circle> {
    var done: Set<String> = []
    var order: [String] = []
    let asked = Set(ids)
    for id in ids where !done.contains(id) {
      // The way down to where the search is, with what is still to be looked at of each.
      var way: [(id: String, rest: [String])] = [(id, try parents(id).reversed())]
      var onWay: Set<String> = [id]
      while let last = way.last {
        guard let next = last.rest.last else {
          done.insert(last.id)
          if asked.contains(last.id) { order.append(last.id) }
          way.removeLast()
          onWay.remove(last.id)
          continue
        }
        way[way.count - 1].rest.removeLast()
        if onWay.contains(next) {
          return .failure(Circle(ids: way.map(\.id).drop { $0 != next } + [next]))
        }
        if !done.contains(next) {
          way.append((next, try parents(next).reversed()))
          onWay.insert(next)
        }
      }
    }
    return .success(order)
  }
}
