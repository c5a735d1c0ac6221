// Status codes and their names.

/// A status code of three digits (RFC 9110 section 15).
public struct Status: RawRepresentable, Hashable, Sendable {
  /// The code itself: 404.
  public let rawValue: Int

  /// Makes a final status; 200 to 599, for nothing else may end a response.
  public init(rawValue: Int) {
    precondition((200...599).contains(rawValue), "not a final status: \(rawValue)")
    self.rawValue = rawValue
  }

  public static let ok = Status(rawValue: 200)
  public static let created = Status(rawValue: 201)
  public static let accepted = Status(rawValue: 202)
  public static let noContent = Status(rawValue: 204)
  public static let seeOther = Status(rawValue: 303)
  public static let notModified = Status(rawValue: 304)
  public static let badRequest = Status(rawValue: 400)
  public static let unauthorized = Status(rawValue: 401)
  public static let forbidden = Status(rawValue: 403)
  public static let notFound = Status(rawValue: 404)
  public static let methodNotAllowed = Status(rawValue: 405)
  public static let notAcceptable = Status(rawValue: 406)
  public static let requestTimeout = Status(rawValue: 408)
  public static let conflict = Status(rawValue: 409)
  public static let gone = Status(rawValue: 410)
  public static let lengthRequired = Status(rawValue: 411)
  public static let preconditionFailed = Status(rawValue: 412)
  public static let contentTooLarge = Status(rawValue: 413)
  public static let targetTooLong = Status(rawValue: 414)
  public static let unsupportedMediaType = Status(rawValue: 415)
  public static let expectationFailed = Status(rawValue: 417)
  public static let unprocessable = Status(rawValue: 422)
  public static let tooManyRequests = Status(rawValue: 429)
  public static let headersTooLarge = Status(rawValue: 431)
  public static let internalError = Status(rawValue: 500)
  public static let notImplemented = Status(rawValue: 501)
  public static let unavailable = Status(rawValue: 503)
  public static let versionNotSupported = Status(rawValue: 505)

  /// The name that RFC 9110 and RFC 6585 give the code; empty for one without a name here.
  public var name: String {
    switch rawValue {
    case 200: "OK"
    case 201: "Created"
    case 202: "Accepted"
    case 204: "No Content"
    case 301: "Moved Permanently"
    case 302: "Found"
    case 303: "See Other"
    case 304: "Not Modified"
    case 307: "Temporary Redirect"
    case 308: "Permanent Redirect"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 406: "Not Acceptable"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 410: "Gone"
    case 411: "Length Required"
    case 412: "Precondition Failed"
    case 413: "Content Too Large"
    case 414: "URI Too Long"
    case 415: "Unsupported Media Type"
    case 417: "Expectation Failed"
    case 422: "Unprocessable Content"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 503: "Service Unavailable"
    case 505: "HTTP Version Not Supported"
    default: ""
    }
  }

  /// Whether a response of this status never has a body (RFC 9110 section 6.4.1).
  public var forbidsBody: Bool { rawValue == 204 || rawValue == 304 }
}
