// The filter language: what fits, what does not, and what is refused where.

import Testing

@testable import JobCore

@Suite struct FilterTests {
  private static let properties = [
    FilterProperty("jobID", .text), FilterProperty("number", .number),
    FilterProperty("createdDate", .instant), FilterProperty("nothing", .text),
  ]
  private static let day = Instant(rfc3339: "2026-11-21T00:00:00Z")

  private static func value(_ place: Int) -> FilterValue {
    [.text("it's Ada"), .number(12), day.map { .instant($0) } ?? .null, .null][place]
  }

  private func filter(_ text: String) throws(FilterError) -> Filter {
    try Filter(text, properties: FilterTests.properties)
  }

  @Test(arguments: [
    "jobID eq 'it''s Ada'", "'it''s Ada' eq jobID", "JOBid ne 'Ada'", "number eq 12",
    "number ge 12 and number le 12.0", "number gt -1.5e1", "number lt 1e3",
    "createdDate eq 2026-11-21", "createdDate lt 2026-11-21T01:00:00+00:30",
    "createdDate ge 2026-11-20T23:59:59.999Z", "nothing eq null", "jobID ne null",
    "contains(jobID, 's A')", "startswith(jobID,'it')", "endswith(jobID,'Ada')",
    "contains(tolower(jobID), 'ada')", "contains(jobID, '')", "not (number eq 1)",
    "not number eq 1", "not not true", "true", "(((true)))", "contains(jobID,'Ada') eq true",
    "false or number eq 12", "number eq 1 or number eq 2 or number eq 12",
    "number eq 1 and number eq 2 or true", "true or number eq 1 and false",
    "  number\teq 12  ", "tolower('ADA') eq 'ada'", "nothing eq null or contains(nothing,'a')",
    "number eq 12 and not (jobID eq 'x' or jobID eq 'y')", "(number eq 12) eq true",
    "null eq null",
  ]) func fits(text: String) throws {
    #expect(try filter(text).fits(FilterTests.value))
  }

  @Test(arguments: [
    "jobID eq 'IT''S ADA'", "number ne 12", "number gt 12", "createdDate lt 2026-11-21",
    "nothing ne null", "nothing gt 'a'", "nothing le 'a'", "false", "not true",
    // What is unknown does not fit, whichever way it is turned.
    "contains(nothing, 'a')", "not contains(nothing, 'a')", "nothing gt null",
    "contains(nothing, 'a') or false", "contains(nothing, 'a') and true",
    "startswith(jobID, 'Ada')", "endswith(jobID, 'it')", "contains(jobID, 'ada')",
    "tolower(nothing) eq 'a'",
  ]) func doesNotFit(text: String) throws {
    #expect(try !filter(text).fits(FilterTests.value))
  }

  @Test(arguments: [
    ("", 1, "the filter is empty"),
    ("jobId", 1, "a condition is expected, not a string: compare it"),
    ("jobIdd eq 'a'", 1, "there is no property \"jobIdd\"; did you mean \"jobID\"?"),
    (
      "jobID eg 'a'", 7,
      "an operator (eq, ne, gt, ge, lt, le, and, or) is expected, not eg; did you mean \"eq\"?"
    ),
    ("jobID eq 12", 10, "a number cannot be compared with a string; put it in single quotes"),
    ("number eq '12'", 11, "a string cannot be compared with a number; write it without quotes"),
    ("jobID eq 'a", 10, "the string that begins here has no end: '"),
    (
      "jobID eq \"a\"", 10,
      "strings stand in plain single quotes, and a quote inside is doubled: 'it''s'"
    ),
    (
      "jobID eq ‘a’", 10,
      "strings stand in plain single quotes, and a quote inside is doubled: 'it''s'"
    ),
    ("jobID eq", 9, "a property, a value or ( is expected, not the end"),
    ("jobID eq 'a' jobID eq 'b'", 14, "and, or, or the end is expected, not jobID"),
    ("jobID eq 'a' eq true", 14, "and, or, or the end is expected, not eq; did you mean \"eq\"?"),
    ("(jobID eq 'a'", 14, "and, or, or ) is expected, not the end"),
    ("jobID eq 'a')", 13, "and, or, or the end is expected, not )"),
    (
      "substringof('a', jobID)", 1,
      "there is no function \"substringof\"; known are contains, startswith, endswith, tolower"
    ),
    ("contain(jobID, 'a')", 1, "there is no function \"contain\"; did you mean \"contains\"?"),
    ("contains(jobID)", 15, "a comma and a second string is expected, not )"),
    ("contains(number, 'a')", 10, "a string is expected, not a number"),
    (
      "createdDate gt 2026-13-01", 16,
      "2026-13-01 is neither a number nor a date such as 2026-11-21 or 2026-11-21T16:56:00Z"
    ),
    (
      "number eq 0x12", 11,
      "0x12 is neither a number nor a date such as 2026-11-21 or 2026-11-21T16:56:00Z"
    ),
    ("jobID = 'a'", 7, "= has no place in a filter"),
    ("true gt false", 6, "conditions have no order: use eq or ne"),
    (
      "number add 1 eq 2", 8,
      "an operator (eq, ne, gt, ge, lt, le, and, or) is expected, not add; did you mean \"and\"?"
    ),
    ("é eq 1", 1, "é has no place in a filter"),
  ]) func isRefusedWithItsPlace(text: String, column: Int, reason: String) {
    #expect(throws: FilterError(column: column, reason: reason)) { try filter(text) }
  }

  @Test func depthAndLengthAreBounded() throws {
    let deep = String(repeating: "(", count: 51) + "true" + String(repeating: ")", count: 51)
    #expect(throws: FilterError.self) { try filter(deep) }
    #expect(throws: FilterError.self) { try filter(String(repeating: "not ", count: 51) + "true") }
    #expect(throws: FilterError.self) { try filter(String(repeating: " ", count: 10_001)) }
    // A long chain is not a deep one.
    let long = Array(repeating: "number eq 1", count: 600).joined(separator: " or ")
    #expect(try !filter(long).fits(FilterTests.value))
  }

  @Test(arguments: [
    ("jobID eq 'a'", ["a"]), ("'a' eq jobID", ["a"]), ("(jobID eq 'a')", ["a"]),
    ("number eq 1 and jobID eq 'a'", ["a"]), ("jobID eq 'a' or jobID eq 'b'", ["a", "b"]),
    ("(jobID eq 'a' or jobID eq 'b') and number gt 1", ["a", "b"]),
  ]) func knowsTheValuesThatItNeeds(text: String, values: [String]) throws {
    #expect(try filter(text).required(0) == values.map { .text($0) })
  }

  @Test(arguments: [
    "jobID ne 'a'", "not (jobID eq 'a')", "jobID eq 'a' or number eq 1", "tolower(jobID) eq 'a'",
    "(jobID eq 'a') eq false", "number eq 1", "contains(jobID, 'a')", "jobID ge 'a'",
  ]) func knowsWhenAnyValueCanFit(text: String) throws {
    #expect(try filter(text).required(0) == nil)
  }

  @Test func textsAreComparedByTheirBytes() throws {
    let properties = [FilterProperty("name", .text)]
    let filter = try Filter("name eq 'é'", properties: properties)
    #expect(filter.fits { _ in .text("é") })
    #expect(!filter.fits { _ in .text("e\u{301}") })
  }
}
