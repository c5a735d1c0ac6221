// Texts that are long and must not change unnoticed are compared with files in Golden/. With
// JOBRUN_RECORD_GOLDEN=1 the files are written anew, and the run fails all the same: a recording
// must be read, not passed.

import Foundation
import Testing

/// Expects a text to be that of a golden file.
func expectGolden(
  _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)")
  if ProcessInfo.processInfo.environment["JOBRUN_RECORD_GOLDEN"] == "1" {
    try Data(text.utf8).write(to: file)
    Issue.record("recorded \(name); read it, then run without it", sourceLocation: sourceLocation)
    return
  }
  let expected = try String(decoding: Data(contentsOf: file), as: UTF8.self)
  #expect(text == expected, "differs from Golden/\(name)", sourceLocation: sourceLocation)
}
