// The request methods this server implements.

/// A request method (RFC 9110 section 9, RFC 5789). Others are refused with 501.
public enum Method: String, CaseIterable, Hashable, Sendable {
  case get = "GET"
  case head = "HEAD"
  case post = "POST"
  case put = "PUT"
  case patch = "PATCH"
  case delete = "DELETE"
  case options = "OPTIONS"
}
