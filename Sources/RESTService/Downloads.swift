// What commands have written, on its way out: never run by a browser, whatever is in it.

internal import HTTPServer
internal import JobCore
internal import JobSpool
internal import LinuxIO

extension RequestHandler {
  /// Reads output of a job; what fails is no fault of the client.
  func outputCalls<Value>(
    _ body: () throws(SystemError) -> Value
  ) throws(RequestFailure) -> Value {
    do {
      return try body()
    } catch {
      throw RequestFailure(.internalError, "the output cannot be read now")
    }
  }

  /// A download whose bytes no browser runs, whatever a command has put into them.
  static func output(_ stream: BodyStream?, headers: HeaderFields) -> Response {
    var headers = headers
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cache-Control"] = "private, no-store"
    headers["Accept-Ranges"] = "none"
    guard let stream else { return Response(.ok, headers: headers) }
    return Response(.ok, headers: headers, stream: stream)
  }

  /// A file as a download.
  static func download(_ file: FileSource, name: String) -> Response {
    output(
      BodyStream(length: file.length, source: file.next),
      headers: [
        "Content-Type": "application/octet-stream",
        "Content-Disposition": attachment(name),
      ])
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
final class FileSource {
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
final class LogSource {
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
