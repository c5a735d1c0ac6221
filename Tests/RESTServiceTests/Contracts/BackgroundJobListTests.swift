// The list of background jobs: what is in it, in which order, and what is refused.

import Foundation
import HTTPServer
import JobCore
import JobSpool
import Testing

@testable import RESTService

@Suite struct BackgroundJobListTests {
  private let fixture: RESTFixture

  init() throws { fixture = try RESTFixture() }

  private func list(_ query: String) throws -> Reply {
    let encoded = query.addingPercentEncoding(
      withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "$&=',()_-.:")))
    return try fixture.get(
      "/jobsmanagement/odata/v1.0/backgroundjob?\(encoded ?? "")", as: .reader)
  }

  private func ids(_ query: String) throws -> [String] {
    let reply = try list(query)
    #expect(reply.status == 200, "\(reply.text)")
    return try reply.json["value"]?.array?.compactMap { $0["jobID"]?.string } ?? []
  }

  /// Jobs a, b, c: b has failed, and each waits for a later day than the one before.
  private func submitThree() throws {
    for (place, id) in ["a", "b", "c"].enumerated() {
      try fixture.submit(
        """
        {"id": "\(id)", "command": ["true"], "createdBy": "\(id == "b" ? "Ada" : "ada")",
         "purgeDays": \(9 - place)}
        """)
    }
    try fixture.run("b", code: 1)
  }

  @Test(arguments: [
    ("", "3"), ("$filter=createdBy eq 'ada'", "2"), ("$filter=jobID eq 'd'", "0"),
    ("$top=1&$skip=2&$orderby=ID desc&$count=false", "3"),
  ])
  func theyAreCounted(query: String, number: String) throws {
    try submitThree()
    let reply = try fixture.get(
      "/jobsmanagement/odata/v1.0/backgroundjob/$count?"
        + query.replacingOccurrences(of: " ", with: "%20"), as: .reader)
    #expect(reply.status == 200 && reply.text == number)
    #expect(reply.headers["Content-Type"] == "text/plain")
  }

  @Test func manyAreCountedTooAndWrongQuestionsRefused() throws {
    for _ in 0..<120 { try fixture.submit() }
    let path = "/jobsmanagement/odata/v1.0/backgroundjob/$count"
    #expect(
      try fixture.get("\(path)?$filter=ID%20gt%2020", as: .reader).text.filter(\.isNumber) == "100")
    #expect(try fixture.get("\(path)?$filter=ID%20gt", as: .reader).status == 400)
    #expect(try fixture.get("\(path)?$serach=x", as: .reader).status == 400)
    #expect(try fixture.get(path, as: .runner).status == 403)
  }

  @Test func allAreListedInTheOrderOfTheirIds() throws {
    try submitThree()
    let reply = try list("$select=jobId,ID")
    #expect(
      reply.text
        == #"{"@odata.context":"http://jobs/jobsmanagement/odata/v1.0/$metadata"#
        + #"#backgroundjob(ID,jobID)","value":[{"ID":1,"jobID":"a"},{"ID":2,"jobID":"b"},"#
        + #"{"ID":3,"jobID":"c"}]}"#)
    #expect(reply.headers["Content-Type"] == "application/json;odata.metadata=minimal")
    #expect(reply.headers["OData-Version"] == "4.0")
  }

  @Test(arguments: [
    ("$filter=jobId eq 'b'", ["b"]), ("$filter=ID eq 3", ["c"]), ("$filter=jobID eq 'd'", []),
    ("$filter=jobId eq '../jobs/a'", []), ("$filter=ID eq 1.5 or ID eq 77", []),
    ("$filter=jobId eq 'a' and jobStatus eq 'Failed'", []),
    ("$filter=jobStatus eq 'Failed'", ["b"]), ("$filter=createdBy eq 'ada'", ["a", "c"]),
    ("$filter=tolower(createdBy) eq 'ada'&$top=2", ["a", "b"]), ("$skip=1", ["b", "c"]),
    ("$skip=1&$top=1", ["b"]), ("$top=0", []), ("$orderby=purgeDays", ["c", "b", "a"]),
    ("$orderby=createdBy desc,jobID", ["a", "c", "b"]),
    ("$orderby=completedDate asc,ID desc", ["c", "a", "b"]),
    ("$orderby=ID desc&$skip=1&$top=1", ["b"]), ("$filter=completedDate eq null", ["a", "c"]),
    ("$filter=createdDate gt 2026-01-01 and ID le 2", ["a", "b"]),
    ("$filter=startswith(rowversion,'AAAA') and not contains(jobStatusText,'exit')", ["a", "c"]),
  ]) func findsWhatWasAskedFor(query: String, expected: [String]) throws {
    try submitThree()
    #expect(try ids(query) == expected)
  }

  @Test(arguments: [
    ("$count=true", 3), ("$count=true&$top=1", 3), ("$count=true&$skip=2", 3),
    ("$count=true&$filter=createdBy eq 'ada'", 2), ("$count=true&$orderby=ID desc&$top=1", 3),
  ]) func countsAllThatFit(query: String, count: Int64) throws {
    try submitThree()
    #expect(try list(query).json["@odata.count"] == JSON(integerLiteral: count))
  }

  @Test func aLongListIsSentInPieces() throws {
    let lines = (100..<400).map { #"{"id": "j\#($0)", "command": ["true"]}"# }
    for line in lines.shuffled() { try fixture.submit(line) }
    let all = (100..<400).map { "j\($0)" }
    #expect(try ids("") == all)
    #expect(try ids("$orderby=jobId desc&$select=jobId") == all.reversed())
    #expect(try ids("$filter=endswith(jobID,'99')&$count=true") == ["j199", "j299", "j399"])
    #expect(try ids("$skip=298") == ["j398", "j399"])
  }

  @Test func aNumberIsFoundWithoutItsHint() throws {
    try submitThree()
    try FileManager.default.removeItem(atPath: "\(fixture.path)/numbers")
    #expect(try ids("$filter=ID eq 3") == ["c"])
    #expect(try ids("$filter=ID eq 4") == [])
  }

  @Test func aJobThatCannotBeReadIsNamed() throws {
    try submitThree()
    try fixture.write("{", to: "jobs/a.json")
    let reply = try list("$select=jobID")
    #expect(try reply.json["@jobrun.unreadable"] == ["a"])
    #expect(try reply.json["value"]?.array?.count == 2)
  }

  @Test(
    arguments: [
      (
        "$filter=jobIdd eq 'a'", "$filter", 1,
        "$filter: column 1: there is no property \"jobIdd\"; did you mean \"jobID\"?"
      ),
      (
        "$filter=ID eq 1 and length(jobID) eq 3", "$filter", 13,
        "$filter: column 13: there is no function \"length\"; known are contains, startswith, "
          + "endswith, tolower"
      ),
      (
        "$select=jobID,nmae", "$select", 7,
        "$select: column 7: there is no property \"nmae\""
      ),
      (
        "$orderby=ID up", "$orderby", 1,
        "$orderby: column 1: asc, desc or nothing is expected behind the property"
      ),
      ("$top=-1", "$top", nil, "$top: a whole number that is not negative is expected"),
      ("$count=yes", "$count", nil, "$count: true or false is expected"),
      ("$top=1&$top=2", "$top", nil, "$top: it stands twice"),
      (
        "filter=ID eq 1", "filter", nil,
        "filter: there is no query option \"filter\"; did you mean \"$filter\"?"
      ),
      ("$expand=x", "$expand", nil, "$expand: there is no query option \"$expand\""),
    ] as [(String, String, Int64?, String)])
  func whatIsWrongIsSaidInODatasShape(
    query: String, target: String, column: Int64?, message: String
  ) throws {
    let reply = try list(query)
    #expect(reply.status == 400)
    var error: JSONObject = [
      "code": "BadRequest", "message": .string(message), "target": .string(target),
    ]
    error["innererror"] = column.map { ["column": JSON(integerLiteral: $0)] }
    #expect(try reply.json == ["error": .object(error)])
  }
}
