// The machine's zone files for tests: read from TZDIR, else /usr/share/zoneinfo.

import Foundation
import JobCore

enum ZoneFiles {
  static let directory =
    ProcessInfo.processInfo.environment["TZDIR"] ?? "/usr/share/zoneinfo"

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(name)")))
  }

  static func rules(_ name: String) throws -> TimeZoneRules {
    if name == "UTC" { return .utc }
    return try TimeZoneRules(name: name, compiled: bytes(name))
  }

  /// The release of the zone data, such as `2025b`; nil if it does not say.
  static let release: String? = {
    guard
      let file = try? FileHandle(forReadingFrom: URL(fileURLWithPath: "\(directory)/tzdata.zi")),
      let head = try? file.read(upToCount: 64)
    else { return nil }
    let words = String(decoding: head, as: UTF8.self).split { $0 == " " || $0 == "\n" }
    return words.count > 2 && words[1] == "version" ? String(words[2]) : nil
  }()
}
