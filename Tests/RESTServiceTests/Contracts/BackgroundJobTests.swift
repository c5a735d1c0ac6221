// Background jobs (seed 004): every property by its name, type and value.

import Foundation
import HTTPServer
import JobCore
import JobSpool
import Testing

@testable import RESTService

@Suite struct BackgroundJobTests {
  private let fixture: RESTFixture
  private let target = "/jobsmanagement/odata/v1.0/backgroundjob"

  init() throws { fixture = try RESTFixture() }

  /// The names of the seed, in its order.
  private static let names = [
    "ID", "jobCategoryID", "categoryName", "jobSubCategoryID", "subCategoryName",
    "jobDescription", "clientRequestId", "jobStatus", "jobStatusText", "publishLink",
    "requestURL", "publishLinkAccessScope", "percentCompleted", "jobID", "responseType",
    "response", "startDate", "completedDate", "purgeDateTime", "clientID", "DatabaseName",
    "accountCode", "purgeDays", "canReRun", "maximumDateTimeToExecuteJob", "numberOfAttempts",
    "CanPublish", "createdBy", "createdDate", "modifiedBy", "modifiedDate", "rowversion",
  ]

  private func job(_ id: String) throws -> JSONObject {
    let reply = try fixture.get("\(target)?$filter=jobId%20eq%20'\(id)'", as: .reader)
    #expect(reply.status == 200, "\(reply.text)")
    return try #require(try reply.json["value"]?.array?.first?.object)
  }

  @Test func theSampleHasEveryPropertyOfTheSeed() throws {
    let id = try fixture.submit(
      """
      {"id": "d29fac30-650a-4ff2-b2b1-acab3c7472ea-20190607060819639", "command": ["forecast"],
       "description": "Create Production Forecasting Report", "category": "Reports",
       "subCategory": "Production Forecasting Report", "createdBy": "support@aims360.com"}
      """)
    try fixture.run(id)
    try fixture.write(
      String(repeating: "x", count: 157_287),
      to: "runs/\(id)/1.1/artifacts/Forecasting_20190607060922.xlsx")
    let state = try fixture.state(id)
    let job = try job(id)
    #expect(job.keys == Self.names)
    let finished = try #require(state.finishedAt)
    let purge = finished + TimeSpan(milliseconds: 30 * 86_400_000)
    let expected: JSONObject = [
      "ID": .number(JSONNumber(state.number)), "jobCategoryID": nil, "categoryName": "Reports",
      "jobSubCategoryID": nil, "subCategoryName": "Production Forecasting Report",
      "jobDescription": "Create Production Forecasting Report", "clientRequestId": nil,
      "jobStatus": "Completed", "jobStatusText": "finished",
      "publishLink": .string(try link(id)), "requestURL": nil, "publishLinkAccessScope": "Private",
      "percentCompleted": 100, "jobID": .string(id), "responseType": "File Attachment",
      "response": try response(id, expiring: purge.rfc3339),
      "startDate": state.lastOutcome?.startedAt.map { .string($0.rfc3339) } ?? .null,
      "completedDate": .string(finished.rfc3339), "purgeDateTime": .string(purge.rfc3339),
      "clientID": nil, "DatabaseName": nil, "accountCode": nil, "purgeDays": 30,
      "canReRun": "Yes", "maximumDateTimeToExecuteJob": nil, "numberOfAttempts": 1,
      "CanPublish": "Yes", "createdBy": "support@aims360.com",
      "createdDate": .string(state.submittedAt.rfc3339), "modifiedBy": "support@aims360.com",
      "modifiedDate": .string(try #require(state.decisions.last).at.rfc3339),
      "rowversion": "AAAAAAAAAAQ=",
    ]
    for name in Self.names { #expect(job[name] == expected[name], "\(name)") }
  }

  private func link(_ id: String) throws -> String {
    "http://jobs/reports/v1.0/publishlink/\(id)/\(try fixture.spool.linkDigest().token("publish", id))"
  }

  private func response(_ id: String, expiring date: String) throws -> JSON {
    let token = try fixture.spool.linkDigest().token(
      "document", id, "1.1", "Forecasting_20190607060922.xlsx")
    return .string(
      #"[{"documentName":"Forecasting_20190607060922.xlsx","#
        + #""DownloadLink":"http://jobs/documentmanagement/v1.0/aimsdocument/\#(id)/\#(token)","#
        + #""SizeInMB":0.15,"Type":".xlsx","DocumentID":"\#(id)","ExpiryDate":"\#(date)","#
        + #""Version":"1.0"}]"#)
  }

  @Test func aNewJobKnowsLittle() throws {
    let job = try job(fixture.submit(#"{"id": "new", "command": ["/bin/backup"]}"#))
    #expect(job["jobStatus"] == "Queued")
    #expect(job["jobStatusText"]?.string?.hasPrefix("run 1 is due since ") == true)
    #expect(job["jobDescription"] == "backup")
    #expect(job["percentCompleted"] == 0)
    #expect(job["numberOfAttempts"] == 0)
    #expect(job["CanPublish"] == "No")
    for name in ["response", "responseType", "startDate", "completedDate", "purgeDateTime"] {
      #expect(job[name] == .null, "\(name)")
    }
  }

  @Test func aRunningJobIsQueuedWithItsProgress() throws {
    let id = try fixture.submit()
    let attempt = try #require(try fixture.apply(.launch, to: id).phase.liveAttempt)
    try fixture.apply(.supervised, to: id)
    try fixture.write("42 halfway\n", to: "runs/\(id)/\(attempt.directoryName)/progress")
    let job = try job(id)
    #expect(job["jobStatus"] == "Queued")
    #expect(job["percentCompleted"] == 42)
    #expect(job["jobStatusText"] == "halfway")
    #expect(job["numberOfAttempts"] == 1)
  }

  @Test func whatHasFailedSaysWhichByWhomAndWhy() throws {
    let failed = try fixture.submit()
    try fixture.run(failed, code: 3)
    #expect(try job(failed)["jobStatus"] == "Failed")
    #expect(try job(failed)["jobStatusText"] == "failed: exit 3")

    let expired = try fixture.submit(
      #"{"command": ["true"], "quartzDef": "0 0 0 * * ?", "endDate": "2020-01-01"}"#)
    #expect(try job(expired)["jobStatus"] == "Failed")
    #expect(try job(expired)["jobStatusText"]?.string?.hasPrefix("expired: ") == true)

    let cancelled = try fixture.submit()
    _ = try fixture.ask(
      "PUT", "/up/v5/rest/scheduling/CancelJob",
      #"{"Id": "\#(cancelled)", "CancelReason": {"cancelReasonDesc": "no paper"}}"#, as: .runner)
    #expect(try job(cancelled)["jobStatus"] == "Failed")
    #expect(try job(cancelled)["jobStatusText"] == "cancelled by ada: no paper")
    #expect(try job(cancelled)["modifiedBy"] == "ada")
  }

  @Test func metadataNamesEveryPropertyWithItsType() throws {
    let reply = try fixture.get("/jobsmanagement/odata/v1.0/$metadata", as: .reader)
    #expect(reply.headers["Content-Type"] == "application/xml;charset=utf-8")
    let names = reply.text.matches(of: /<Property Name="(\w+)" Type="Edm\.\w+"/).map {
      String($0.1)
    }
    #expect(names == Self.names)
    #expect(reply.text.contains(#"<Property Name="ID" Type="Edm.Int64" Nullable="false"/>"#))
    let parser = XMLShape(reply.text)
    #expect(parser.isBalanced)
  }

  @Test func theServiceDocumentNamesTheSet() throws {
    let reply = try fixture.get("/jobsmanagement/odata/v1.0/", as: .reader)
    #expect(
      reply.text
        == #"{"@odata.context":"http://jobs/jobsmanagement/odata/v1.0/$metadata","value":"#
        + #"[{"name":"backgroundjob","kind":"EntitySet","url":"backgroundjob"}]}"#)
  }

  @Test(
    arguments: [
      ([], ""), ([0], "AA=="), ([0, 0], "AAA="), ([0, 0, 0], "AAAA"),
      ([0, 0, 0, 0, 0, 8, 36, 37], "AAAAAAAIJCU="), ([251, 255, 254], "+//+"),
    ] as [([UInt8], String)])
  func base64(bytes: [UInt8], text: String) { #expect(Base64.text(of: bytes) == text) }
}

/// Whether the tags of a text open and close in order.
private struct XMLShape {
  let isBalanced: Bool

  init(_ text: String) {
    var open: [Substring] = []
    for tag in text.matches(of: /<(\/?)([\w:]+)[^>]*?(\/?)>/) {
      if !tag.1.isEmpty {
        guard open.popLast() == tag.2 else {
          isBalanced = false
          return
        }
      } else if tag.3.isEmpty {
        open.append(tag.2)
      }
    }
    isBalanced = open.isEmpty
  }
}
