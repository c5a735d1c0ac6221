// The shared Quartz cases through the built program, one question a line.

import Foundation
import JobCore
import JobSpool
import Testing
import TimeOracle

@Suite struct ProgramSharedCasesTests {
  @Test(arguments: SharedCase.File.allCases)
  func theProgramGivesEverySharedCaseItsIntendedAnswer(file: SharedCase.File) async throws {
    try await JobrunFixture.with { spool in
      let unpacked = try await spool.shell("gzip -dc '\(file.path)'")
      let cases = SharedCase.all(in: Data(unpacked.out.utf8), of: file)
      try #require(cases.count > 700)
      let questions = cases.map(question).joined(separator: "\n")
      let done = try await spool.jobrun("next", "-", input: questions)
      #expect(done.code == 65, "some of them are refused")
      try #require(done.lines.count == cases.count, "\(done.err)")
      let zones = ZoneFiles()
      for (shared, line) in zip(cases, done.lines) {
        let found = try answer(line, shared)
        if found == shared.answer { continue }
        // JobCore is held against the cases and their excuses by a test of its own.
        let ours = try shared.ours(in: #require(zones.rules(shared.zone)))
        #expect(shared.excuse(for: ours) != nil && found == ours, "\(shared): \(line)")
      }
    }
  }

  private func question(_ shared: SharedCase) -> String {
    let json: JSON = [
      "quartzDef": .string(shared.expression), "timeZone": .string(shared.zone),
      "from": .string(Instant(milliseconds: shared.start).rfc3339),
      "count": .number(JSONNumber(shared.count)),
      "dst": [
        "gap": .string(SharedCase.policy.gap.rawValue),
        "overlap": .string(SharedCase.policy.overlap.rawValue),
      ],
    ]
    return String(decoding: json.serialized(), as: UTF8.self)
  }

  private func answer(_ line: String, _ shared: SharedCase) throws -> SharedCase.Answer {
    let json = try JSON(parsing: Array(line.utf8))
    guard let texts = json["fires"]?.array else {
      #expect(json["error"]?["field"]?.string != nil, "\(line)")
      return .refused
    }
    var fires: [Int64?] = try texts.map {
      try #require($0.string.flatMap { Instant(rfc3339: $0) }).milliseconds
    }
    // The cases write null where a series ends; the program's list is then shorter.
    if fires.count < shared.count { fires.append(nil) }
    return .fires(fires)
  }
}
