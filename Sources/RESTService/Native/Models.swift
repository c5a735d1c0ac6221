// Models, and what lies ahead of jobs and expressions.

internal import HTTPServer
internal import JobCore
internal import JobSpool

extension RequestHandler {
  /// `GET /v1/models`.
  func listModels() throws(RequestFailure) -> Response {
    let context = spool.unattendedContext(zones: zones)
    let listing = ModelListing(context.modelNames()) { name in
      do throws(DocumentError) {
        return try context.model(name).map { RequestHandler.describe($0) }
      } catch {
        // Left out without a word it would look as if it had gone.
        return ["name": .string(name), "parameters": [], "fault": .string(error.reason)]
      }
    }
    return try spoolCalls { () throws(SpoolError) in
      try Response(["Content-Type": "application/json"], slices: listing)
    }
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

/// Makes the list of models.
private final class ModelListing: SlicedAnswer {
  /// Models read in one piece: a few milliseconds.
  private static let slice = 50

  private var names: ArraySlice<String>
  private let describe: (String) -> JSON?
  private var hasBegun = false
  private var isFirst = true
  private var hasEnded = false

  init(_ names: [String], describe: @escaping (String) -> JSON?) {
    self.names = names[...]
    self.describe = describe
  }

  func next() -> [UInt8]? {
    if hasEnded { return nil }
    var bytes = hasBegun ? [] : Array(#"{"models":["#.utf8)
    hasBegun = true
    for name in names.prefix(ModelListing.slice) {
      guard let model = describe(name) else { continue }
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      model.serialize(into: &bytes, keepingOrder: true)
    }
    names = names.dropFirst(ModelListing.slice)
    hasEnded = names.isEmpty
    if hasEnded { bytes += Array("]}".utf8) }
    return bytes.isEmpty ? [UInt8(ascii: "\n")] : bytes
  }
}
