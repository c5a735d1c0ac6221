// From bytes to jobs that are ready to be submitted: one object, an array, or NDJSON.

public import JobCore
internal import LinuxIO

/// One document of an input. Indirect: it goes through several hands, and a job is a large value.
public indirect enum InputDocument {
  /// It can be submitted; `line` is where it begins.
  case job(NewJob, line: Int)
  /// It is JSON, but not a job; `line` is where it begins.
  case invalid(line: Int, message: String)
  /// It is not JSON.
  case unreadable(line: Int, message: String)

  var isUnreadable: Bool {
    if case .unreadable = self { return true }
    return false
  }
}

/// Turns a stream of bytes into documents.
public struct DocumentInput {
  private var stream = JSONDocumentStream()
  private let context: DocumentContext
  /// Members that fill those a document does not have.
  private let filling: JSONObject

  /// A reader of documents.
  /// - Parameter filling: members from the command line; a document that says otherwise is
  ///   refused.
  public init(context: DocumentContext, filling: JSONObject = JSONObject()) {
    self.context = context
    self.filling = filling
  }

  /// Adds bytes in pieces of any size.
  public mutating func append(_ bytes: some Collection<UInt8>) { stream.append(bytes) }

  /// The next document, or nil if more bytes are needed.
  public mutating func next(endOfInput: Bool) -> InputDocument? {
    switch stream.next(endOfInput: endOfInput) {
    case nil: return nil
    case .failure(let error, let line)?:
      return .unreadable(line: line, message: error.message)
    case .document(let json, let line)?:
      do throws(DocumentError) {
        return .job(NewJob(try JobDocument(try filled(json), in: context)), line: line)
      } catch {
        return .invalid(line: line, message: error.message)
      }
    }
  }

  private func filled(_ json: JSON) throws(DocumentError) -> JSON {
    guard !filling.isEmpty, var members = json.object else { return json }
    for (key, value) in filling {
      if let own = members[key], !own.isNull, own != value {
        throw DocumentError(
          key, "the document says otherwise than the option: leave one of the two out")
      }
      members[key] = value
    }
    return .object(members)
  }
}

extension Spool {
  /// All documents of an input at once.
  static func documents(in bytes: [UInt8], context: DocumentContext) -> [InputDocument] {
    var input = DocumentInput(context: context)
    input.append(bytes)
    var documents: [InputDocument] = []
    while let document = input.next(endOfInput: true) { documents.append(document) }
    return documents
  }

  /// What documents are read against in this spool.
  public func documentContext(
    zones: ZoneFiles, timeZone: String? = nil, workingDirectory: String, umask: UInt32
  ) -> DocumentContext {
    var context = DocumentContext(
      workingDirectory: workingDirectory, umask: umask,
      timeZone: timeZone ?? zones.defaultName(),
      model: { [self] name throws(DocumentError) in
        name.utf8.contains(UInt8(ascii: "/")) ? try planModel(name, zones: zones) : try model(name)
      },
      modelNames: { [self] in modelNames() + planModelNames() }, zone: zones.rules)
    context.patternFault = NamePattern.fault
    return context
  }

  /// What documents are read against that no person hands over here: files in new/, plans, and
  /// what comes over the network. There is no submitter whose directory and umask could be meant.
  public func unattendedContext(zones: ZoneFiles) -> DocumentContext {
    documentContext(zones: zones, workingDirectory: Environment.home, umask: 0o077)
  }
}
