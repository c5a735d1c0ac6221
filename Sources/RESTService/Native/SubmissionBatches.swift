// Many documents in one body, submitted in batches small enough that nobody else has to wait. A
// line of the answer goes out once its job is durable; if the client leaves, the rest of its
// documents is not submitted.

internal import HTTPServer
internal import JobCore
internal import JobSpool

/// Submits the documents of a body.
final class SubmissionBatches: SlicedAnswer {
  /// Documents in a batch: what their syncs take together is still some ten milliseconds.
  private static let size = 100

  private var stream = JSONDocumentStream()
  private let read: (JSON) throws(RequestFailure) -> NewJob
  private let submit: ([NewJob]) throws(SpoolError) -> [SubmitResult]
  private var hasEnded = false

  init(
    _ body: [UInt8], read: @escaping (JSON) throws(RequestFailure) -> NewJob,
    submit: @escaping ([NewJob]) throws(SpoolError) -> [SubmitResult]
  ) {
    self.read = read
    self.submit = submit
    stream.append(body)
  }

  func next() -> [UInt8]? {
    if hasEnded { return nil }
    var lines: [(line: Int, job: NewJob?, failure: RequestFailure?)] = []
    while lines.count < SubmissionBatches.size {
      guard let document = stream.next(endOfInput: true) else {
        hasEnded = true
        break
      }
      switch document {
      case .failure(let error, let line):
        lines.append((line, nil, RequestFailure(error)))
      case .document(let json, let line):
        do throws(RequestFailure) {
          lines.append((line, try read(json), nil))
        } catch {
          lines.append((line, nil, error))
        }
      }
    }
    if lines.isEmpty { return nil }
    let jobs = lines.compactMap(\.job)
    var results: ArraySlice<SubmitResult>
    do throws(SpoolError) {
      results = try submit(jobs)[...]
    } catch {
      // Told line by line: those before them are durable, and whoever heard of a failure of all
      // would send them again.
      results = jobs.map { _ in .failed(error) }[...]
    }
    var bytes: [UInt8] = []
    for (line, job, failure) in lines {
      let answer =
        failure.map { SubmissionBatches.problem($0) }
        ?? SubmissionBatches.words(for: job == nil ? nil : results.popFirst())
      JSON.object(JSONObject([("line", .number(JSONNumber(line)))] + answer))
        .serialize(into: &bytes, keepingOrder: true)
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  private static func words(for result: SubmitResult?) -> [(String, JSON)] {
    switch result {
    case .submitted(let state)?, .present(let state)?, .redefined(let state)?:
      [("id", .string(state.id)), ("number", .number(JSONNumber(state.number)))]
    case .failed(let error)?: problem(RequestFailure(error))
    case nil: problem(RequestFailure(.internalError, "the job was not saved"))
    }
  }

  private static func problem(_ failure: RequestFailure) -> [(String, JSON)] {
    [("problem", failure.problem)]
  }
}
