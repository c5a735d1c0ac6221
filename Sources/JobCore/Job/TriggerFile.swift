// A file that has come, and how it is told from all others.

/// Stands for one file in a job's memory: path, inode and modification in eight bytes.
public struct FileDigest: Hashable, Comparable, Sendable {
  private let bits: UInt64

  /// The digest of a file.
  /// - Parameters:
  ///   - path: bytes of its path, which need not be UTF-8.
  ///   - modified: nanoseconds since 1970.
  public init(path: some Sequence<UInt8>, inode: UInt64, modified: Int64) {
    // FNV-1a and a last mixing: nobody is to be kept out, only files are to be told apart.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in path { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    for word in [inode, UInt64(bitPattern: modified)] {
      hash = (hash ^ word) &* 0x9e37_79b9_7f4a_7c15
      hash ^= hash >> 32
    }
    bits = hash
  }

  /// Reads 16 hexadecimal digits; nil if they are not that.
  init?(_ text: String) {
    guard text.utf8.count == 16, text.allSatisfy(\.isHexDigit), let bits = UInt64(text, radix: 16)
    else { return nil }
    self.bits = bits
  }

  /// 16 hexadecimal digits.
  var text: String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  public static func < (left: FileDigest, right: FileDigest) -> Bool { left.bits < right.bits }
}

/// A file that a job runs for.
public struct TriggerFile: Hashable, Sendable {
  /// Where it was found.
  public let path: String
  public let inode: UInt64
  /// Its last modification, nanoseconds since 1970.
  public let modified: Int64
  /// Where it was moved to.
  public internal(set) var movedTo: String?

  /// A file as it was found.
  public init(path: String, inode: UInt64, modified: Int64) {
    self.path = path
    self.inode = inode
    self.modified = modified
  }

  /// Where it is now.
  public var place: String { movedTo ?? path }

  /// The name that it came with, which matched.
  public var name: String { path.pathNames.last ?? path }

  public var digest: FileDigest {
    FileDigest(path: path.utf8, inode: inode, modified: modified)
  }

  /// The written form. The numbers are strings: they may have more digits than other readers
  /// of JSON keep.
  var json: JSON {
    var members: JSONObject = [
      "path": .string(path), "inode": .string(String(inode)), "modified": .string(String(modified)),
    ]
    members["movedTo"] = movedTo.map { .string($0) }
    return .object(members)
  }

  /// Reads the written form back.
  init(_ json: JSON, field: String) throws(RecordError) {
    let fields = try RecordFields(json, field)
    guard let inode = UInt64(try fields.text("inode")),
      let modified = Int64(try fields.text("modified"))
    else { throw RecordError(field, "inode and modified are whole numbers in strings") }
    self.init(path: try fields.text("path"), inode: inode, modified: modified)
    movedTo = try fields.optionalText("movedTo")
  }
}

/// What somebody who looked for a job's files has to tell.
public struct FilesSeen: Hashable, Sendable {
  /// The file whose turn it is: the oldest of those that are new.
  public var next: TriggerFile?
  /// Files of the job's memory that are there no longer.
  public var gone: Set<FileDigest> = []
  /// New files whose names cannot be written down, with the names as far as they are legible.
  public var unnameable: [FileDigest: String] = [:]
  /// Why not all could be seen; nil if all was.
  public var trouble: String?

  /// Nothing seen.
  public init() {}
}

/// What became of the file of a queued attempt, right before its start.
public enum FileFetch: Hashable, Sendable {
  /// It lies here now.
  case moved(to: String)
  /// Somebody else has taken it, or has written it anew.
  case gone(reason: String)
  /// It could not be moved.
  case failed(reason: String)
}
