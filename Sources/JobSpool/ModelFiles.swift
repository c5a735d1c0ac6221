// models/<name>.json.

public import JobCore
internal import LinuxIO

extension Spool {
  private static let modelLimit = 1 << 20

  /// Reads a model; nil if there is none of that name.
  public func model(_ name: String) throws(DocumentError) -> JobModel? {
    guard JobIdentifier.isValid(name) else { return nil }
    // Within the spool: where that is, is nobody's business who asks over the network.
    let path = "models/\(name).json"
    let bytes: [UInt8]?
    do {
      guard let file = try models.openIfPresent("\(name).json") else { return nil }
      bytes = try file.contents(limit: Spool.modelLimit)
    } catch {
      throw DocumentError("model", "\(path) cannot be read: \(error.reason)")
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
