// Logs in parts: what is read, what is missing, and where the last lines begin.

import Glibc
import JobCore
import LinuxIO
import Testing

@testable import JobSpool

@Suite struct RunLogTests {
  let fixture: SpoolFixture
  let run: RunDirectory

  init() throws {
    fixture = try SpoolFixture()
    run = try fixture.launched("a")
  }

  private func put(_ text: String, _ name: String) throws {
    try run.directory.open(name, .append).write(Array(text.utf8))
  }

  private func log() throws -> RunLog {
    try #require(try fixture.spool.log("a", "1.1", "stdout"))
  }

  private func rest(_ log: RunLog) throws -> String {
    var all: [UInt8] = []
    while true {
      let bytes = try log.read()
      if bytes.isEmpty { return String(decoding: all, as: UTF8.self) }
      all += bytes
    }
  }

  private func last(_ lines: Int) throws -> String {
    let log = try log()
    try log.seek(toLast: lines)
    return try rest(log)
  }

  @Test func `a log that is not there is none`() throws {
    #expect(try fixture.spool.log("a", "1.1", "stdout") == nil ? true : false)
    #expect(try fixture.spool.log("a", "9.9", "stdout") == nil ? true : false)
    for name in ["stdout.", "stdout.x", "stdout.01", "stdout.-1", "stdout.0", "stdouts"] {
      try put("x", name)
    }
    #expect(try fixture.spool.log("a", "1.1", "stdout") == nil ? true : false)
  }

  @Test func `one file is read as it is, also while it grows`() throws {
    try put("one\n", "stdout")
    let log = try log()
    #expect(try rest(log) == "one\n")
    try put("two", "stdout")
    #expect(try rest(log) == "two")
    #expect(try rest(log) == "")
  }

  @Test func `parts that follow each other are one log`() throws {
    try put("1\n2\n", "stdout")
    try put("3\n4", "stdout.4")
    try put("5\n6\n", "stdout.7")
    #expect(try rest(log()) == "1\n2\n3\n45\n6\n")
    #expect(try last(0) == "")
    #expect(try last(1) == "6\n")
    #expect(try last(2) == "45\n6\n")
    #expect(try last(3) == "3\n45\n6\n")
    #expect(try last(99) == "1\n2\n3\n45\n6\n")
  }

  @Test func `where bytes are missing, a line says how many`() throws {
    try put("head\n", "stdout")
    try put("tail\nend\n", "stdout.100")
    let whole = "head\n[jobrun: 95 bytes dropped]\ntail\nend\n"
    #expect(try rest(log()) == whole)
    #expect(try last(1) == "end\n")
    #expect(try last(2) == "tail\nend\n")
    #expect(try last(3) == "[jobrun: 95 bytes dropped]\ntail\nend\n")
    #expect(try last(4) == whole)
    #expect(try last(9) == whole)
  }

  @Test func `a cut line is ended before the mark, and a lost head is missed too`() throws {
    try put("he", "stdout")
    try put("il\n", "stdout.9")
    #expect(try rest(log()) == "he\n[jobrun: 7 bytes dropped]\nil\n")
    try run.directory.remove("stdout")
    #expect(try rest(log()) == "[jobrun: 9 bytes dropped]\nil\n")
  }

  @Test func `a reader that is overtaken goes on behind the gap`() throws {
    try put("aaaa", "stdout")
    let log = try log()
    #expect(try rest(log) == "aaaa")
    try put("bbbb", "stdout.4")
    try put("cccc", "stdout.8")
    #expect(try log.read() == Array("bbbb".utf8))
    // The part that it has open goes, and so does the next.
    try run.directory.remove("stdout.4")
    try run.directory.remove("stdout.8")
    try put("dddd", "stdout.20")
    #expect(try rest(log) == "\n[jobrun: 12 bytes dropped]\ndddd")
  }
}
