// The machine's zone files for tests: read from TZDIR, else /usr/share/zoneinfo.

import Foundation
import JobCore

enum ZoneFiles {
  static let directory =
    ProcessInfo.processInfo.environment["TZDIR"] ?? "/usr/share/zoneinfo"

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(name)")))
  }

  /// Names of all files below a folder of the zone directory; none if it is not there.
  static func names(in folder: String) throws -> [String] {
    let path = "\(directory)/\(folder)"
    guard let names = try? FileManager.default.subpathsOfDirectory(atPath: path) else { return [] }
    return names.sorted().filter { name in
      var isDirectory: ObjCBool = false
      return FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isDirectory)
        && !isDirectory.boolValue
    }
  }

  static func rules(_ name: String) throws -> TimeZoneRules {
    if name == "UTC" { return .utc }
    return try TimeZoneRules(name: name, compiled: bytes(name))
  }
}
