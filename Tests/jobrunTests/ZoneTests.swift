// Where the program finds zones, and which names it refuses.

import Foundation
import Testing

@Suite struct ZoneTests {
  /// Asks for the next noon in each zone: `HH:MM` in UTC, or the message.
  private func noons(
    _ zones: [String], in directory: String?, _ spool: JobrunFixture
  ) async throws -> [String] {
    let questions = try zones.map { zone in
      let text = try JSONEncoder().encode(zone)
      return #"{"quartzDef":"0 0 12 * * ?","from":"2026-06-01T00:00:00Z","count":1,"timeZone":"#
        + String(decoding: text, as: UTF8.self) + "}"
    }
    let done = try await spool.jobrun(
      "next", "-", input: questions.joined(separator: "\n"),
      environment: directory.map { ["TZDIR": $0] } ?? [:])
    return try done.lines.map { line in
      let answer = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      if let fires = answer["fires"] as? [String] {
        return fires.first.map { String($0.dropFirst(11).prefix(5)) } ?? ""
      }
      let error = answer["error"] as? [String: Any]
      #expect(error?["field"] as? String == "timeZone")
      return error?["message"] as? String ?? ""
    }
  }

  /// A zone file of version 1 with a single offset.
  private func zoneFile(hours: Int32) -> Data {
    var data = Data("TZif".utf8) + Data(count: 16)
    for count in [0, 0, 0, 0, 1, 4] as [UInt32] {
      withUnsafeBytes(of: count.bigEndian) { data.append(contentsOf: $0) }
    }
    withUnsafeBytes(of: (hours * 3_600).bigEndian) { data.append(contentsOf: $0) }
    return data + Data([0, 0]) + Data("OWN\0".utf8)
  }

  @Test func `zones are those of TZDIR and no others`() async throws {
    try await JobrunFixture.with { spool in
      let folder = spool.path("zones")
      let files = FileManager.default
      try files.createDirectory(atPath: folder + "/Own", withIntermediateDirectories: true)
      try zoneFile(hours: 5).write(to: URL(filePath: folder + "/Own/Town"))
      try files.createSymbolicLink(atPath: folder + "/Linked", withDestinationPath: "Own/Town")
      try files.createSymbolicLink(atPath: folder + "/Folder", withDestinationPath: "Own")
      try files.linkItem(atPath: folder + "/Own/Town", toPath: folder + "/Twin")
      try files.createSymbolicLink(atPath: folder + "/Loop", withDestinationPath: "Loop")
      try files.createSymbolicLink(atPath: folder + "/Away", withDestinationPath: "Nowhere")
      let unknown = "; names are such as Europe/Istanbul or UTC"
      #expect(
        try await noons(
          [
            "Own/Town", "Linked", "Folder/Town", "Twin", "UTC", "Europe/Istanbul", "Away", "Loop",
          ], in: folder, spool) == [
            "07:00", "07:00", "07:00", "07:00", "12:00",
            "the system knows no time zone \"Europe/Istanbul\"" + unknown,
            "the system knows no time zone \"Away\"" + unknown,
            "\"Loop\" is no time zone: \(folder)/Loop: Too many levels of symbolic links",
          ])
      let line = try await spool.jobrun(
        "next", "0 0 12 * * ?", "-n", "1", "--tz", "Own/Town", "--from", "2026-06-01",
        environment: ["TZDIR": folder])
      #expect(line.out == "2026-06-01 12:00:00 +05:00 OWN\n")
    }
  }

  @Test func `a name that is no zone's is refused with the reason`() async throws {
    try await JobrunFixture.with { spool in
      let names = [
        "../../etc/passwd", "Europe/../UTC", "/etc/localtime", "Europe//Istanbul", "Europe/", "",
        "Europe/Istanbul\0", "Europe Istanbul", String(repeating: "a", count: 256),
      ]
      for (name, answer) in zip(names, try await noons(names, in: nil, spool)) {
        #expect(
          answer.hasSuffix("cannot name a time zone; names are such as Europe/Istanbul or UTC"),
          "\(name): \(answer)")
      }
      let folder = "/usr/share/zoneinfo"
      #expect(
        try await noons(
          ["Europe", "zone.tab", "UTC/x", "Mars", String(repeating: "a", count: 255)], in: folder,
          spool
        ).prefix(4) == [
          "\"Europe\" is no time zone: \(folder)/Europe: Is a directory",
          "\"zone.tab\" is no time zone: \(folder)/zone.tab: "
            + "byte 0: this is not a compiled zone file (no TZif)",
          "the system knows no time zone \"UTC/x\"; names are such as Europe/Istanbul or UTC",
          "the system knows no time zone \"Mars\"; names are such as Europe/Istanbul or UTC",
        ])
      let option = try await spool.jobrun("next", "0 0 12 * * ?", "--tz", "Europe")
      #expect(option.code == 64)
      #expect(
        option.err == "jobrun next: \"Europe\" is no time zone: \(folder)/Europe: Is a directory\n")
    }
  }

  @Test func `links of the system's zones are the zones they link to`() async throws {
    try await JobrunFixture.with { spool in
      let names = ["Turkey", "Europe/Istanbul", "Asia/Istanbul", "GB", "Europe/London"]
      let noons = try await noons(names, in: nil, spool)
      #expect(noons == ["09:00", "09:00", "09:00", "11:00", "11:00"])
    }
  }
}
