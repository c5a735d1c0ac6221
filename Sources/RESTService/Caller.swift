// Who asks, and what that person or program may do. Where callers come from (a users file, or
// the socket that only the owner can open) is not known here.

internal import HTTPServer
internal import LinuxIO

/// What a caller may do (contracts, "Common").
public enum Role: String, CaseIterable, Sendable {
  /// See jobs and what they have written.
  case read
  /// Start models, rerun and cancel.
  case run
  /// Define commands.
  case provision
  /// Everything.
  case admin
}

/// The one who makes a request.
public struct Caller: Hashable, Sendable {
  /// As jobs record it under `createdBy` and decisions under `by`; nil if nobody said.
  public let name: String?
  public let roles: Set<Role>

  /// A caller of a name, with roles.
  public init(name: String?, roles: Set<Role>) {
    self.name = name
    self.roles = roles
  }

  /// Who can open the spool's own socket: its owner, by the name in `$USER`.
  public static var owner: Caller { Caller(name: Environment.value("USER"), roles: [.admin]) }

  /// Somebody who has not said who they are.
  public static let anonymous = Caller(name: nil, roles: [])

  /// Whether it is known who asks, whatever they may do.
  public var isKnown: Bool { self != .anonymous }

  /// Whether the caller may do what a role allows; an admin may do everything.
  public func has(_ role: Role) -> Bool { roles.contains(role) || roles.contains(.admin) }

  /// Lets pass whoever has a role.
  /// - Parameter role: nil: anybody may come in.
  func require(_ role: Role?) throws(RequestFailure) {
    guard let role, !has(role) else { return }
    if !isKnown { throw .unauthenticated }
    throw RequestFailure(.forbidden, "this needs the role \"\(role.rawValue)\"")
  }
}
