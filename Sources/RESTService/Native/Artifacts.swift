// Files that runs have left.

internal import HTTPServer
internal import JobCore
internal import JobSpool
internal import LinuxIO

extension RequestHandler {
  /// `GET /v1/jobs/{id}/artifacts`.
  func listArtifacts(_ call: Call, _ query: QueryValues) throws(RequestFailure) -> Response {
    let state = try job(call.parameters["id"] ?? "")
    let found = try outputCalls { () throws(SystemError) -> (String, [Artifact])? in
      guard let name = try spool.latestAttempt(state.id, run: query.integer(.run)) else {
        return nil
      }
      return (
        name,
        try spool.artifacts(
          state.id, attempt: name, most: RequestHandler.mostArtifacts + 1)
      )
    }
    var members = JSONObject()
    if let (name, _) = found {
      let numbers = name.split(separator: ".").compactMap { Int($0) }
      if let run = numbers.first { members["run"] = .number(JSONNumber(run)) }
      if let attempt = numbers.last { members["attempt"] = .number(JSONNumber(attempt)) }
    }
    let files = found?.1 ?? []
    members["artifacts"] = .array(
      files.prefix(RequestHandler.mostArtifacts).map {
        ["name": .string($0.name), "size": .number(JSONNumber($0.size))]
      })
    if files.count > RequestHandler.mostArtifacts { members["more"] = true }
    return .json(.object(members))
  }

  /// So many files are listed; each one can be had by its name.
  private static let mostArtifacts = 1000

  /// `GET /v1/jobs/{id}/artifacts/{name}`.
  func downloadArtifact(_ call: Call, _ query: QueryValues) throws(RequestFailure) -> Response {
    let state = try job(call.parameters["id"] ?? "")
    let name = call.parameters["name"] ?? ""
    let file = try outputCalls { () throws(SystemError) -> FileSource? in
      guard let attempt = try spool.latestAttempt(state.id, run: query.integer(.run)),
        let file = try spool.openArtifact(state.id, attempt: attempt, name)
      else { return nil }
      return try FileSource(file)
    }
    guard let file else { throw RequestFailure(.notFound, "the run has left no such file") }
    return RequestHandler.download(file, name: name)
  }
}
