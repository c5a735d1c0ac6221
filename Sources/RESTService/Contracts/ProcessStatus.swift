// The process-status contract (contracts, seed 002): a job's state in the words its callers
// know.

internal import JobCore
internal import JobSpool

/// The reply to `GET /scheduler/connector-api/process/status/{robustaSpid}`.
struct ProcessStatus {
  /// The contract's `status`.
  enum Word: String {
    case waiting = "WAITING"
    case running = "RUNNING"
    case succeeded = "SUCCEEDED"
    case failed = "FAILED"
    case cancelled = "CANCELLED"

    /// The word for a phase.
    init(_ phase: Phase.Word) {
      switch phase {
      case .held, .waiting, .queued, .backoff: self = .waiting
      case .starting, .running: self = .running
      case .succeeded: self = .succeeded
      case .failed, .expired: self = .failed
      case .cancelled: self = .cancelled
      }
    }
  }

  private let view: JobView

  init(_ view: JobView) { self.view = view }

  /// The body: status, message, and each output as `__out_<name>`.
  var json: JSON {
    var members: JSONObject = [
      "status": .string(Word(view.state.phase.word).rawValue), "message": .string(view.message),
    ]
    for (name, value) in view.state.outputs { members["__out_\(name)"] = value }
    return .object(members)
  }
}
