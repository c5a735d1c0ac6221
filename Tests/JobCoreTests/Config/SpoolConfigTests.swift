// config.json: what it says, what it cannot say and where, and that it is written as it is read.

import Testing

@testable import JobCore

@Suite struct SpoolConfigTests {
  private static func config(_ text: String) throws(ConfigError) -> SpoolConfig {
    try SpoolConfig(parsing: Array(text.utf8))
  }

  @Test(arguments: ["{}", #" {"queues": {}, "pools": null} "#])
  func setsNothingUnlessItSaysSo(text: String) throws {
    #expect(try SpoolConfigTests.config(text) == SpoolConfig())
  }

  @Test func readsQueuesAndPools() throws {
    let config = try SpoolConfigTests.config(
      #"{"queues":{"default":{"slots":8},"big é":{"slots":2,"paused":true},"x":{}},"pools":{"gpu":0}}"#
    )
    #expect(
      config.queues == [
        "default": SpoolConfig.Queue(slots: 8),
        "big é": SpoolConfig.Queue(slots: 2, isPaused: true), "x": SpoolConfig.Queue(),
      ])
    #expect(config.pools == ["gpu": 0])
    #expect(try SpoolConfig(parsing: config.bytes) == config)
  }

  @Test func readsHooks() throws {
    let config = try SpoolConfigTests.config(
      #"{"hooks":{"onFailure":["tell","ops"],"onMissed":{"command":"late","timeout":"5s"}}}"#)
    #expect(config.hooks.events == [.onFailure, .onMissed])
    #expect(config.hooks[.onFailure].map(\.command) == [.program(["tell", "ops"])])
    #expect(config.hooks[.onMissed].map(\.timeout) == [.seconds(5)])
    #expect(try SpoolConfig(parsing: config.bytes) == config)
  }

  @Test(arguments: [
    ("", "line 1, column 1: there is no JSON in it"),
    ("{\n  \"queues\": {,}}", "line 2, column 14"),
    ("[]", "line 1, column 1: an object is expected, not an array"),
    (
      "{\n  \"pools\": {},\n  \"queue\": {}\n}",
      "line 3, column 3: queue: there is no such key; did you mean \"queues\"?"
    ),
    (
      "{\"pools\":{\"é\\\"{\":1},\"queues\": {\"a\": {\"slots\": 1},\n\"b\": {\"slot\": 2}}}",
      "line 2, column 7: queues.b.slot: there is no such key; did you mean \"slots\"?"
    ),
    (
      #"{"queues":{"a":{"slots":0}}}"#,
      "line 1, column 17: queues.a.slots: a whole number from 1 to 100000 is expected"
    ),
    (
      #"{"queues":{"a":{"paused":"yes"}}}"#,
      "line 1, column 17: queues.a.paused: true or false is expected, not a string"
    ),
    (#"{"queues":{"a":[]}}"#, "line 1, column 12: queues.a: an object is expected, not an array"),
    (
      #"{"hooks":{"onRetry":{"comand":"a"}}}"#,
      "line 1, column 22: hooks.onRetry.comand: there is no such key; did you mean \"command\"?"
    ),
    (
      #"{"hooks":{"onRetry":[{"command":"a"},{"command":[]}]}}"#,
      "line 1, column 11: hooks.onRetry[1].command: the first element names the program and is not "
        + "empty"
    ),
    (
      #"{"pools":{"gpu":1.5}}"#,
      "line 1, column 11: pools.gpu: a whole number from 0 to 1000000 is expected"
    ),
    (
      #"{"pools":{"":1}}"#,
      "line 1, column 11: pools.: a name of 1 to 200 characters without control characters is "
        + "expected"
    ),
    (#"{"pools":{"a\u001b":1}}"#, #"line 1, column 11: pools.a\u{001B}: a name of 1 to 200"#),
    (#"{"pools":{"a":1,"a":2}}"#, "line 1, column 17: the key \"a\" stands twice"),
  ])
  func tellsEachFaultWithItsPlace(text: String, message: String) {
    do throws(ConfigError) {
      _ = try SpoolConfigTests.config(text)
      Issue.record("it was taken")
    } catch {
      #expect(error.message.contains(message), "\(error.message)")
    }
  }

  @Test func hasSoManyQueuesThatAStartCanLookAtThem() {
    let queues = (0...SpoolConfig.mostNames).map { "\"\($0)\":{}" }.joined(separator: ",")
    #expect(throws: ConfigError.self) { try SpoolConfigTests.config("{\"queues\":{\(queues)}}") }
  }

  @Test(arguments: [
    (#""needs":{"gpu":3}"#, "it needs 3 of pool \"gpu\", which has 2"),
    (#""needs":{"tape":1}"#, "it needs 1 of pool \"tape\", and there is no such pool"),
    (#""queue":"big""#, "queue \"big\" is paused"), (#""worker":"big""#, "queue \"big\" is paused"),
    (#""needs":{"gpu":2}"#, nil), (#""queue":"small""#, nil),
  ])
  func tellsWhatNoWaitingCures(members: String, obstacle: String?) throws {
    let config = try SpoolConfigTests.config(
      #"{"queues":{"big":{"paused":true},"small":{"slots":1}},"pools":{"gpu":2}}"#)
    #expect(config.obstacle(to: try Documents.job(members)) == obstacle)
  }

  @Test func knowsTheQueueOfAJob() throws {
    let config = try SpoolConfigTests.config(#"{"queues":{"big":{}}}"#)
    let expected = [
      (#""queue":"odd""#, "odd"), (#""worker":"big""#, "big"), (#""worker":"other""#, "default"),
      (#""queue":"default","worker":"big""#, "default"), ("", "default"),
    ]
    for (members, queue) in expected {
      #expect(config.queue(of: try Documents.job(members)) == queue, "\(members)")
    }
  }
}
