// What comes over HTTP and looks like a command stays the text that it is, up to the command that
// gets it.

import Foundation
import Testing

@Suite struct ServeHostileTests {
  private static let texts = [
    "$(touch mark)", "`touch mark`", "; touch mark;", "| touch mark", "&& touch mark",
    "\ntouch mark\n",
    "' ; touch mark; '", "\" ; touch mark; \"", "${IFS}touch${IFS}mark", "%s%n", "\\x41", "-n",
    "--help",
    "{{text}}", "$JOBRUN_SPOOL", "../../mark", "a\u{1B}[2Jb", "*",
  ]

  @Test func valuesAreNeverCommands() async throws {
    try await JobrunFixture.with { spool in
      try spool.write(
        #"{"command": ["printf", "%s", "{{text}}"], "parameters": {"text": {}}}"#,
        to: "spool/models/say.json")
      // Names are the model's own, and can be as bad as these.
      let names = ["LD_PRELOAD", "LD_LIBRARY_PATH", "BASH_ENV", "IFS", "PATH"]
      let parameters = names.map { "\"\($0)\": {}" }.joined(separator: ", ")
      try spool.write(
        #"{"command": ["env"], "parameters": {\#(parameters)}}"#, to: "spool/models/tell.json")
      let service = try await ServiceClient(spool)
      func start(_ name: String, _ values: [String: String], worker: String) throws -> String {
        let body = try JSONSerialization.data(
          withJSONObject: ["name": name, "values": values, "worker": worker])
        let reply = try service.ask(
          "POST", "/scheduler/connector-API/process/start", String(decoding: body, as: UTF8.self))
        try #require(reply.status == 200, "\(reply.text)")
        return try #require(reply.json["robustaSpid"] as? String)
      }
      var jobs: [(id: String, text: String)] = []
      for text in Self.texts {
        jobs.append((try start("say", ["text": text], worker: text), text))
      }
      let teller = try start(
        "tell", Dictionary(uniqueKeysWithValues: names.map { ($0, "/evil") }), worker: "x")
      try await spool.work()
      for job in jobs {
        #expect(try await spool.jobrun("logs", job.id).out == job.text)
      }
      let environment = try await spool.jobrun("logs", teller).lines
      for name in names {
        #expect(!environment.contains("\(name)=/evil"))
        #expect(environment.contains("JOBRUN_VALUE_\(name)=/evil"))
      }
      #expect(!FileManager.default.fileExists(atPath: spool.path("mark")))
      #expect(!FileManager.default.fileExists(atPath: spool.path("home/mark")))
      #expect(spool.names("").contains("mark") == false)
    }
  }
}
