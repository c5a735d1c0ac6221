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
        .value(
          "listen", "ADDRESS:PORT|unix:PATH", repeats: true,
          help: "Where to listen; default: 127.0.0.1:9090, and serve.sock in the spool."),
        .value("users", "FILE", help: "Who may come in: lines name:hash:roles."),
        .value(
          "public-url", "URL",
          help: "What links to outputs begin with; default: http:// and the host asked for."),
        .value(
          "agent-name", "NAME", help: "Refuse plans and events that are meant for another agent."),
        .value("log", "text|json", help: "Form of the access log on standard error."),
        DaemonCommand.logFileOption,
        .value("add-user", "NAME", help: "Add a user to --users, or change one, and leave."),
        .value("roles", "R,...", help: "What the user may do: read, run, provision, admin."),
        ServiceUnit.option,
      ],
      details: """
        The requests are described in jobrun-serve(8). A unix socket can be opened by its owner \
        alone, who may do everything. TCP needs --users, \
        because every user of this machine can connect to it; without --users only the socket in \
        the spool is opened. Beyond this machine put a TLS proxy in front. Sockets that systemd \
        hands over take the place of the defaults.

        --add-user asks for the password at the terminal, or reads one line of standard input. \
        TERM and INT end the service once what is in flight has been answered.
        """,
      examples: [
        ("Make a user:", "jobrun serve --users users --add-user ann --roles read,run"),
        ("Serve that user on port 9090:", "jobrun serve --users users"),
        ("Serve on a socket of its own:", "jobrun serve --listen unix:/run/user/1000/jobrun.sock"),
      ]),
    run: run)

  /// The port of the contracts' examples.
  private static let defaultAddress = SocketAddress.ipv4(address: 0x7F00_0001, port: 9090)

  private static func run(_ session: Session) throws -> Int32 {
    let options = session.options
    try options.expectNoOperands()
    let users = try options.value("users", as: .nonEmpty).map(UsersPlace.init)
    try options.expectAtMostOne(of: "add-user", ServiceUnit.option.name)
    if let name = options.value("add-user") {
      return try AddUser(name, to: users, session).run()
    }
    if options.flag("roles") { throw Failure("--roles goes with --add-user", ExitCode.usage) }
    var settings = Service.Settings()
    settings.version = Program.version
    settings.users = users
    settings.publicURL = try options.value("public-url", as: publicURL)
    settings.agentName = try options.value("agent-name", as: .nonEmpty)
    settings.log = try options.value("log", as: OptionValue<AccessLog.Style>.choice) ?? .text
    settings.addresses = try options.values("listen", as: address)
    try options.expectAtMostOne(of: DaemonCommand.logFileOption.name, ServiceUnit.option.name)
    if let unit = try ServiceUnit(session, paths: ["users": "", "listen": "unix:"]) {
      try session.print(bytes: Array(unit.text.utf8))
      return ExitCode.success
    }
    settings.logFile = try DaemonCommand.logFile(options)
    settings.inherited = InheritedSockets.take()
    settings.manager = NotifySocket.take()
    let spool = try session.spool()
    if settings.addresses.isEmpty && settings.inherited.isEmpty {
      settings.addresses = [.unix(path: "\(spool.path)/serve.sock")]
      if users == nil {
        session.say("without --users, TCP on \(defaultAddress) is not opened")
      } else {
        settings.addresses.append(defaultAddress)
      }
    }
    try check(settings, session)
    let service = try Service(spool: spool, settings, complain: session.say)
    for address in service.addresses { session.say("listening on \(address)") }
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

  /// Refuses to listen where anybody could come in.
  private static func check(_ settings: Service.Settings, _ session: Session) throws {
    var addresses = settings.addresses
    for number in settings.inherited {
      guard let address = InheritedSockets.address(of: number) else {
        throw Failure(
          "descriptor \(number) of LISTEN_FDS is no listening stream socket",
          ExitCode.configuration)
      }
      addresses.append(address)
    }
    for address in addresses {
      if case .unix(let path) = address {
        guard path.utf8.count <= longestPath else {
          throw Failure(
            "the path of the socket is longer than \(longestPath) bytes: \(path)", ExitCode.usage)
        }
      } else if settings.users == nil {
        throw Failure(
          "\(address) can be reached by \(address.isLocal ? "every user here" : "others"), so "
            + "--users is needed; make a user with: jobrun serve --users FILE --add-user NAME "
            + "--roles read,run"
            + (address.isLocal ? "" : "; and put a TLS proxy in front (jobrun-serve(8))"),
          ExitCode.usage)
      } else if !address.isLocal {
        session.say(
          "\(address) can be reached from elsewhere, and passwords are not encrypted on the way; "
            + "put a TLS proxy in front (jobrun-serve(8))")
      }
    }
    try settings.users?.check()
  }

  /// sun_path has 108 bytes, the last one a NUL (unix(7)).
  private static let longestPath = 107

  private static let address = OptionValue<SocketAddress> { text in
    let form = "unix:"
    if text.hasPrefix(form) && text.count > form.count {
      return .success(.unix(path: String(text.dropFirst(form.count))))
    }
    guard let colon = text.lastIndex(of: ":"),
      let port = UInt16(text[text.index(after: colon)...]),
      let address = SocketAddress(host: host(text[..<colon]), port: port)
    else {
      return .failure(
        BadValue(
          "must be ADDRESS:PORT with a numeric address, such as 127.0.0.1:9090, or unix:PATH"))
    }
    return .success(address)
  }

  /// An IPv6 address stands in brackets, and nothing else does.
  private static func host(_ text: Substring) -> String {
    if text.hasPrefix("[") && text.hasSuffix("]") { return String(text.dropFirst().dropLast()) }
    return text.contains(":") ? "" : String(text)
  }
}
