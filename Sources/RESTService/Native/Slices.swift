// Answers that take many small pieces of work: a spool of a hundred thousand jobs must not keep
// the other clients waiting. What is done within one piece goes out at once, with its length;
// what takes longer is sent while it is made.

internal import HTTPServer
internal import JobSpool

/// Work that is done a piece at a time.
protocol SlicedAnswer: AnyObject {
  /// Does a piece of work, some milliseconds of it.
  /// - Returns: bytes that may go out, or nil once there is nothing more to do.
  func next() throws(SpoolError) -> [UInt8]?
}

extension Response {
  /// The answer that some work makes, whose first piece is done here, so that a failure in it is
  /// an answer of its own.
  init(
    _ headers: HeaderFields, slices work: some SlicedAnswer
  ) throws(SpoolError) {
    var first = try work.next()
    guard let piece = first, let second = try work.next() else {
      self.init(.ok, headers: headers, body: first ?? [])
      return
    }
    first = piece + second
    self.init(
      .ok, headers: headers,
      stream: BodyStream(isCostly: true) { _ in
        if let bytes = first {
          first = nil
          return .bytes(bytes)
        }
        do throws(SpoolError) {
          return try work.next().map { .bytes($0) } ?? .end
        } catch {
          return .failed
        }
      })
  }
}
