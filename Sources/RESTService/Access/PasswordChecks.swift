// Checks of passwords, done by helper processes and waited for on the loop. What waits is bounded:
// whoever comes to a full queue is told so at once.

internal import HTTPServer
internal import LinuxIO

/// The queue of passwords to be checked, and the helpers that take from it.
final class PasswordChecks {
  /// What came of a check.
  enum Outcome {
    case right
    case wrong
    /// Nobody could tell: the helper could not be started, or has died.
    case unknown
  }

  /// How many may wait; at a tenth of a second each the last one waits six seconds.
  static let queueLimit = 64

  private struct Check {
    let password: [UInt8]
    let hash: String
    let done: (Outcome) -> Void
  }

  private let loop: EventLoop
  private let program: String
  private let limit: Int
  private var queue: ArraySlice<Check> = []
  private var helpers: [Helper] = []
  /// Ended, and not reaped yet.
  private var ended: [Int32] = []
  private var working: [ObjectIdentifier: Check] = [:]

  /// - Parameters:
  ///   - program: jobrun's own binary.
  ///   - helpers: processes at most. One less than there are processors leaves one for the loop.
  init(
    loop: EventLoop, program: String,
    helpers: Int = min(4, max(1, CurrentProcess.processors - 1))
  ) {
    self.loop = loop
    self.program = program
    limit = helpers
  }

  /// Ends the helpers. None is left for somebody else to reap.
  deinit {
    for helper in helpers {
      helper.close()
      Child.send(.kill, to: helper.pid)
      ended.append(helper.pid)
    }
    while !ended.isEmpty {
      reap()
      if !ended.isEmpty { pause(milliseconds: 1) }
    }
  }

  /// The helpers that there are, by number.
  var processes: [Int32] { helpers.map(\.pid) }

  /// Whether another check would be refused.
  var isFull: Bool { queue.count >= PasswordChecks.queueLimit }

  /// Checks a password against a hash, when its turn has come.
  /// - Returns: false if too many wait already; `done` is not called then.
  func check(
    _ password: [UInt8], _ hash: String, done: @escaping (Outcome) -> Void
  ) -> Bool {
    if isFull { return false }
    queue.append(Check(password: password, hash: hash, done: done))
    next()
    return true
  }

  private func next() {
    while let check = queue.first {
      guard let helper = helpers.first(where: { working[$0.identifier] == nil }) ?? started()
      else {
        // With no helper at all nobody will ever answer.
        if !helpers.isEmpty { return }
        queue.removeFirst()
        check.done(.unknown)
        continue
      }
      queue.removeFirst()
      working[helper.identifier] = check
      if !helper.ask(check.password, check.hash) { lose(helper) }
    }
  }

  /// Reaps those that have ended; what is no child any more is forgotten as well.
  private func reap() {
    ended.removeAll { pid in
      do throws(SystemError) {
        try Child.reap(pid)
        return true
      } catch {
        return !error.isWouldBlock
      }
    }
  }

  private func started() -> Helper? {
    reap()
    guard helpers.count < limit else { return nil }
    let helper = try? Helper(program: program, loop: loop) { [weak self] in
      self?.answered($0, $1)
    }
    if let helper { helpers.append(helper) }
    return helper
  }

  private func answered(_ helper: Helper, _ outcome: Outcome) {
    guard outcome != .unknown else { return lose(helper) }
    working.removeValue(forKey: helper.identifier)?.done(outcome)
    next()
  }

  /// Gives up a helper that has died; another one takes its place when it is needed.
  private func lose(_ helper: Helper) {
    helper.close()
    Child.send(.kill, to: helper.pid)
    helpers.removeAll { $0 === helper }
    ended.append(helper.pid)
    working.removeValue(forKey: helper.identifier)?.done(.unknown)
    next()
  }
}

/// One helper process, as the service sees it.
private final class Helper {
  let pid: Int32
  private let loop: EventLoop
  private let questions: Descriptor
  private let answers: Descriptor
  private var token: EventLoop.Token?

  var identifier: ObjectIdentifier { ObjectIdentifier(self) }

  init(
    program: String, loop: EventLoop,
    answered: @escaping (Helper, PasswordChecks.Outcome) -> Void
  ) throws(SystemError) {
    let input = try Descriptor.pipe()
    let output = try Descriptor.pipe()
    let null = try Directory(path: "/dev").open("null", .update)
    pid = try Child.spawnDetached(
      path: program, arguments: ["jobrun", PasswordHelper.verb], environment: [],
      input: input.read, output: output.write, error: null)
    self.loop = loop
    questions = input.write
    answers = output.read
    token = try loop.add(answers) { [weak self] _ in
      guard let self else { return }
      answered(self, answer())
    }
  }

  deinit { close() }

  func ask(_ password: [UInt8], _ hash: String) -> Bool {
    (try? questions.write(PasswordHelper.question(password, hash))) != nil
  }

  private func answer() -> PasswordChecks.Outcome {
    var byte: UInt8 = 0
    let count = try? withUnsafeMutableBytes(of: &byte) { buffer throws(SystemError) in
      try answers.read(into: buffer)
    }
    guard count == 1, let answer = PasswordHelper.Answer(rawValue: byte) else { return .unknown }
    switch answer {
    case .yes: return .right
    case .no: return .wrong
    }
  }

  func close() {
    if let token { loop.remove(token, answers) }
    token = nil
  }
}
