// The canonical form: what a specification is written as reads back as itself, for ever.

import Testing

@testable import JobCore

@Suite struct CanonicalFormTests {
  @Test func readsBackAsTheSameSpecification() throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("canonical form seed \(seed)")
    var documents = RandomDocument(random: Xoshiro(seed: seed))
    for _ in 0..<500 {
      let document = documents.next()
      let spec = try JobDocument(document, in: Documents.context()).spec
      let canonical = spec.document
      let again = try JobSpec(canonical: canonical)
      #expect(again == spec, "seed \(seed): \(JSON.object(canonical).prettyText())")
      #expect(again.document == canonical, "seed \(seed)")
    }
  }

  @Test func isOneTextForAllSpellings() throws {
    let one = try Documents.job(
      #""retryCount":"2","runOnce":"Y","retryDelay":90,"startDate":"2026-06-01 12:00:00""#)
    let other = try Documents.job(
      #""startDate":"2026-06-01T11:00:00Z","retryDelay":"PT90S","runOnce":true,"retryCount":2"#)
    #expect(JSON.object(one.document).serialized() == JSON.object(other.document).serialized())
    #expect(
      String(decoding: JSON.object(one.document).serialized(), as: UTF8.self)
        == #"{"command":["/bin/true"],"name":"true","retryCount":2,"retryDelay":"1m30s","#
        + #""runOnce":true,"startDate":"2026-06-01T11:00:00.000Z","timeZone":"Europe/London","#
        + #""umask":"022","workingDirectory":"/work"}"#)
  }

  @Test func leavesOutWhatIsAsByDefault() throws {
    let keys = try Documents.job("").document.keys
    #expect(keys == ["command", "name", "workingDirectory", "umask", "timeZone"])
  }

  @Test func keepsTheModelForInformationOnly() throws {
    let models = ["m": #"{"command":["a","{{x}}"],"parameters":{"x":{"default":"{{y}}"}}}"#]
    let spec = try Documents.spec(#""model":"m""#, models: models)
    let again = try JobSpec(canonical: spec.document)
    #expect(again == spec && again.model == "m" && again.command == .program(["a", "{{y}}"]))
  }
}
