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
        .value("listen", "unix:PATH", help: "The socket; default: serve.sock in the spool.")
      ],
      details: """
        So far it answers GET /scheduler/connector-api/process/status/ID, on a unix socket that \
        only its owner can open. TERM and INT end it once what is in flight has been answered.
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
    let service = try Service(spool: spool, socket: path)
    session.say("listening on \(form)\(path)")
    try service.run()
    return ExitCode.success
  }

  private static let address = OptionValue<String> { text in
    guard text.hasPrefix(form), text.count > form.count else {
      return .failure(BadValue("must be unix:PATH"))
    }
    return .success(String(text.dropFirst(form.count)))
  }
}
