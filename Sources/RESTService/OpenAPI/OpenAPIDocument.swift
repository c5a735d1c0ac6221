// /openapi.json (OpenAPI 3.1): made from the tables of requests, so that a request that is
// answered is one that is described. Only what bodies look like stands in a file of its own,
// schemas.json; the tests hold every answer they get against it.

internal import HTTPServer
internal import JobCore
internal import Page

/// The description of the service.
struct OpenAPIDocument {
  /// Of the program.
  let version: String

  /// The schemas of bodies, by name.
  static let schemas: JSON = (try? JSON(parsing: EmbeddedFile.bytes(of: "schemas.json"))) ?? [:]

  /// The OpenAPI Object.
  var json: JSON {
    [
      "openapi": "3.1.0",
      "info": [
        "title": "jobrun", "version": .string(version),
        "description":
          "Jobs of one spool: jobrun-serve(8). Paths of the contracts are known behind /scheduler-agent, too.",
      ],
      "servers": [["url": "/"]],
      "paths": paths,
      "components": [
        "schemas": OpenAPIDocument.schemas,
        "securitySchemes": ["basic": ["type": "http", "scheme": "basic"]],
      ],
    ]
  }

  private var paths: JSON {
    var paths = JSONObject()
    for endpoint in Endpoint.all {
      var methods = paths[endpoint.path]?.object ?? [:]
      methods[endpoint.method.rawValue.lowercased()] = OpenAPIDocument.operation(endpoint)
      paths[endpoint.path] = .object(methods)
    }
    return .object(paths)
  }

  private static func operation(_ endpoint: Endpoint) -> JSON {
    let operation = endpoint.action.operation
    var members: JSONObject = [
      "operationId": .string(endpoint.action.name), "summary": .string(operation.summary),
    ]
    if let role = endpoint.role {
      members["description"] = .string("Needs the role \"\(role.rawValue)\".")
      members["security"] = [["basic": []]]
    }
    if !operation.parameters.isEmpty {
      members["parameters"] = .array(operation.parameters.map(\.json))
    }
    if !operation.bodies.isEmpty {
      members["requestBody"] = [
        "required": .bool(operation.needsBody), "content": content(operation.bodies),
      ]
    }
    var responses = JSONObject()
    for success in operation.successes {
      var response: JSONObject = ["description": .string(success.about)]
      if !success.content.isEmpty { response["content"] = content(success.content) }
      response["links"] = success.job.map(links)
      responses[String(success.status.rawValue)] = .object(response)
    }
    let shapes = Set([endpoint.action.errorShape, .problem]).map(\.content)
    for status in endpoint.refusals where responses[String(status.rawValue)] == nil {
      responses[String(status.rawValue)] = [
        "description": .string(status.name), "content": content(shapes),
      ]
    }
    members["responses"] = .object(responses)
    return .object(members)
  }

  /// What can be asked about a job, once an answer has told its id.
  /// - Parameter pointer: where in the body.
  private static func links(jobAt pointer: String) -> JSON {
    var links = JSONObject()
    for endpoint in Endpoint.all {
      let places = endpoint.parameters.filter { $0.place == .path }
      guard let place = places.first, places.count == 1, place.isJob else { continue }
      links[endpoint.action.name] = [
        "operationId": .string(endpoint.action.name),
        "parameters": .object([place.name: .string("$response.body#\(pointer)")]),
      ]
    }
    return .object(links)
  }

  /// A schema of schemas.json.
  static func reference(to name: String) -> JSON {
    ["$ref": .string("#/components/schemas/\(name)")]
  }

  private static func content(_ contents: [Operation.Content]) -> JSON {
    var members = JSONObject()
    for content in contents {
      members[content.type] = .object(
        content.schema.map { ["schema": reference(to: $0)] } ?? [:])
    }
    return .object(members)
  }
}

extension Endpoint {
  /// Every status that a refusal of it can have. A request that cannot be read, that comes too
  /// slowly, or that finds the service busy, is refused wherever it is meant for.
  var refusals: [Status] {
    let known: [Status] = [
      .badRequest, .requestTimeout, .lengthRequired, .contentTooLarge, .targetTooLong,
      .expectationFailed, .headersTooLarge, .notImplemented, .versionNotSupported, .tooManyRequests,
      .internalError,
      .unavailable,
    ]
    // Wrong credentials are told also where none are needed.
    return known + [.unauthorized] + (role == nil && method == .get ? [] : [.forbidden])
      + action.operation.refusals
  }
}

extension Action {
  /// Its name among all operations.
  fileprivate var name: String {
    switch self {
    case .contract(let action): "contract.\(action)"
    case .native(let action): "\(action)"
    }
  }
}
