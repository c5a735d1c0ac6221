// Rules that the compiler does not check: which module may know which, and how long files are.

import Foundation
import Testing

@Suite struct SourceRulesTests {
  /// The arrows of the design. SwiftPM lets a module import what its dependencies depend on.
  private static let allowed: [String: Set<String>] = [
    "jobrun": ["Commands", "LinuxIO"],
    "Commands": ["JobDaemon", "RESTService", "HTTPServer", "JobSpool", "JobCore", "LinuxIO"],
    "JobDaemon": ["JobSpool", "JobCore", "LinuxIO"],
    "RESTService": ["Page", "HTTPServer", "JobSpool", "JobCore", "LinuxIO"],
    "Page": ["CFiles"],
    "HTTPServer": ["LinuxIO"],
    "JobSpool": ["JobCore", "LinuxIO"],
    "JobCore": [],
    "LinuxIO": ["CLinux", "Glibc"],
  ]
  private static let longestFile = 350
  /// With attribute, access level and kind, as in `@testable public import struct A.B`.
  private static var importLine: Regex<(Substring, Substring)> {
    /\s*(?:@\w+\s+)?(?:\w+\s+)?import\s+(?:\w+\s+)?(\w+)[.\w]*\s*/
  }

  @Test func importsPointDownwards() throws {
    for path in try PackageFiles.sources() {
      let module = String(path.split(separator: "/")[1])
      let allowed = try #require(SourceRulesTests.allowed[module], "\(path): unknown module")
      for line in try PackageFiles.text(path).split(separator: "\n") {
        guard let match = line.wholeMatch(of: SourceRulesTests.importLine) else { continue }
        #expect(allowed.contains(String(match.1)), "\(path): \(line)")
      }
    }
  }

  @Test func filesAreShort() throws {
    for path in try PackageFiles.sources() {
      let count =
        try PackageFiles.text(path).split(
          separator: "\n", omittingEmptySubsequences: false
        ).count - 1
      #expect(count <= SourceRulesTests.longestFile, "\(path) has \(count) lines")
    }
  }
}
