// The page, to look at the spool with a browser: its files, as the binary holds them.

internal import HTTPServer
internal import JobCore
internal import Page

extension RequestHandler {
  /// `GET /` and `GET /page/{file}`.
  func page(_ call: Call) throws(RequestFailure) -> Response {
    let path = call.parameters["file"].map { "/page/\($0)" } ?? "/"
    guard let file = PageFile.all.first(where: { $0.path == path }) else {
      throw .nothingHere
    }
    var headers: HeaderFields = ["Content-Type": file.contentType]
    for (name, value) in PageFile.headers { headers.append(name, value) }
    let tag = RequestHandler.pageTag(file.bytes)
    headers["ETag"] = tag
    // Browsers send back what they were given, alone.
    if call.request.headers["If-None-Match"] == tag {
      return Response(.notModified, headers: headers)
    }
    return Response(.ok, headers: headers, body: file.bytes)
  }

  /// The entity tag of a file: the same bytes, the same tag. It keeps no secret, so its key is none.
  private static func pageTag(_ bytes: [UInt8]) -> String {
    let digest = KeyedDigest(key: [UInt8](repeating: 0, count: KeyedDigest.keyLength))
    return "\"\(digest.token(String(decoding: bytes, as: UTF8.self)))\""
  }
}
