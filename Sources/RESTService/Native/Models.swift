// Models, and what lies ahead of jobs and expressions.

internal import HTTPServer
internal import JobCore
internal import JobSpool

extension RequestHandler {
  /// `GET /v1/models`.
  func listModels() -> Response {
    let context = spool.unattendedContext(zones: zones)
    let models = context.modelNames().map { name in
      do throws(DocumentError) {
        return try context.model(name).map { RequestHandler.describe($0) }
      } catch {
        // Left out without a word it would look as if it had gone.
        return ["name": .string(name), "parameters": [], "fault": .string(error.reason)]
      }
    }
    return .json(["models": .array(models.compactMap(\.self))])
  }

  /// `GET /v1/models/{name}`.
  func showModel(_ call: Call) throws(RequestFailure) -> Response {
    let name = call.parameters["name"] ?? ""
    let model = try documentCalls { () throws(DocumentError) in
      try spool.unattendedContext(zones: zones).model(name)
    }
    guard let model else { throw RequestFailure(.notFound, "there is no such model") }
    var members = RequestHandler.describe(model).object ?? [:]
    members["document"] = .object(model.members)
    return .json(.object(members))
  }

  private static func describe(_ model: JobModel) -> JSON {
    var members: JSONObject = ["name": .string(model.name)]
    members["description"] = model.members[DocumentKey.description.rawValue].flatMap {
      $0.string.map { .string($0) }
    }
    members["parameters"] = .array(
      model.parameters.sorted { $0.key < $1.key }.map { name, parameter in
        var one: JSONObject = ["name": .string(name), "required": .bool(parameter.isRequired)]
        one["default"] = parameter.fallback
        one["description"] = parameter.about.map { .string($0) }
        return .object(one)
      })
    return .object(members)
  }

  /// `GET /v1/jobs/{id}/next`.
  func previewJob(_ call: Call, _ query: QueryValues) throws(RequestFailure) -> Response {
    let state = try job(call.parameters["id"] ?? "")
    let schedule = try spoolCalls { () throws(SpoolError) in try zones.schedule(state.spec) }
    return .json(
      FiringPreview.json(
        of: state.preview(
          schedule, after: query.instant(.from, now: now) ?? now,
          count: query.integer(.count) ?? RequestHandler.firings)))
  }

  /// `GET /v1/next`.
  func previewExpression(_ query: QueryValues) throws(RequestFailure) -> Response {
    let name = query.text(.timeZone) ?? zones.defaultName()
    guard TimeZoneRules.isValidName(name), let zone = zones.rules(name) else {
      throw QueryValues.failure("timeZone", "the system knows no time zone \"\(printable(name))\"")
    }
    let expression: CronExpression
    do throws(CronError) {
      expression = try CronExpression(query.text(.quartz) ?? "")
    } catch {
      throw QueryValues.failure(
        "quartz", "this is not a quartz expression\n\(error.rendered(query.text(.quartz) ?? ""))",
        column: error.column)
    }
    let firings = expression.firings(
      after: query.instant(.from, now: now) ?? now,
      count: query.integer(.count) ?? RequestHandler.firings, in: zone, daylightSaving: .auto)
    return .json(FiringPreview.json(of: firings.map { .fires($0) }))
  }

  /// So many firings are shown unless somebody asks for more.
  private static let firings = 5
}
