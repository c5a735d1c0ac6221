// Every answer that a test gets is held against /openapi.json: what is answered and what is
// described cannot drift apart.

import Foundation
import JobCore

@testable import HTTPServer
@testable import RESTService

/// The description, to hold answers against.
struct DescriptionCheck {
  static let document = OpenAPIDocument(version: "test").json

  private let check: SchemaCheck

  init() {
    check = SchemaCheck(
      schemas: DescriptionCheck.document["components"]?["schemas"] ?? [:])
  }

  /// What an answer has that is not described; empty if nothing.
  func faults(of response: Response, body: [UInt8], to request: Request) -> [String] {
    // HEAD is GET without the body, and OPTIONS is the router's own.
    guard request.method != .head, request.method != .options,
      let operation = operation(of: request)
    else { return [] }
    let status = String(response.status.rawValue)
    if status == "405" { return [] }
    guard let described = operation["responses"]?[status] else {
      return ["\(request.method) \(request.target): \(status) is not described"]
    }
    let type = response.headers["Content-Type"]
    guard let contents = described["content"]?.object else {
      return body.isEmpty ? [] : ["\(request.target): a body is not described"]
    }
    if body.isEmpty, type == nil { return [] }
    guard let type, let content = contents[type] else {
      return ["\(request.target): \(type ?? "no type") is not described for \(status)"]
    }
    guard let schema = content["schema"] else { return [] }
    guard let json = try? JSON(parsing: body) else { return ["\(request.target): no JSON"] }
    return check.faults(of: json, against: schema).map {
      "\(request.method) \(request.target) \($0)"
    }
  }

  private func operation(of request: Request) -> JSON? {
    var router = Router<JSON>(ignoringCase: true)
    for endpoint in Endpoint.all {
      let prefixes: [String]
      if case .contract = endpoint.action {
        prefixes = Endpoint.contractPrefixes
      } else {
        prefixes = [""]
      }
      let path = DescriptionCheck.document["paths"]?[endpoint.path]
      guard let operation = path?[endpoint.method.rawValue.lowercased()] else { continue }
      for prefix in prefixes { router.add(endpoint.method, prefix + endpoint.path, operation) }
    }
    if case .found(let operation, _) = router.match(request) { return operation }
    return nil
  }
}
