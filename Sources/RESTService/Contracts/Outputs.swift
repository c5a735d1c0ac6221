// What the links to outputs lead to (contracts, seed 004). The token lets a client find the output,
// the job's scope says who may have it.

internal import HTTPServer
internal import JobCore
internal import JobSpool
internal import LinuxIO

extension RequestHandler {
  /// `GET /reports/v1.0/publishlink/{jobID}/{token}`: standard output of the latest attempt.
  func publishedOutput(_ call: Call) throws(RequestFailure) -> Response {
    let (state, links) = try linked(call)
    let token = call.parameters["token"] ?? ""
    guard KeyedDigest.isEqual(token, links.publishToken(state.id)) else {
      throw RequestHandler.noSuchLink
    }
    try RequestHandler.admit(call.caller, to: state.spec)
    if state.runs == 0 { throw RequestFailure(.notFound, "the job has not run yet") }
    let source = try outputCalls { () throws(SystemError) -> LogSource? in
      guard let attempt = try spool.latestAttempt(state.id, run: state.runs) else { return nil }
      return try spool.log(state.id, attempt, RunDirectory.Name.stdout).map {
        log throws(SystemError) in try LogSource(log)
      }
    }
    // A run that has written nothing leaves no file; that is an answer too.
    return RequestHandler.output(
      source.map { BodyStream(source: $0.next) },
      headers: ["Content-Type": "text/plain; charset=utf-8"])
  }

  /// `GET /documentmanagement/v1.0/aimsdocument/{jobID}/{token}`: one file of a run. Its name is
  /// in no address: the token says which of the files that are there is meant.
  func downloadDocument(_ call: Call) throws(RequestFailure) -> Response {
    let (state, links) = try linked(call)
    let token = call.parameters["token"] ?? ""
    let found = try outputCalls { () throws(SystemError) -> (String, FileSource)? in
      for attempt in try spool.runNames(state.id).reversed() {
        for artifact in try spool.artifacts(state.id, attempt: attempt)
        where KeyedDigest.isEqual(
          token, links.documentToken(state.id, attempt: attempt, name: artifact.name))
        {
          guard
            let file = try spool.openArtifact(state.id, attempt: attempt, artifact.name)
          else { return nil }
          return (artifact.name, try FileSource(file))
        }
      }
      return nil
    }
    guard let (name, file) = found else { throw RequestHandler.noSuchLink }
    try RequestHandler.admit(call.caller, to: state.spec)
    return RequestHandler.output(
      BodyStream(length: file.length, source: file.next),
      headers: [
        "Content-Type": "application/octet-stream",
        "Content-Disposition": RequestHandler.attachment(name),
      ])
  }

  /// The same for a job that is not there and a token that is wrong: neither tells of the other.
  private static let noSuchLink = RequestFailure(.notFound, "there is no such link")

  private func linked(_ call: Call) throws(RequestFailure) -> (JobState, OutputLinks) {
    let links = try links(call.request)
    do throws(RequestFailure) {
      return (try job(call.parameters["jobID"] ?? ""), links)
    } catch {
      throw error.status == .notFound ? RequestHandler.noSuchLink : error
    }
  }

  /// Lets pass whom a job's publishLinkAccessScope lets have its output.
  private static func admit(_ caller: Caller, to spec: JobSpec) throws(RequestFailure) {
    let isAllowed =
      switch spec.publishLinkAccessScope {
      case .everybody: true
      case .organization: caller.isKnown
      case .creator: caller.has(.admin) || caller.name != nil && caller.name == spec.createdBy
      }
    if isAllowed { return }
    if !caller.isKnown { throw .unauthenticated }
    throw RequestFailure(.forbidden, "this output is for the job's creator alone")
  }

  private func outputCalls<Value>(
    _ body: () throws(SystemError) -> Value
  ) throws(RequestFailure) -> Value {
    do {
      return try body()
    } catch {
      throw RequestFailure(.internalError, "the output cannot be read now")
    }
  }

  /// A download whose bytes no browser runs, whatever a command has put into them.
  private static func output(_ stream: BodyStream?, headers: HeaderFields) -> Response {
    var headers = headers
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cache-Control"] = "private, no-store"
    headers["Accept-Ranges"] = "none"
    guard let stream else { return Response(.ok, headers: headers) }
    return Response(.ok, headers: headers, stream: stream)
  }

  /// The name of a download (RFC 6266): its last part, once in ASCII and once as it is.
  static func attachment(_ name: String) -> String {
    let last = name.pathNames.last ?? name
    var plain = ""
    var encoded = ""
    for byte in last.utf8 {
      let character = Character(Unicode.Scalar(byte))
      let isPlain = character.isLetter && byte < 128 || character.isNumber && byte < 128
      if isPlain || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        || byte == UInt8(ascii: "_")
      {
        plain.append(character)
        encoded.append(character)
      } else {
        plain.append(byte == UInt8(ascii: " ") ? " " : "_")
        let digits = String(byte, radix: 16, uppercase: true)
        encoded += byte < 16 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(encoded)"
  }
}

/// A file that is sent piece by piece, as long as it was when it was opened.
private final class FileSource {
  let length: Int
  private let file: Descriptor
  private var offset = 0

  init(_ file: consuming Descriptor) throws(SystemError) {
    length = Int(try file.status().size)
    self.file = file
  }

  func next(limit: Int) -> BodyStream.Piece {
    if offset >= length { return .end }
    let bytes = try? file.read(limit: min(limit, length - offset), at: Int64(offset))
    // Cut short meanwhile: the client must not take what it has for all of it.
    guard let bytes, !bytes.isEmpty else { return .failed }
    offset += bytes.count
    return .bytes(bytes)
  }
}

/// What is in a log by the time it is sent; the end of what a command has written so far.
private final class LogSource {
  private let log: RunLog
  /// Read before anything is promised: what cannot be read is an error then, not a broken body.
  private var first: [UInt8]?

  init(_ log: RunLog) throws(SystemError) {
    self.log = log
    first = try log.read()
  }

  func next(limit: Int) -> BodyStream.Piece {
    let bytes = first ?? (try? log.read())
    first = nil
    guard let bytes else { return .failed }
    return bytes.isEmpty ? .end : .bytes(bytes)
  }
}
