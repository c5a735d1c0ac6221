// serve --add-user: a line for the users file. The password never stands on a command line, where
// every user of the machine could read it.

import LinuxIO
import RESTService

/// One user to be added, or changed.
struct AddUser {
  private let name: String
  private let place: UsersPlace
  private let roles: Set<Role>
  private let session: Session

  /// Checks everything but the password, so that nobody types one in vain.
  init(_ name: String, to place: UsersPlace?, _ session: Session) throws {
    guard let place else {
      throw Failure("--add-user needs --users FILE to add to", ExitCode.usage)
    }
    for other in ["listen", "public-url", "log"] where session.options.flag(other) {
      throw Failure("--add-user leaves at once; --\(other) is for serving", ExitCode.usage)
    }
    if let reason = UsersPlace.nameFault(name) {
      throw Failure("--add-user \(name): the name \(reason)", ExitCode.usage)
    }
    guard let roles = try session.options.value("roles", as: AddUser.roles) else {
      throw Failure("--add-user needs --roles, such as --roles read,run", ExitCode.usage)
    }
    (self.name, self.place, self.roles, self.session) = (name, place, roles, session)
  }

  func run() throws -> Int32 {
    guard let password = try Terminal.isTerminal(0) ? typed() : piped() else {
      return 128 + Signal.interrupt.rawValue
    }
    let isNew = try place.add(name, password: password, roles: roles)
    session.say("\(isNew ? "added" : "changed") user \(name) in \(place.path)")
    return ExitCode.success
  }

  private func typed() throws -> [UInt8]? {
    guard let password = try Terminal.secret(prompt: "Password for \(name): ") else { return nil }
    try AddUser.check(password)
    guard let again = try Terminal.secret(prompt: "Again: ") else { return nil }
    guard password == again else {
      throw Failure("the two are not the same; nothing was changed", ExitCode.badDocument)
    }
    return password
  }

  private func piped() throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count <= 2 * Password.longest {
      let more = try StandardStream.input.read(limit: 4096)
      if more.isEmpty { break }
      bytes += more
    }
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    try AddUser.check(bytes)
    return bytes
  }

  private static func check(_ password: [UInt8]) throws {
    let fault: String? =
      if password.isEmpty {
        "is empty"
      } else if password.count > Password.longest {
        "is longer than \(Password.longest) bytes"
      } else if password.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
        "holds a control character, or is more than one line"
      } else if String(validating: password, as: UTF8.self) == nil {
        "is not UTF-8"
      } else {
        nil
      }
    if let fault { throw Failure("the password \(fault)", ExitCode.badDocument) }
  }

  private static let roles = OptionValue<Set<Role>> { text in
    switch RESTService.roles(text) {
    case .success(let roles): .success(roles)
    case .failure(let fault): .failure(BadValue("is no list of roles: \(fault.message)"))
    }
  }
}
