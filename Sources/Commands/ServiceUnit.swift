// The units with which systemd runs the daemon and the service. The only source of them: the man
// page shows what is printed here. Everything in them is about one fact: jobs are children of the
// daemon's supervisors, so whatever the unit of the daemon is kept from, its jobs are kept from.

import JobCore
import LinuxIO

/// A unit file for one command.
struct ServiceUnit {
  /// Which systemd it is for.
  enum Scope: String, CaseIterable, Sendable {
    /// That of the machine.
    case system
    /// That of one user.
    case user
  }

  /// `daemon` or `serve`.
  let verb: String
  let scope: Scope
  /// Absolute path of the binary.
  let program: String
  /// Absolute path of the spool.
  let spool: String
  /// What follows `--spool DIR`.
  var arguments: [String] = []
  /// Files and folders that the arguments name and that the service has to make or change.
  var places: [String] = []
  /// Numeric id of the spool's owner.
  var owner: UInt32 = 0

  /// The unit, with its last line's end.
  var text: String {
    let sections = [heading, service, ["[Install]", "WantedBy=\(target)"]]
    return sections.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }

  private var isDaemon: Bool { verb == DaemonCommand.verb.syntax.verb }

  private var target: String {
    switch scope {
    case .system: "multi-user.target"
    case .user: "default.target"
    }
  }

  private var heading: [String] {
    let name = isDaemon ? "jobrun" : "jobrun-serve"
    let (folder, option) =
      switch scope {
      case .system: ("/etc/systemd/system", "")
      case .user: ("~/.config/systemd/user", " --user")
      }
    var lines = [
      "# \(folder)/\(name).service; then: systemctl\(option) enable --now \(name)",
      "[Unit]",
      "Description=\(isDaemon ? "Jobs" : "REST service") of \(specifierless(spool))",
      "Documentation=man:jobrun(1) man:jobrun-\(verb)(8)",
    ]
    // A user's manager mounts nothing.
    if scope == .system { lines.append("RequiresMountsFor=\(word(spool))") }
    if !isDaemon {
      if scope == .system { lines.append("After=network.target") }
      lines.append("After=jobrun.service")
    }
    return lines
  }

  private var service: [String] {
    var lines = ["[Service]", "Type=notify", "NotifyAccess=main"]
    if scope == .system {
      lines += ["# Who owns the spool; HOME, USER and SHELL come with it.", "User=\(owner)"]
      if let name = stateDirectory {
        lines += ["StateDirectory=\(word(name))", "StateDirectoryMode=0700"]
      }
    }
    let command = [verb, "--spool", spool] + arguments
    lines.append("ExecStart=\(word(program)) \(command.map(argument).joined(separator: " "))")
    lines += isDaemon ? daemon : answering
    return lines
  }

  /// The folder below /var/lib that systemd makes for the spool, if it lies there.
  private var stateDirectory: String? {
    let base = "/var/lib/"
    return spool.hasPrefix(base) ? String(spool.dropFirst(base.count)) : nil
  }

  private static let restart = [
    "Restart=on-failure", "RestartSec=5s",
    "# Another start does not mend the command line, permissions or the spool.",
    "RestartPreventExitStatus=64 77 78",
  ]

  private var daemon: [String] {
    let drains = arguments.contains("--drain")
    return [
      "ExecReload=/bin/kill -HUP $MAINPID",
      "# Running jobs outlive the daemon, and the next one finds them again.",
      "KillMode=process",
      "# A job that runs out of memory ends alone.",
      "OOMPolicy=continue",
      "TasksMax=infinity",
    ] + ServiceUnit.restart + [
      "# The first look at a large spool takes its time.",
      "TimeoutStartSec=infinity",
    ] + (drains ? ["# Running jobs are waited for.", "TimeoutStopSec=infinity"] : []) + [
      "WatchdogSec=2min",
      "# No sandbox: jobs inherit it. ProtectHome, ProtectSystem or PrivateTmp would hide files",
      "# from their commands, and NoNewPrivileges would break sudo and mail in them.",
    ]
  }

  private var answering: [String] {
    let lines = [
      "# The service answers what is in flight; its password checks end with it.",
      "KillMode=mixed",
    ]
    return lines + ServiceUnit.restart + ["WatchdogSec=2min"] + sandbox
  }

  /// No command runs in the service: the daemon starts them. So it may do little.
  private var sandbox: [String] {
    let lines = [
      "# No job runs here, so little is allowed.",
      "UMask=0077", "NoNewPrivileges=yes", "LockPersonality=yes", "MemoryDenyWriteExecute=yes",
      "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6", "RestrictNamespaces=yes",
      "RestrictRealtime=yes", "RestrictSUIDSGID=yes", "SystemCallArchitectures=native",
      "SystemCallFilter=@system-service",
    ]
    // The rest needs mount namespaces, which not every kernel lets a user's manager have.
    guard scope == .system else { return lines }
    return lines + [
      "CapabilityBoundingSet=CAP_NET_BIND_SERVICE",
      "ProtectSystem=strict",
      "# The spool must be there: the daemon makes it.",
      "ReadWritePaths=\(([spool] + places).map(word).joined(separator: " "))",
      "ProtectHome=read-only",
    ] + (isInTemporaryFolder ? [] : ["PrivateTmp=yes"]) + [
      "PrivateDevices=yes", "ProtectClock=yes", "ProtectControlGroups=yes",
      "ProtectHostname=yes", "ProtectKernelLogs=yes", "ProtectKernelModules=yes",
      "ProtectKernelTunables=yes",
    ]
  }

  /// Whether something it needs would be hidden by temporary folders of its own.
  private var isInTemporaryFolder: Bool {
    ([spool, program] + arguments).contains { $0.contains("/tmp/") }
  }

  /// A word of ExecStart, where variables are put in as well (systemd.service(5)).
  private func argument(_ text: String) -> String { word(text.replacing("$", with: "$$")) }

  /// A word of a list, quoted if it has to be (systemd.syntax(7)).
  private func word(_ text: String) -> String {
    let plain = text.unicodeScalars.allSatisfy { scalar in
      scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        || "/._-+=:,@%$[]".unicodeScalars.contains(scalar)
    }
    let text = specifierless(text)
    if plain, !text.isEmpty { return text }
    return "\""
      + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  private func specifierless(_ text: String) -> String { text.replacing("%", with: "%%") }
}

extension ServiceUnit {
  /// The option that prints a unit instead of doing anything.
  static let option = Option.value(
    "print-unit", Scope.choices,
    help: "Print a unit for systemd that runs this with these options, and leave.")

  /// The unit for the command line of a session; nil if none is asked for.
  /// - Parameter paths: options whose values are paths, with what stands before the path.
  init?(_ session: Session, paths: [String: String] = [:]) throws {
    let options = session.options
    guard let scope = try options.value(Self.option.name, as: OptionValue<Scope>.choice) else {
      return nil
    }
    guard let program = linkTarget(of: "/proc/self/exe"), program.isAbsolutePath else {
      throw Failure("the path of this program is not known", ExitCode.inputOutput)
    }
    var (arguments, places): ([String], [String]) = ([], [])
    for entry in options.entries where entry.name != Self.option.name && entry.name != "spool" {
      guard var value = entry.value else {
        arguments.append("--\(entry.name)")
        continue
      }
      if let head = paths[entry.name], value.hasPrefix(head) {
        let path = try session.absolute(String(value.dropFirst(head.count)))
        value = head + path
        // A socket is made in its folder; what is only read need not be listed.
        if !head.isEmpty, let folder = path.parentPath { places.append(folder) }
      }
      arguments.append("--\(entry.name)=\(value)")
    }
    arguments += try options.allOperands.map(session.absolute)
    let spool = try session.absolute(session.spoolPath())
    for word in [program, spool] + arguments
    where word.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
      throw Failure("no unit can hold control characters: \(word.debugDescription)", ExitCode.usage)
    }
    self.init(
      verb: session.verb, scope: scope, program: program, spool: spool, arguments: arguments,
      places: places, owner: Self.owner(of: spool))
  }

  /// Who owns the spool, or will once it is made.
  private static func owner(of spool: String) -> UInt32 {
    guard let folder = try? Directory(path: spool), let status = try? folder.descriptor.status()
    else { return CurrentProcess.user }
    return status.owner
  }
}
