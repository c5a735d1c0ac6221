// Files of this package, found from this file, so that tests work in any working directory.

import Foundation

/// The package as it lies on disk.
enum PackageFiles {
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The text of a file.
  static func text(_ path: String) throws -> String {
    try String(decoding: Data(contentsOf: root.appending(path: path)), as: UTF8.self)
  }

  /// Paths of all Swift files below Sources, such as `Sources/JobCore/JSON/JSON.swift`.
  static func sources() throws -> [String] {
    let folder = root.appending(path: "Sources")
    return try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".swift") }.map { "Sources/\($0)" }.sorted()
  }
}
