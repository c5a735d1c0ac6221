// Requests that the page of another site makes a browser send. The browser adds the password it
// remembers, so the caller is right and the wish is not theirs. Browsers say where such a request
// comes from, in fields that no page can set or leave out; other clients send neither field.

internal import HTTPServer

/// Tells what comes from pages of other sites.
enum CrossSite {
  /// What there is to say against a request; nil if nothing. What only reads may come from anywhere:
  /// without a permission that is never given, a page of another site cannot see the answer.
  /// - Parameter publicURL: what this service is called from outside, if that is known.
  static func objection(to request: Request, publicURL: String?) -> RequestFailure? {
    switch request.method {
    case .get, .head, .options: return nil
    default: break
    }
    let sites = request.headers.values(of: "Sec-Fetch-Site")
    if !sites.isEmpty {
      // "none" is a user's own doing. Another port of this host ("same-site") is somebody else.
      return sites.allSatisfy { $0 == "same-origin" || $0 == "none" } ? nil : failure
    }
    // Browsers of before 2023 know this one alone.
    let own = [request.host, publicURL.map(authority)].compactMap { $0?.lowercased() }
    let origins = request.headers.values(of: "Origin")
    return origins.allSatisfy { own.contains(authority($0).lowercased()) } ? nil : failure
  }

  private static let failure = RequestFailure(
    .forbidden, "a page of another site may not ask for changes")

  /// What stands between the scheme and the path.
  private static func authority(_ url: String) -> String {
    let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    return parts.count > 2 && parts[1].isEmpty ? String(parts[2]) : ""
  }
}
