// What /openapi.json says of one request, beside its path, method and role. The parameters are
// what the request is checked by, too.

internal import HTTPServer
internal import JobCore

/// The description of an action.
struct Operation {
  /// A kind of content: its media type, and the name of its schema in schemas.json; without one
  /// it is plain bytes.
  struct Content {
    let type: String
    let schema: String?

    static func json(_ schema: String) -> Content {
      Content(type: "application/json", schema: schema)
    }
    static func bytes(_ type: String) -> Content { Content(type: type, schema: nil) }
  }

  /// One way in which a request can go well.
  struct Success {
    let status: Status
    let about: String
    let content: [Content]
    /// Where the answer has the id of a job, as a JSON pointer; nil if nowhere.
    var job: String?
  }

  let summary: String
  var parameters: [Parameter] = []
  /// What a body may be; empty: there is none.
  var bodies: [Content] = []
  var needsBody = true
  var successes: [Success] = []
  /// Refusals beside those that every request knows.
  var refusals: [Status] = []

  init(_ summary: String, _ parameters: Parameter...) {
    self.summary = summary
    self.parameters = parameters
  }

  /// The same with one more way to go well.
  func answering(_ status: Status, _ about: String, _ content: Content...) -> Operation {
    var operation = self
    operation.successes.append(Success(status: status, about: about, content: content))
    return operation
  }

  /// The same, whose last way to go well tells the id of a job.
  func naming(jobAt pointer: String) -> Operation {
    var operation = self
    operation.successes[successes.count - 1].job = pointer
    return operation
  }

  /// The same with a body.
  func taking(_ bodies: Content..., needed: Bool = true) -> Operation {
    var operation = self
    operation.bodies = bodies
    operation.needsBody = needed
    return operation
  }

  /// The same with more refusals.
  func refusing(_ statuses: Status...) -> Operation {
    var operation = self
    operation.refusals += statuses
    return operation
  }
}
