// Reading documents in tests: a fixed context, models as texts, errors as their messages.

import JobCore

enum Documents {
  /// What documents are read against here: London, /work, umask 022, and models by name.
  static func context(models: [String: String] = [:]) -> DocumentContext {
    DocumentContext(
      workingDirectory: "/work", umask: 0o022, timeZone: "Europe/London",
      model: { name throws(DocumentError) in
        guard let text = models[name] else { return nil }
        return try JobModel(name: name, document: json(text))
      },
      modelNames: { models.keys.sorted() },
      zone: { try? ZoneFiles.rules($0) })
  }

  /// The specification that a document means; `command` is filled in if it names none.
  static func spec(
    _ members: String, models: [String: String] = [:]
  ) throws(DocumentError) -> JobSpec {
    try JobDocument(json("{\(members)}"), in: context(models: models)).spec
  }

  /// The specification of a document for /bin/true with some more members.
  static func job(_ members: String) throws(DocumentError) -> JobSpec {
    try spec(#""command":["/bin/true"]"# + (members.isEmpty ? "" : "," + members))
  }

  /// The message that a document is refused with; nil if it is not.
  static func fault(_ members: String, models: [String: String] = [:]) -> String? {
    do {
      _ = try spec(members, models: models)
      return nil
    } catch {
      return error.message
    }
  }

  /// The message that a document for /bin/true is refused with.
  static func jobFault(_ members: String) -> String? {
    fault(#""command":["/bin/true"],"# + members)
  }

  private static func json(_ text: String) throws(DocumentError) -> JSON {
    do {
      return try JSON(parsing: text)
    } catch {
      throw DocumentError("", "the test's JSON: \(error.message)")
    }
  }
}
