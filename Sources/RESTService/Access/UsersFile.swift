// The users file: one `name:hash:roles` a line. What it means is decided here; where it lies and
// who may read it is for `UsersPlace`.

internal import JobCore
internal import LinuxIO

/// The lines of a users file, checked.
struct UsersFile {
  /// Who may come in, and what for.
  struct User: Hashable {
    let name: String
    /// As crypt(3) makes them.
    let hash: String
    let roles: Set<Role>

    var caller: Caller { Caller(name: name, roles: roles) }
  }

  /// A line that says nothing sensible.
  struct Fault: Error, Hashable {
    /// Counted from 1.
    let line: Int
    let reason: String

    var message: String { "line \(line): \(reason)" }
  }

  /// A name longer than this is no name but a mistake.
  private static let longestName = 64

  /// The users by name.
  private(set) var users: [String: User] = [:]
  /// In the order of the file.
  private(set) var names: [String] = []
  private var lines: [Substring] = []

  /// Reads a file's text. Empty lines and lines that begin with `#` say nothing.
  init(parsing text: String) throws(Fault) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    for (index, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") {
      let user = try UsersFile.user(line, number: index + 1)
      guard users.updateValue(user, forKey: user.name) == nil else {
        throw Fault(line: index + 1, reason: "there is a user \"\(user.name)\" already")
      }
      names.append(user.name)
    }
  }

  private static func user(_ line: Substring, number: Int) throws(Fault) -> User {
    let fields = line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard fields.count == 3 else {
      throw Fault(line: number, reason: "must be name:hash:roles")
    }
    if let reason = nameFault(fields[0]) {
      throw Fault(line: number, reason: "the name \"\(printable(fields[0]))\" \(reason)")
    }
    guard Password.isHash(fields[1]) else {
      throw Fault(
        line: number,
        reason: "the hash of \"\(fields[0])\" is by no method that crypt(5) lists as strong")
    }
    do throws(BadRole) {
      return User(name: fields[0], hash: fields[1], roles: try roles(fields[2]))
    } catch {
      throw Fault(line: number, reason: "the roles of \"\(fields[0])\": \(error.reason)")
    }
  }

  /// What is wrong with a name, as the end of a sentence that begins with it; nil if nothing is.
  /// Names stand in logs and in the records of jobs.
  static func nameFault(_ name: String) -> String? {
    let marks = Set("._@-".utf8)
    guard let first = name.utf8.first, isAlphanumeric(first), name.utf8.count <= longestName,
      name.utf8.allSatisfy({ isAlphanumeric($0) || marks.contains($0) })
    else {
      return "must be a letter or digit and then letters, digits, \".\", \"_\", \"@\" or \"-\", "
        + "\(longestName) at most"
    }
    return nil
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  /// Why a list of roles is none.
  struct BadRole: Error { let reason: String }

  /// Reads `read,run`.
  static func roles(_ text: String) throws(BadRole) -> Set<Role> {
    var roles: Set<Role> = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let role = Role(rawValue: String(word)) else {
        let all = Role.allCases.map(\.rawValue)
        let hint = nearest(String(word), in: all).map { "; did you mean \"\($0)\"?" } ?? ""
        throw BadRole(
          reason: "\"\(printable(String(word)))\" is none of \(all.joined(separator: ", "))\(hint)")
      }
      roles.insert(role)
    }
    return roles
  }

  /// The same file with a user more, or with another line for one that it has.
  func text(with user: User) -> String {
    let roles = Role.allCases.filter(user.roles.contains).map(\.rawValue).joined(separator: ",")
    let line = "\(user.name):\(user.hash):\(roles)"
    var lines = lines.map(String.init)
    if let place = lines.firstIndex(where: { $0.hasPrefix("\(user.name):") }) {
      lines[place] = line
    } else {
      lines.append(line)
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// The hash to check a password against that is given for a name: the user's, else another
  /// user's, the same one for the same name. Who asks for many names must not be able to tell
  /// by the time it takes which of them exist.
  func hash(for name: String, _ digest: KeyedDigest) -> String? {
    if let user = users[name] { return user.hash }
    guard !names.isEmpty, let number = UInt64(digest.token(name).prefix(15), radix: 16) else {
      return nil
    }
    return users[names[Int(number % UInt64(names.count))]]?.hash
  }
}
