// The file of a named lock: its name and what stands in it.

import JobCore
import Testing

@Suite struct LockRecordTests {
  private static let since = Instant(milliseconds: 1_795_824_000_123)

  @Test(arguments: [
    LockRecord.Holder.command(["pg_dump", "-d", "shop"]),
    .run(number: 7, id: "x", name: "nightly dump", run: 3),
  ])
  func isReadBack(holder: LockRecord.Holder) throws {
    let record = LockRecord("db", holder, pid: 42, startTime: 4711, since: Self.since)
    #expect(try LockRecord(parsing: record.bytes) == record)
  }

  @Test func keepsTheBeginningOfALongCommand() throws {
    let words = ["sh", "-c", String(repeating: "x", count: 100_000), "more"]
    let record = LockRecord("db", .command(words), pid: 1, startTime: 1, since: Self.since)
    let kept = try LockRecord(parsing: record.bytes)
    #expect(kept.who.hasPrefix("`jobrun lock` (pid 1: sh -c xxx") && kept.who.count < 300)
  }

  @Test(arguments: ["", "{}", "17 4711", #"{"lock":"db","pid":0,"startTime":"1","since":"x"}"#])
  func isNothingElse(text: String) {
    #expect(throws: RecordError.self) { try LockRecord(parsing: Array(text.utf8)) }
  }

  @Test func aPlainNameIsThatOfItsFile() {
    #expect(LockRecord.fileName(of: "db_1.main-2") == "db_1.main-2")
  }

  @Test func noTwoNamesShareAFile() {
    let long = String(repeating: "n", count: 101)
    let names = ["a/b", "ab", "a b", "/", "", "..", ".", "ö", "~", long, long + "n", "a~b"]
    let files = names.map(LockRecord.fileName)
    #expect(Set(files).count == names.count)
    #expect(files.allSatisfy { !$0.contains("/") && !$0.hasPrefix(".") && $0.utf8.count <= 100 })
  }
}
