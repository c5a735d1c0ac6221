// serve: the REST contracts, over the spool.

import JobSpool
import LinuxIO
import RESTService

/// `jobrun serve`.
enum ServeCommand {
  static let verb = Program.Verb(
    syntax: CommandSyntax(
      verb: "serve", summary: "Answer REST requests about the jobs of the spool.",
      options: [
        .value("listen", "unix:PATH", help: "The socket; default: serve.sock in the spool."),
        .value(
          "public-url", "URL",
          help: "What links to outputs begin with; default: http:// and the host asked for."),
      ],
      details: """
        The requests are described in jobrun-serve(8). The socket can be opened by its owner \
        alone. TERM and INT end it once what is in flight has been answered.
        """,
      examples: [
        ("Serve on a socket of its own:", "jobrun serve --listen unix:/run/user/1000/jobrun.sock")
      ]),
    run: run)

  private static let form = "unix:"
  /// sun_path has 108 bytes, the last one a NUL (unix(7)).
  private static let longestPath = 107

  private static func run(_ session: Session) throws -> Int32 {
    try session.options.expectNoOperands()
    let spool = try session.spool()
    let path =
      try session.options.value("listen", as: address) ?? "\(spool.path)/serve.sock"
    if path.utf8.count > longestPath {
      throw Failure(
        "the path of the socket is longer than \(longestPath) bytes: \(path)", ExitCode.usage)
    }
    let service = try Service(
      spool: spool, socket: path,
      publicURL: session.options.value("public-url", as: publicURL))
    session.say("listening on \(form)\(path)")
    try service.run()
    return ExitCode.success
  }

  /// An address of the web, without a slash at its end.
  private static let publicURL = OptionValue<String> { text in
    let rest = ["http://", "https://"].first(where: text.hasPrefix).map { text.dropFirst($0.count) }
    guard let rest, rest.first?.isLetter == true || rest.first?.isNumber == true,
      rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "?") })
    else {
      return .failure(BadValue("must be http:// or https:// with a host, and a path if wanted"))
    }
    return .success(text.hasSuffix("/") ? String(text.dropLast()) : text)
  }

  private static let address = OptionValue<String> { text in
    guard text.hasPrefix(form), text.count > form.count else {
      return .failure(BadValue("must be unix:PATH"))
    }
    return .success(String(text.dropFirst(form.count)))
  }
}
