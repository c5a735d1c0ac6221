// The REST contracts, as a client of the spool: which path is which request, and its answer.

internal import HTTPServer
internal import JobCore
internal import JobSpool
internal import LinuxIO

/// Answers the contracts' requests from one spool.
final class ContractService {
  /// One request of the contracts.
  private enum Action {
    case processStatus
  }

  private let spool: Spool
  private let zones = ZoneFiles()
  private var router = Router<Action>(ignoringCase: true)

  init(spool: Spool) {
    self.spool = spool
    // Paths are known with and without the name of the original's web application.
    for prefix in ["", "/scheduler-agent"] {
      router.add(
        .get, "\(prefix)/scheduler/connector-api/process/status/{robustaSpid}", .processStatus)
    }
  }

  /// The answer to one request.
  func answer(_ request: Request) -> Response {
    let match = router.match(request)
    guard case .found(let action, let parameters) = match else {
      return match.response ?? .text(.notFound, "there is nothing here\n")
    }
    switch action {
    case .processStatus: return processStatus(of: parameters["robustaSpid"] ?? "")
    }
  }

  private func processStatus(of id: String) -> Response {
    do throws(SpoolError) {
      guard JobIdentifier.isValid(id), let job = try spool.job(id) else {
        return ContractService.reply(.notFound, ["message": "there is no such process"])
      }
      let now = Instant(milliseconds: Clock.real.milliseconds)
      return ContractService.reply(
        .ok, ProcessStatus(spool.view(job.state, zones: zones, at: now)).json)
    } catch {
      return ContractService.reply(
        .internalError, ["message": "the process cannot be read now"])
    }
  }

  private static func reply(_ status: Status, _ json: JSON) -> Response {
    Response(
      status, headers: ["Content-Type": "application/json"], body: json.serialized())
  }
}
