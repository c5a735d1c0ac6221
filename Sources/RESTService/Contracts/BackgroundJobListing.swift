// The list of background jobs, made while it is sent: a few jobs at a time, so that neither the
// memory nor the other clients of the service pay for a spool of a hundred thousand.

internal import HTTPServer
internal import JobCore
internal import JobSpool

/// Gives the answer to a query piece by piece.
final class BackgroundJobListing {
  /// Jobs read at one go: a few milliseconds.
  private static let slice = 50

  private let query: BackgroundJobQuery
  private let read: (String) throws(SpoolError) -> BackgroundJob?
  private var ids: ArraySlice<String>
  /// With an order: what fits so far, and the values to sort it by.
  private var found: [(id: String, keys: [FilterValue])]?
  private var fitting = 0
  private var sent = 0
  private var unreadable: [String] = []
  private var head: [UInt8] = []
  /// Only the number of jobs that fit is sent.
  private let isCount: Bool
  private var hasEnded = false

  /// - Parameters:
  ///   - ids: those that can fit; without an order they are sent as they stand.
  ///   - context: what OData calls `@odata.context`; nil: the answer is the number of jobs that fit
  ///     and nothing else, whatever part of them the query wants to see.
  ///   - read: the job of an id as it is now; nil if it is gone.
  init(
    _ query: BackgroundJobQuery, ids: [String], context: String?,
    read: @escaping (String) throws(SpoolError) -> BackgroundJob?
  ) {
    isCount = context == nil
    self.query = isCount ? query.counting : query
    self.read = read
    self.ids = ids[...]
    found = self.query.order.isEmpty ? nil : []
    guard let context else { return }
    head = Array("{\"@odata.context\":".utf8)
    JSON.string(context).serialize(into: &head)
    head += Array(",\"value\":[".utf8)
  }

  /// Whether the whole answer can be made at once without keeping anybody waiting.
  var isShort: Bool { ids.count <= BackgroundJobListing.slice }

  /// The whole answer.
  func all() throws(SpoolError) -> [UInt8] {
    var bytes: [UInt8] = []
    while let piece = try next() { bytes += piece }
    return bytes
  }

  /// The next piece; nil at the end.
  func next() throws(SpoolError) -> [UInt8]? {
    if hasEnded { return nil }
    var bytes = head
    head = []
    for _ in 0..<BackgroundJobListing.slice {
      if isComplete {
        if found == nil {
          bytes += tail()
          hasEnded = true
          return bytes
        }
        sort()
        break
      }
      if let id = ids.popFirst() { try take(id, into: &bytes) }
    }
    // While nothing fits there is nothing to send, and JSON lets a line end stand anywhere: the
    // connection goes on, and a client that has left is noticed.
    return bytes.isEmpty ? [UInt8(ascii: "\n")] : bytes
  }

  private var isComplete: Bool {
    ids.isEmpty || !query.count && found == nil && query.top.map { sent >= $0 } == true
  }

  private func take(_ id: String, into bytes: inout [UInt8]) throws(SpoolError) {
    guard let job = try job(id), query.filter?.fits(job) ?? true else { return }
    if found != nil {
      found?.append((id, query.order.map { job.value(of: $0.property) }))
      return
    }
    fitting += isSorted ? 0 : 1
    if !isSorted, fitting <= query.skip { return }
    if let top = query.top, sent >= top { return }
    if sent > 0 { bytes.append(UInt8(ascii: ",")) }
    sent += 1
    job.json(query.properties).serialize(into: &bytes, keepingOrder: true)
  }

  private func job(_ id: String) throws(SpoolError) -> BackgroundJob? {
    do throws(SpoolError) {
      return try read(id)
    } catch {
      guard case .damaged = error else { throw error }
      if unreadable.last != id { unreadable.append(id) }
      return nil
    }
  }

  /// Whether `ids` have been sorted and cut already.
  private var isSorted = false

  private func sort() {
    guard let all = found else { return }
    found = nil
    isSorted = true
    fitting = all.count
    let sorted = all.sorted { left, right in
      for (place, part) in query.order.enumerated() {
        let (one, other) = (left.keys[place], right.keys[place])
        if one.precedes(other) { return !part.isDescending }
        if other.precedes(one) { return part.isDescending }
      }
      return left.id < right.id
    }
    ids = sorted.dropFirst(query.skip).prefix(query.top ?? .max).map(\.id)[...]
  }

  private func tail() -> [UInt8] {
    if isCount { return Array("\(fitting)".utf8) }
    var bytes: [UInt8] = [UInt8(ascii: "]")]
    if query.count { bytes += Array(",\"@odata.count\":\(fitting)".utf8) }
    if !unreadable.isEmpty {
      // Left out without a word they would look as if they had gone.
      bytes += Array(",\"@jobrun.unreadable\":".utf8)
      JSON.array(unreadable.map { .string($0) }).serialize(into: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }
}
