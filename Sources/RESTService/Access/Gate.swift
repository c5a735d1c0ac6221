// Who makes a request: the step before any contract is looked at. Nothing here tells an unknown
// user from a wrong password: both are checked against a hash, slowed down and answered alike.

internal import HTTPServer
internal import JobCore
internal import LinuxIO

/// Tells callers from their requests.
final class Gate {
  /// What a request's credentials amount to.
  enum Entry {
    case caller(Caller)
    /// Neither name nor password are known to be right.
    case wrong
    /// Too many wrong ones came from there: try again in so many milliseconds.
    case slowedDown(retryIn: Int64)
    /// Too many are being checked, or none can be.
    case busy
  }

  /// Checks a password against a hash, as `PasswordChecks` does.
  typealias Checking = (
    _ password: [UInt8], _ hash: String, _ done: @escaping (PasswordChecks.Outcome) -> Void
  ) -> Bool

  private let loop: EventLoop
  private let users: Users?
  private let checking: Checking
  private let digest: KeyedDigest
  private var verified = VerifiedCredentials()
  private var brake = FailureBrake<SocketAddress>()
  /// Who waits for the check of the same credential: a client that begins with twenty connections
  /// has one password.
  private var waiting: [VerifiedCredentials.Digest: [(Entry) -> Void]] = [:]

  /// - Parameter users: nil: nobody can come in but the owner.
  init(loop: EventLoop, users: Users?, checking: @escaping Checking) throws(SystemError) {
    self.loop = loop
    self.users = users
    self.checking = checking
    digest = KeyedDigest(key: try Randomness.bytes(KeyedDigest.keyLength))
  }

  /// Tells who makes a request, at once or later.
  func identify(_ request: Request, then done: @escaping (Entry) -> Void) {
    let fields = request.headers.values(of: "Authorization")
    guard let users, let field = fields.first else { return done(.caller(unnamed(request))) }
    guard fields.count == 1, let credential = BasicCredential(field) else { return done(.wrong) }
    let file = users.current()
    let user = file.users[credential.name]
    guard let hash = file.hash(for: credential.name, digest) else { return done(.wrong) }
    // Neither a name nor a hash holds a zero byte.
    let mark = digest.digest(
      of: Array(credential.name.utf8) + [0] + Array(hash.utf8) + [0] + credential.password)
    if let user, verified.contains(mark, at: loop.now) { return done(.caller(user.caller)) }
    if waiting[mark] != nil {
      waiting[mark]?.append(done)
      return
    }
    let client = request.peer?.client ?? .unix(path: "")
    switch brake.begin(client, at: loop.now) {
    case .refused(let time): done(.slowedDown(retryIn: time))
    case .at(let time):
      waiting[mark] = [done]
      wait(until: time) { [weak self] in
        self?.check(credential, of: user, against: hash, mark, from: client)
      }
    }
  }

  /// Who brings no credentials: on a unix socket the kernel knows the user at the other end.
  private func unnamed(_ request: Request) -> Caller {
    guard let user = request.peerUser else { return .anonymous }
    return user == CurrentProcess.user || user == 0 ? .owner : .anonymous
  }

  private func check(
    _ credential: BasicCredential, of user: UsersFile.User?, against hash: String,
    _ mark: VerifiedCredentials.Digest, from client: SocketAddress
  ) {
    let isQueued = checking(credential.password, hash) { [weak self] outcome in
      guard let self else { return }
      switch (outcome, user) {
      case (.right, .some(let user)):
        verified.insert(mark, at: loop.now)
        finish(mark, .caller(user.caller))
      case (.right, nil), (.wrong, _):
        brake.failed(client, at: loop.now)
        finish(mark, .wrong)
      case (.unknown, _): finish(mark, .busy)
      }
    }
    if !isQueued { finish(mark, .busy) }
  }

  private func finish(_ mark: VerifiedCredentials.Digest, _ entry: Entry) {
    for done in waiting.removeValue(forKey: mark) ?? [] { done(entry) }
  }

  private func wait(until time: Int64, then body: @escaping () -> Void) {
    if time <= loop.now { return body() }
    var token: EventLoop.Token?
    let added = loop.add { [loop] _ in
      if let token { loop.remove(token) }
      body()
    }
    token = added
    loop.setDeadline(added, at: time)
  }
}
