// Files that the compiler has put into the binary (CFiles): no folder has to come with it.

internal import CFiles

/// Files in the binary, by name.
public enum EmbeddedFile {
  /// All bytes of a file. One that is missing is a slip in the table of CFiles, which tests find.
  public static func bytes(of name: String) -> [UInt8] {
    guard let file = cfiles_find(name)?.pointee else { return [] }
    return Array(UnsafeBufferPointer(start: file.bytes, count: file.size))
  }
}
