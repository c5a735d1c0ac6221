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

  private init(_ path: String, _ contentType: String, _ bytes: [UInt8]) {
    self.path = path
    self.contentType = contentType
    self.bytes = bytes
  }

  private static func script(_ name: String, _ bytes: [UInt8]) -> PageFile {
    PageFile("/page/\(name).js", "text/javascript; charset=utf-8", bytes)
  }

  private static func style(_ name: String, _ bytes: [UInt8]) -> PageFile {
    PageFile("/page/\(name).css", "text/css; charset=utf-8", bytes)
  }

  /// Every file; the document itself is the first one, at `/`.
  public static let all: [PageFile] = [
    PageFile("/", "text/html; charset=utf-8", PackageResources.index_html),
    PageFile("/page/icon.svg", "image/svg+xml", PackageResources.icon_svg),
    style("page", PackageResources.page_css),
    style("views", PackageResources.views_css),
    script("actions", PackageResources.actions_js),
    script("facts", PackageResources.facts_js),
    script("firings", PackageResources.firings_js),
    script("header", PackageResources.header_js),
    script("history", PackageResources.history_js),
    script("job", PackageResources.job_js),
    script("jobs", PackageResources.jobs_js),
    script("key", PackageResources.key_js),
    script("live", PackageResources.live_js),
    script("logstream", PackageResources.logstream_js),
    script("logview", PackageResources.logview_js),
    script("new", PackageResources.new_js),
    script("notices", PackageResources.notices_js),
    script("overview", PackageResources.overview_js),
    script("parameter", PackageResources.parameter_js),
    script("route", PackageResources.route_js),
    script("service", PackageResources.service_js),
    script("start", PackageResources.start_js),
    script("time", PackageResources.time_js),
    script("tree", PackageResources.tree_js),
    script("words", PackageResources.words_js),
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
