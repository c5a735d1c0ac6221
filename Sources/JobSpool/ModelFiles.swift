// models/<name>.json.

public import JobCore
internal import LinuxIO

extension Spool {
  private static let modelLimit = 1 << 20

  /// Reads a model, or the command of a plan's job under PLAN/JOB; nil if there is none of that
  /// name.
  public func model(_ name: String) throws(DocumentError) -> JobModel? {
    if name.contains("/") { return try planModel(name) }
    guard JobIdentifier.isValid(name) else { return nil }
    let path = models.path(of: "\(name).json")
    let bytes: [UInt8]?
    do {
      guard let file = try models.openIfPresent("\(name).json") else { return nil }
      bytes = try file.contents(limit: Spool.modelLimit)
    } catch {
      throw DocumentError("model", "\(path) cannot be read: \(error)")
    }
    guard let bytes else { throw DocumentError("model", "\(path) is larger than 1 MiB") }
    let json: JSON
    do {
      json = try JSON(parsing: bytes)
    } catch {
      throw DocumentError("model", "\(path): \(error.message)")
    }
    do {
      return try JobModel(name: name, document: json)
    } catch {
      throw DocumentError("model", "\(path): \(error.message)")
    }
  }

  /// Names of all models, in order.
  public func modelNames() -> [String] {
    ((try? models.names()) ?? []).compactMap(Spool.identifier(fileName:)).sorted()
  }
}
