// The key fileTrigger: what it means, how it is written, and what is refused.

import Testing

@testable import JobCore

@Suite struct FileTriggerTests {
  private static func fault(_ members: String) -> String? {
    Documents.jobFault(#""fileTrigger":{\#(members)}"#)
  }

  @Test func hasDefaultsAndAbsolutePaths() throws {
    let spec = try Documents.job(
      #""workingDirectory":"/srv","fileTrigger":{"directory":"in/./x//","pattern":"a.*"}"#)
    let trigger = try #require(spec.fileTrigger)
    #expect(trigger.directory == "/srv/in/x" && trigger.pattern == "a.*")
    #expect(trigger.minAge == .zero && trigger.depth == 1 && trigger.moveTo == nil)
    #expect(trigger.poll == .seconds(60) && trigger.expression == "^(a.*)$")
    #expect(spec.document["fileTrigger"] == ["directory": "/srv/in/x", "pattern": "a.*"])
  }

  @Test func isWrittenInOneForm() throws {
    let spec = try Documents.job(
      #""fileTrigger":{"directory":"/","pattern":"a","minAge":60,"depth":"2","moveTo":"x","#
        + #""poll":"PT90S"}"#)
    #expect(
      spec.document["fileTrigger"] == [
        "directory": "/", "pattern": "a", "minAge": "1m", "depth": 2, "moveTo": "/work/x",
        "poll": "1m30s",
      ])
    #expect(try JobSpec(canonical: spec.document) == spec)
  }

  @Test(arguments: [
    (#""pattern":"a""#, "fileTrigger.directory: it is missing"),
    (#""directory":"a""#, "fileTrigger.pattern: it is missing"),
    (
      #""directory":"","pattern":"a""#,
      "fileTrigger.directory: a string that is not empty is expected"
    ),
    (
      #""directory":7,"pattern":"a""#,
      "fileTrigger.directory: a string that is not empty is expected"
    ),
    (
      #""directory":"a","patern":"a""#,
      "fileTrigger.patern: there is no such key; did you mean \"pattern\"?"
    ),
    (
      #""directory":"a","pattern":"a","zzzzzzzz":1"#,
      "fileTrigger.zzzzzzzz: there is no such key; directory, pattern, minAge, depth, moveTo, poll "
        + "are known"
    ),
    (
      #""directory":"a","pattern":"a","depth":17"#,
      "fileTrigger.depth: 17 is out of range; 1 to 16 is allowed"
    ),
    (
      #""directory":"a","pattern":"a","poll":"999ms""#, "fileTrigger.poll: at least 1s is needed"
    ),
    (
      #""directory":"a","pattern":"a","minAge":"soon""#,
      "fileTrigger.minAge: column 1: a number is expected"
    ),
    (
      #""directory":"a","pattern":"a","moveTo":"./a/""#,
      "fileTrigger.moveTo: it is the directory that files come into: they would come again"
    ),
    (
      #""directory":"a","pattern":"*.csv""#,
      "fileTrigger.pattern: column 1: there is nothing in front of this to repeat"
    ),
  ])
  func saysWhatIsWrong(members: String, message: String) throws {
    let fault = try #require(FileTriggerTests.fault(members))
    // How a duration is refused is the duration's own affair.
    if message.hasPrefix("fileTrigger.minAge") {
      #expect(fault.hasPrefix("fileTrigger.minAge: column 1: "))
    } else {
      #expect(fault == message)
    }
  }

  @Test func namesTheReasonOfTheCLibrary() throws {
    var context = Documents.context()
    context.patternFault = { $0 == "^((a)$" ? "Unmatched ( or \\(" : nil }
    func read(_ pattern: String) throws -> JobDocument {
      let trigger: JSON = ["directory": "in", "pattern": .string(pattern)]
      return try JobDocument(["command": "true", "fileTrigger": trigger], in: context)
    }
    let error = #expect(throws: DocumentError.self) { try read("(a") }
    #expect(
      error?.message
        == "fileTrigger.pattern: this is not a regular expression: Unmatched ( or \\(")
    _ = try read("(a)")
  }

  @Test(arguments: [
    (
      #""runImmediately":true"#,
      "runImmediately: a job with fileTrigger runs when a file has come, and there is none yet"
    ),
    (
      #""misfire":"all""#,
      "misfire: it says nothing about files: leave it out of a job with fileTrigger"
    ),
    (
      #""misfireGrace":"2h""#,
      "misfireGrace: it says nothing about files: leave it out of a job with fileTrigger"
    ),
    (
      #""jitter":"2h""#,
      "jitter: it says nothing about files: leave it out of a job with fileTrigger"
    ),
  ])
  func refusesWhatContradictsIt(members: String, message: String) {
    #expect(
      Documents.jobFault(#""fileTrigger":{"directory":"a","pattern":"a"},\#(members)"#) == message)
  }

  @Test func isGivenAsAnObject() {
    #expect(
      Documents.jobFault(#""fileTrigger":"in/.*""#)
        == "fileTrigger: an object such as {\"directory\": \"in\", \"pattern\": \".*\"} is "
        + "expected, not a string")
  }
}
