// A page of jobs: chosen from the index, then read from their files, because the index only knows
// what they are chosen by.

internal import HTTPServer
internal import JobCore
internal import JobSpool

/// Makes one page.
final class JobListing: SlicedAnswer {
  /// Which jobs, and what of them.
  struct Query {
    var selection = JobSelection()
    /// A condition that takes the whole job to be decided.
    var condition: BackgroundJobFilter?
    /// The only jobs that can fit the condition; nil: any can.
    var candidates: Set<String>?
    var order = JobOrder.newest
    var limit = 50
    var start: JobIndex.Position?
    /// Members of each job; nil: all of them.
    var fields: Set<String>?
  }

  /// Jobs read in one piece: a few milliseconds.
  private static let slice = 50

  private let query: Query
  private let index: JobIndex
  private let view: (String) throws(SpoolError) -> JobView?
  private let fits: (JobView) -> Bool

  private var candidates: ArraySlice<JobIndex.Position> = []
  /// Behind which the next candidates are looked for.
  private var place: JobIndex.Position?
  /// Where the last job stands that was sent.
  private var lastSent: JobIndex.Position?
  private var sent = 0
  private var unreadable: [String] = []
  private var hasBegun = false
  private var hasEnded = false

  /// - Parameters:
  ///   - view: a job as it is now; nil if it is gone.
  ///   - fits: whether it fits the condition.
  init(
    _ query: Query, _ index: JobIndex, view: @escaping (String) throws(SpoolError) -> JobView?,
    fits: @escaping (JobView) -> Bool
  ) {
    self.query = query
    self.index = index
    self.view = view
    self.fits = fits
    place = query.start
  }

  func next() throws(SpoolError) -> [UInt8]? {
    if hasEnded { return nil }
    // JSON lets a line end stand anywhere, and a client that has left is noticed by it.
    if !hasBegun, try !index.step() { return [UInt8(ascii: "\n")] }
    var bytes = hasBegun ? [] : Array(#"{"jobs":["#.utf8)
    hasBegun = true
    for _ in 0..<JobListing.slice {
      if candidates.isEmpty {
        let (selection, among) = (query.selection, query.candidates)
        let found = index.first(
          query.condition == nil ? query.limit + 1 : 10 * JobListing.slice, after: place
        ) { row in
          guard among?.contains(row.id) ?? true, selection.mayFit(row) else { return nil }
          return query.order.position(row)
        }
        guard let last = found.last else { return end(bytes, isLast: true) }
        place = last
        candidates = found[...]
      }
      guard let place = candidates.popFirst() else { continue }
      if try take(place, into: &bytes) { return end(bytes, isLast: false) }
    }
    return bytes.isEmpty ? [UInt8(ascii: "\n")] : bytes
  }

  /// Sends a job that fits.
  /// - Returns: whether the page is full: it is the first of the next one.
  private func take(
    _ place: JobIndex.Position, into bytes: inout [UInt8]
  ) throws(SpoolError) -> Bool {
    let view: JobView
    do throws(SpoolError) {
      guard let found = try self.view(place.id), query.selection.fits(found.state), fits(found)
      else {
        return false
      }
      view = found
    } catch {
      guard case .damaged = error else { throw error }
      unreadable.append(place.id)
      return false
    }
    if sent == query.limit { return true }
    if sent > 0 { bytes.append(UInt8(ascii: ",")) }
    sent += 1
    lastSent = place
    var json = view.json
    if let fields = query.fields, let members = json.object {
      json = .object(
        JSONObject(members.members.filter { fields.contains($0.key) }.map { ($0.key, $0.value) }))
    }
    json.serialize(into: &bytes)
    return false
  }

  private func end(_ begun: [UInt8], isLast: Bool) -> [UInt8] {
    hasEnded = true
    var bytes = begun + [UInt8(ascii: "]")]
    if !isLast, let lastSent {
      bytes += Array(#","next":"\#(query.order.cursor(lastSent))""#.utf8)
    }
    if !unreadable.isEmpty {
      bytes += Array(#","unreadable":"#.utf8)
      JSON.array(unreadable.map { .string($0) }).serialize(into: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }
}
