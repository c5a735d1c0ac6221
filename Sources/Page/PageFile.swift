// The files of the page, which the binary holds: people look at the spool through them. They ask
// for nothing from elsewhere, and a browser is told to allow nothing else.

/// One file, as it goes to a browser.
public struct PageFile: Sendable {
  /// The path it is asked for by.
  public let path: String
  /// What it is, for `Content-Type`.
  public let contentType: String
  /// All of it.
  public let bytes: [UInt8]

  private init(_ path: String, _ contentType: String, _ name: String) {
    self.path = path
    self.contentType = contentType
    bytes = EmbeddedFile.bytes(of: name)
  }

  private static func script(_ name: String) -> PageFile {
    PageFile("/page/\(name).js", "text/javascript; charset=utf-8", "\(name).js")
  }

  private static func style(_ name: String) -> PageFile {
    PageFile("/page/\(name).css", "text/css; charset=utf-8", "\(name).css")
  }

  /// Every file; the document itself is the first one, at `/`.
  public static let all: [PageFile] = [
    PageFile("/", "text/html; charset=utf-8", "index.html"),
    PageFile("/page/icon.svg", "image/svg+xml", "icon.svg"),
    style("page"),
    style("views"),
    script("actions"),
    script("facts"),
    script("firings"),
    script("header"),
    script("history"),
    script("job"),
    script("jobs"),
    script("key"),
    script("live"),
    script("logstream"),
    script("logview"),
    script("new"),
    script("notices"),
    script("overview"),
    script("parameter"),
    script("route"),
    script("service"),
    script("start"),
    script("time"),
    script("tree"),
    script("words"),
  ]

  /// Header fields that every file goes out with: names and values.
  ///
  /// The policy allows files, pictures and requests of the same origin, and nothing in the document
  /// itself: even a name of a job that came in as markup would not run. The address of a job is
  /// nobody else's business, so no referrer. Files are looked up anew each time, so that a newer
  /// binary has no older scripts in browsers.
  public static let headers: [(name: String, value: String)] = [
    ("Content-Security-Policy", contentSecurityPolicy),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-cache"),
  ]

  /// What a browser may load and do for the page.
  public static let contentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
