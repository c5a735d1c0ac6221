// The samples in the man pages, the examples in spool/ and the models are read by the
// program's own readers.

import Foundation
import JobCore
import JobSpool
import Testing

@testable import Commands

@Suite struct SampleTests {
  /// A context with the sample model of jobrun-job(5) under the name `copy`, and those in spool/.
  private func context() throws -> DocumentContext {
    let sample = try JobModel(
      name: "copy", document: JSON(text: ManualPage("jobrun-job.5").sample("model")))
    let zones = ZoneFiles()
    return DocumentContext(
      workingDirectory: "/", umask: 0o022, timeZone: "UTC",
      model: { name throws(DocumentError) in
        if name == "copy" { return sample }
        guard let text = try? PackageFiles.text("spool/models/\(name).json"),
          let json = try? JSON(text: text)
        else { return nil }
        return try JobModel(name: name, document: json)
      },
      modelNames: { [] }, zone: zones.rules)
  }

  @Test(arguments: ["document", "document-of-model"])
  func readsTheDocumentsOfTheManual(name: String) throws {
    let json = try JSON(text: ManualPage("jobrun-job.5").sample(name))
    let job = try JobDocument(json, in: context())
    #expect(!job.spec.quartz.isEmpty)
  }

  @Test func fillsTheSampleModel() throws {
    let json = try JSON(text: ManualPage("jobrun-job.5").sample("document-of-model"))
    let job = try JobDocument(json, in: context())
    #expect(
      job.spec.command == .program(["/usr/local/bin/backup", "--keep=7", "/srv/site"]))
  }

  @Test func readsTheRecordsOfTheManual() throws {
    let page = try ManualPage("jobrun-spool.7")
    let state = try JobState(JSON(text: page.sample("state")))
    #expect(state.phase.word == .backoff)
    #expect(try state.json == JSON(text: page.sample("state")))
    let plan = try RunPlan(parsing: Array(page.sample("run").utf8))
    #expect(try JSON(parsing: plan.bytes) == JSON(text: page.sample("run")))
    let start = try StartRecord(parsing: Array(page.sample("started").utf8))
    #expect(try JSON(parsing: start.bytes) == JSON(text: page.sample("started")))
    let exit = try ExitRecord(parsing: Array(page.sample("exit").utf8))
    #expect(try JSON(parsing: exit.bytes) == JSON(text: page.sample("exit")))
    let cancel = try CancelRequest(JSON(text: page.sample("cancel")), field: "cancel.json")
    #expect(try cancel.json == JSON(text: page.sample("cancel")))
    let entry = try HistoryEntry(parsing: Array(page.sample("event").utf8))
    #expect(try entry.json == JSON(text: page.sample("event")))
    #expect(entry.outcome == state.history.first && entry.isRetried)
    let config = try SpoolConfig(parsing: Array(page.sample("config").utf8))
    #expect(try config.json == JSON(text: page.sample("config")))
    let metrics = try DaemonMetrics(parsing: Array(page.sample("metrics").utf8))
    #expect(try JSON(parsing: metrics.bytes) == JSON(text: page.sample("metrics")))
    #expect(metrics.runs.values.reduce(0, +) + metrics.retries == metrics.queueWait.count)
  }

  @Test func readsTheStatusOfTheManual() throws {
    let json = try JSON(text: ManualPage("jobrun.1").sample("status"))
    let state = try JobState(json)
    #expect(state.phase.word == .running)
    #expect(state.message == json["message"]?.string)
  }

  @Test func readsTheExamples() throws {
    let folder = PackageFiles.root.appending(path: "spool/examples").path
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(names.count >= 4)
    for name in names {
      let json = try JSON(text: PackageFiles.text("spool/examples/\(name)"))
      let job = try JobDocument(json, in: context())
      #expect(job.id == nil, "an id of its own would run only the first time")
    }
  }
}

extension JSON {
  fileprivate init(text: String) throws { try self.init(parsing: Array(text.utf8)) }
}
