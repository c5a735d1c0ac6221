import Foundation
import Glibc
import HTTPServer
import JobCore
import JobSpool
import Testing

@testable import RESTService

@Suite struct JobsTests {
  let fixture: RESTFixture

  init() throws { fixture = try RESTFixture() }

  private func names(_ target: String) throws -> [String] {
    try #require(try fixture.get(target).json["jobs"]?.array).compactMap { $0["name"]?.string }
  }

  @Test func anEmptySpoolIsAnEmptyPage() throws {
    #expect(try fixture.get("/v1/jobs").text == #"{"jobs":[]}"#)
  }

  @Test func aJobIsWhatStatusShows() throws {
    let id = try fixture.submit(#"{"command": ["true"], "name": "one"}"#)
    let reply = try fixture.get("/v1/jobs/\(id)")
    let view = fixture.spool.view(
      try fixture.state(id), zones: fixture.zones, at: fixture.now,
      around: SurroundingsReader(fixture.spool, zones: fixture.zones, at: fixture.now))
    #expect(try reply.json == view.json)
    #expect(reply.headers["ETag"] == "\"1-queued\"")
    #expect(try fixture.get("/v1/jobs/none").status == 404)
    #expect(try fixture.get("/v1/jobs/\(id.prefix(8))").status == 404)
  }

  @Test func aListIsReadPageByPage() throws {
    for name in 1...7 { try fixture.submit(#"{"command": ["true"], "name": "\#(name)"}"#) }
    for (order, expected) in [
      ("newest", ["7", "6", "5", "4", "3", "2", "1"]),
      ("oldest", ["1", "2", "3", "4", "5", "6", "7"]),
    ] {
      var found: [String] = []
      var pages = 0
      var cursor = ""
      repeat {
        let page = try fixture.get("/v1/jobs?order=\(order)&limit=3\(cursor)").json
        found += try #require(page["jobs"]?.array).compactMap { $0["name"]?.string }
        pages += 1
        cursor = page["next"]?.string.map { "&cursor=\($0)" } ?? ""
      } while !cursor.isEmpty
      #expect(found == expected)
      #expect(pages == 3)
    }
  }

  @Test func aPageGoesOnWhereItEndedThoughJobsCome() throws {
    for name in 1...4 { try fixture.submit(#"{"command": ["true"], "name": "\#(name)"}"#) }
    let next = try #require(try fixture.get("/v1/jobs?limit=2").json["next"]?.string)
    try fixture.submit(#"{"command": ["true"], "name": "5"}"#)
    #expect(try names("/v1/jobs?limit=2&cursor=\(next)") == ["2", "1"])
    #expect(try names("/v1/jobs?limit=2") == ["5", "4"])
  }

  @Test func aCursorOfAnotherOrderIsRefused() throws {
    for cursor in [
      "newest:0:-3:a", "x", "oldest:0", "oldest:a:b:c", "", "oldest:0:1", "oldest:0:1:2:3",
    ] {
      let reply = try fixture.get("/v1/jobs?order=oldest&cursor=\(cursor)")
      #expect(reply.status == 400, "\(cursor)")
      #expect(try reply.json["field"] == "cursor")
    }
  }

  @Test func jobsAreChosenByWhatTheyAreLike() throws {
    let good = try fixture.submit(#"{"command": ["true"], "name": "backup-a"}"#)
    let bad = try fixture.submit(#"{"command": ["false"], "name": "Backup-b", "createdBy": "ada"}"#)
    try fixture.submit(#"{"command": ["true"], "name": "report", "hold": true}"#)
    try fixture.run(good)
    try fixture.run(bad, code: 2)
    #expect(try names("/v1/jobs?phase=failed") == ["Backup-b"])
    #expect(try names("/v1/jobs?phase=failed&phase=held") == ["report", "Backup-b"])
    #expect(try names("/v1/jobs?name=backup-*") == ["backup-a"])
    #expect(try names("/v1/jobs?search=BACKUP") == ["Backup-b", "backup-a"])
    #expect(try names("/v1/jobs?search=3") == ["report"])
    #expect(try names("/v1/jobs?search=\(good)") == ["backup-a"])
    #expect(try names("/v1/jobs?since=1h").count == 3)
    #expect(try names("/v1/jobs?since=2100-01-01T00:00:00Z") == [])
    #expect(try names("/v1/jobs?filter=createdBy%20eq%20'ada'") == ["Backup-b"])
    #expect(try names("/v1/jobs?filter=createdBy%20eq%20'ada'&limit=1") == ["Backup-b"])
    #expect(try names("/v1/jobs?order=ended") == ["Backup-b", "backup-a"])
    #expect(try names("/v1/jobs?order=next") == [])
    #expect(try names("/v1/jobs?outcome=failed") == ["Backup-b"])
    #expect(try names("/v1/jobs?outcome=succeeded&order=ended") == ["backup-a"])
  }

  @Test func aJobThatGoesOnIsFoundByItsLastOutcome() throws {
    let id = try fixture.submit(
      #"{"command": ["false"], "name": "hourly", "quartzDef": "0 0 * * * ?"}"#)
    try fixture.apply(.rerun, to: id)
    try fixture.run(id, code: 1)
    #expect(try fixture.state(id).phase.word == .waiting)
    #expect(try names("/v1/jobs?outcome=failed&order=ended") == ["hourly"])
    #expect(try names("/v1/jobs?phase=failed") == [])
  }

  @Test func aSearchKnowsTheCaseOfAllLetters() throws {
    for name in ["Ärger", "ärger 2", "Arger", "ab", "aab"] {
      try fixture.submit(
        #"{"command": ["true"], "name": "\#(name)", "id": "x-\#(name.utf8.count)"}"#)
    }
    #expect(try names("/v1/jobs?search=%C3%84RG") == ["ärger 2", "Ärger"])
    #expect(try names("/v1/jobs?search=AB") == ["aab", "ab"])
    #expect(try names("/v1/jobs?search=arger") == ["Arger"])
    #expect(try names("/v1/jobs?search=x-2") == ["ab"])
    #expect(try names("/v1/jobs?search=zzzzzzzzzzzzzzzz") == [])
    #expect(try names("/v1/jobs?search=").count == 5)
  }

  @Test func aFilterThatNamesItsJobsReadsNoOther() throws {
    for name in 1...3 { try fixture.submit(#"{"command": ["true"], "name": "\#(name)"}"#) }
    #expect(try names("/v1/jobs?filter=ID%20eq%202%20or%20ID%20eq%209") == ["2"])
    #expect(try names("/v1/jobs?filter=jobID%20eq%20'none'") == [])
  }

  @Test func aFilterIsHeldAgainstEachJobAndThePageStaysWithinItsLimit() throws {
    for name in 1...9 { try fixture.submit(#"{"command": ["true"], "name": "job \#(name)"}"#) }
    let page = try fixture.get("/v1/jobs?filter=ID%20gt%204&limit=3").json
    #expect(try #require(page["jobs"]?.array).compactMap { $0["number"]?.int } == [9, 8, 7])
    let next = try #require(page["next"]?.string)
    let last = try fixture.get("/v1/jobs?filter=ID%20gt%204&limit=3&cursor=\(next)").json
    #expect(try #require(last["jobs"]?.array).compactMap { $0["number"]?.int } == [6, 5])
    #expect(last["next"] == nil)
  }

  @Test func whatComesNextIsInTheOrderOfItsTime() throws {
    for (name, day) in [("later", 20), ("sooner", 10), ("middle", 15)] {
      try fixture.submit(
        #"{"command": ["true"], "name": "\#(name)", "startDate": "2190-01-\#(day)"}"#)
    }
    try fixture.submit(#"{"command": ["true"], "hold": true}"#)
    #expect(try names("/v1/jobs?order=next") == ["sooner", "middle", "later"])
    let page = try fixture.get("/v1/jobs?order=next&limit=1").json
    let next = try #require(page["next"]?.string)
    #expect(try names("/v1/jobs?order=next&cursor=\(next)") == ["middle", "later"])
  }

  @Test func onlyTheMembersAskedForAreSent() throws {
    try fixture.submit(#"{"command": ["true"], "name": "one"}"#)
    #expect(
      try fixture.get("/v1/jobs?fields=number,name,nothing").text
        == #"{"jobs":[{"name":"one","number":1}]}"#)
  }

  @Test func whatIsNoParameterIsRefusedWithItsName() throws {
    for (query, field) in [
      ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=%2B5", "limit"), ("limit=", "limit"),
      ("phase=gone", "phase"), ("order=best", "order"), ("since=yesterday", "since"),
      ("limit=1&limit=2", "limit"), ("limits=1", "limits"), ("filter=x", "filter"),
    ] {
      let reply = try fixture.get("/v1/jobs?\(query)")
      #expect(reply.status == 400, "\(query)")
      #expect(try reply.json["field"]?.string == field)
      #expect(reply.headers["Content-Type"] == "application/problem+json")
    }
    #expect(try fixture.get("/v1/jobs?limits=1").text.contains(#"did you mean \"limit\"?"#))
  }

  @Test func aJobThatHasNotChangedIsNotSentAgain() throws {
    let id = try fixture.submit(#"{"command": ["true"], "hold": true}"#)
    for tag in [#""1-held""#, #"W/"1-held""#, "*", #""7-held", "1-held""#] {
      let reply = try fixture.get("/v1/jobs/\(id)", fields: "If-None-Match: \(tag)\r\n")
      #expect(reply.status == 304, "\(tag)")
      #expect(reply.headers["ETag"] == "\"1-held\"")
      #expect(reply.text.isEmpty)
    }
    let other = try fixture.get("/v1/jobs/\(id)", fields: "If-None-Match: \"2-held\"\r\n")
    #expect(other.status == 200)
  }

  @Test func aRunningJobIsAlwaysSentForItsProgressHasNoRevision() throws {
    let id = try fixture.submit()
    try fixture.apply(.launch, to: id)
    let tag = try #require(try fixture.get("/v1/jobs/\(id)").headers["ETag"])
    let reply = try fixture.get("/v1/jobs/\(id)", fields: "If-None-Match: \(tag)\r\n")
    #expect(reply.status == 200)
  }

  @Test func whyIsAnsweredWithWhatIsWaitedFor() throws {
    let id = try fixture.submit()
    let reply = try fixture.get("/v1/jobs/\(id)/why")
    #expect(try reply.json["waitsFor"] == [["kind": "daemon"]])
    #expect(try fixture.get("/v1/jobs/none/why").status == 404)
    #expect(
      try fixture.get("/v1/jobs/\(id)").json["message"] == reply.json["why"])
  }

  @Test func twoJobsOfOneNumberAreBothOnAPage() throws {
    let id = try fixture.submit(#"{"command": ["true"], "id": "one"}"#)
    let text = String(decoding: try fixture.state(id).json.serialized(), as: UTF8.self)
    try fixture.write(text.replacing(#""id":"one""#, with: #""id":"two""#), to: "jobs/two.json")
    var found: [String] = []
    var cursor = ""
    repeat {
      let page = try fixture.get("/v1/jobs?limit=1\(cursor)").json
      found += try #require(page["jobs"]?.array).compactMap { $0["id"]?.string }
      cursor = page["next"]?.string.map { "&cursor=\($0)" } ?? ""
    } while !cursor.isEmpty
    #expect(found.sorted() == ["one", "two"])
  }

  @Test func anIdIsFoundAsItIsTyped() throws {
    try fixture.submit(#"{"command": ["true"], "id": "Order-17", "name": "x"}"#)
    for text in ["Order-17", "Order", "order-1"] {
      #expect(try names("/v1/jobs?search=\(text)") == ["x"], "\(text)")
    }
  }

  @Test func whatIsHeldAgainstEveryJobIsShort() throws {
    try fixture.submit()
    for text in [String(repeating: "a", count: 101), String(repeating: "%5Ba%5D", count: 9)] {
      #expect(try fixture.get("/v1/jobs?name=\(text)").status == 400)
      #expect(try fixture.get("/v1/jobs?search=\(text)").status == 400)
    }
    #expect(try fixture.get("/v1/jobs?name=\(String(repeating: "a", count: 100))").status == 200)
  }

  @Test(.enabled(if: getuid() == 0, "only root can give files away"))
  func aFileThatCanBeReadAgainIsNoDamageAnyMore() throws {
    let id = try fixture.submit()
    let path = "\(fixture.path)/jobs/\(id).json"
    try #require(chown(path, 12_345, 0) == 0)
    #expect(try fixture.get("/v1/summary").json["unreadable"] == 1)
    chown(path, getuid(), getgid())
    #expect(try fixture.get("/v1/summary").json["jobs"]?["queued"] == 1)
    #expect(try fixture.get("/v1/summary").json["unreadable"] == nil)
  }

  @Test func anEndThatNoDaemonHasRecordedIsCounted() throws {
    let id = try fixture.submit()
    let attempt = try #require(try fixture.apply(.launch, to: id).phase.liveAttempt)
    #expect(try fixture.get("/v1/summary").json["jobs"]?["starting"] == 1)
    try fixture.write("", to: "runs/\(id)/1.1/lock")
    let outcome = Outcome(
      .exited(code: 0), of: attempt, startedAt: fixture.now, endedAt: fixture.now)
    try fixture.write(
      String(decoding: ExitRecord(outcome).bytes, as: UTF8.self),
      to: "runs/\(id)/1.1/exit.json")
    #expect(try fixture.get("/v1/summary").json["jobs"]?["succeeded"] == 1)
    #expect(try fixture.get("/v1/summary").json["jobs"]?["starting"] == 0)
    #expect(try names("/v1/jobs?phase=succeeded").count == 1)
  }

  @Test func aDamagedJobIsCountedAndCostsNoOtherAnything() throws {
    try fixture.submit(#"{"command": ["true"], "name": "whole"}"#)
    try fixture.write("{", to: "jobs/broken.json")
    #expect(try names("/v1/jobs") == ["whole"])
    #expect(try fixture.get("/v1/summary").json["unreadable"] == 1)
    #expect(try fixture.get("/v1/jobs/broken").status == 500)
  }

  @Test func theSummaryFollowsWhatHappens() throws {
    let id = try fixture.submit()
    func count(_ phase: String) throws -> Int? {
      try fixture.get("/v1/summary").json["jobs"]?[phase]?.int
    }
    #expect(try count("queued") == 1)
    try fixture.run(id)
    #expect(try count("queued") == 0)
    #expect(try count("succeeded") == 1)
    try fixture.apply(.rerun, to: id)
    #expect(try count("queued") == 1)
    try FileManager.default.removeItem(atPath: "\(fixture.path)/jobs/\(id).json")
    #expect(try count("queued") == 0)
  }

  @Test func theSummarySaysWhoAsksAndWhatTheyMayDo() throws {
    let reader = try fixture.get("/v1/summary", as: .reader).json["caller"]
    #expect(reader == ["roles": ["read"], "name": "rea"])
    let admin = try fixture.get("/v1/summary").json["caller"]?["roles"]
    #expect(admin == ["read", "run", "provision", "admin"])
    #expect(try fixture.get("/v1/summary").json["daemon"] == ["alive": false])
  }

  @Test func nothingIsReadWithoutTheRole() throws {
    let id = try fixture.submit()
    for path in ["/v1/jobs", "/v1/jobs/\(id)", "/v1/summary", "/v1/models"] {
      #expect(try fixture.get(path, as: .anonymous).status == 401)
      #expect(try fixture.get(path, as: Caller(name: "x", roles: [.run])).status == 403)
    }
  }
}
