// Errors as people read them: what was wrong, where, and what to do. The one place where
// errors of the layers below get their words and exit codes.

import JobCore
import JobSpool
import LinuxIO
import RESTService

/// An error with its words and its exit code.
struct Failure: Error {
  let message: String
  let code: Int32

  init(_ message: String, _ code: Int32) {
    self.message = message
    self.code = code
  }

  /// The words for any error.
  init(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let usage as UsageError: self.init(usage.message, ExitCode.usage)
    case let document as DocumentError: self.init(document.message, ExitCode.badDocument)
    case let refusal as Refusal: self.init(refusal.reason, ExitCode.notPossible)
    case let spool as SpoolError: self.init(spool)
    case let system as SystemError: self.init(system)
    case let users as UsersPlace.Fault: self.init(users)
    default: self.init("\(error)", ExitCode.internalError)
    }
  }

  private init(_ error: SystemError) {
    if error.isPermission {
      self.init("\(error)", ExitCode.permission)
    } else if StandardStream.isOne(error.subject) {
      self.init(
        "\(error); not all is told, but what is done stays done: look at `jobrun status`",
        ExitCode.inputOutput)
    } else if error.isShortage {
      self.init("\(error); nothing was changed, try again when there is room", ExitCode.inputOutput)
    } else {
      self.init("\(error)", ExitCode.inputOutput)
    }
  }

  private init(_ fault: UsersPlace.Fault) {
    let code =
      switch fault.kind {
      case .access: ExitCode.inputOutput
      case .permissions: ExitCode.permission
      case .content: ExitCode.configuration
      case .busy: ExitCode.tryAgain
      }
    self.init(fault.message, code)
  }

  private init(_ error: SpoolError) {
    switch error {
    case .system(let system): self.init(system)
    case .refused(let path, let reason):
      self.init("\(path): \(reason)", ExitCode.configuration)
    case .busy(let lock, let holder):
      let who = holder.map { "process \($0.pid)" } ?? "another process"
      self.init(
        lock == "daemon.lock"
          ? "\(who) is the daemon of this spool already"
          : "\(who) holds \(lock); try again, or look what it is doing",
        ExitCode.tryAgain)
    case .damaged(let path, let reason):
      self.init(
        "\(path): \(reason); the daemon will move it to corrupt/ and keep it", ExitCode.inputOutput)
    case .exists(let id):
      self.init(
        "job \(id) exists already; choose another id, or use --if-absent or --replace",
        ExitCode.cannotCreate)
    case .invalid(let error): self.init(error.message, ExitCode.badDocument)
    case .differs(let id):
      self.init(
        "job \(id) exists already, with another document", ExitCode.badDocument)
    }
  }
}
