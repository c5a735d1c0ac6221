import HTTPServer
import JobCore
import Testing

@testable import RESTService

@Suite struct OpenAPITests {
  private let document = DescriptionCheck.document

  @Test func describesEveryRequestOnceAndNothingElse() throws {
    let paths = try #require(document["paths"]?.object)
    let described = paths.members.flatMap { path, methods in
      (methods.object?.keys ?? []).map { "\($0.uppercased()) \(path)" }
    }
    #expect(described.sorted() == Endpoint.all.map { "\($0.method.rawValue) \($0.path)" }.sorted())
    let names = paths.members.flatMap { $0.value.object?.values ?? [] }
      .compactMap { $0["operationId"]?.string }
    #expect(Set(names).count == Endpoint.all.count)
  }

  @Test func everyActionHasItsPlaceInATable() {
    let actions = Set(Endpoint.all.map(\.action))
    for action in NativeAction.allCases { #expect(actions.contains(.native(action))) }
    for action in ContractAction.allCases { #expect(actions.contains(.contract(action))) }
  }

  @Test func everyPlaceInAPathIsDescribed() {
    for endpoint in Endpoint.all {
      let named = endpoint.path.split(separator: "/").filter { $0.hasPrefix("{") }
        .map { String($0.dropFirst().dropLast()) }
      let described = endpoint.parameters.filter { $0.place == .path }.map(\.name)
      #expect(named.sorted() == described.sorted(), "\(endpoint.path)")
    }
  }

  @Test func everySchemaThatIsNamedIsThere() throws {
    let schemas = try #require(document["components"]?["schemas"]?.object)
    #expect(!schemas.isEmpty)
    func references(_ json: JSON) -> [String] {
      switch json {
      case .object(let members):
        members.members.flatMap { key, value in
          key == "$ref" ? [value.string ?? ""] : references(value)
        }
      case .array(let items): items.flatMap(references)
      default: []
      }
    }
    let named = Set(references(document).map { String($0.split(separator: "/").last ?? "") })
    #expect(named.subtracting(schemas.keys).isEmpty)
    // And none that nobody names.
    #expect(Set(schemas.keys).subtracting(named).isEmpty)
  }

  @Test func anAnswerThatMakesAJobLeadsToWhatCanBeAskedAboutIt() throws {
    let made = document["paths"]?["/v1/jobs"]?["post"]?["responses"]?["201"]?["links"]
    let links = try #require(made?.object)
    let takers = Endpoint.all.filter { $0.path.hasPrefix("/v1/jobs/{id}") }
    #expect(takers.count > 5)
    for endpoint in takers where endpoint.path != "/v1/jobs/{id}/artifacts/{name}" {
      let name = document["paths"]?[endpoint.path]?[endpoint.method.rawValue.lowercased()]
      let link = links[name?["operationId"]?.string ?? ""]
      #expect(link?["parameters"] == ["id": "$response.body#/id"], "\(endpoint.path)")
    }
  }

  @Test func theDocumentsKeysAreAllThere() throws {
    let schema = document["components"]?["schemas"]?["JobDocument"]?["properties"]?.object
    #expect(Set(try #require(schema).keys) == Set(DocumentKey.allCases.map(\.rawValue)))
  }

  @Test func theServiceDescribesItselfToAnybody() throws {
    let fixture = try RESTFixture()
    let reply = try fixture.get("/openapi.json", as: .anonymous)
    #expect(reply.status == 200)
    #expect(try reply.json["openapi"] == "3.1.0")
  }
}
