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
  /// Known, and refused by every resource (405): it would show credentials.
  case trace = "TRACE"
  /// Known, and refused by every resource (405): what is asked here fits into a target.
  case query = "QUERY"

  /// Those that a resource can have.
  static let served = allCases.filter { $0 != .trace && $0 != .query }
}
