// What a hook says, and how long it waits before it is tried again.

import Testing

@testable import JobCore

@Suite struct HookTests {
  private func hooks(_ text: String) throws -> Hooks {
    try Hooks(JSON(parsing: text), field: "hooks")
  }

  @Test func isAnObjectAnArrayOrALine() throws {
    let hooks = try hooks(
      #"{"onStart":"date | mail x","onRetry":["a","b c"],"onFailure":{"command":["d"]}}"#)
    #expect(hooks[.onStart] == [Hook(.shell("date | mail x"))])
    #expect(hooks[.onRetry] == [Hook(.program(["a", "b c"]))])
    #expect(hooks[.onFailure] == [Hook(.program(["d"]))])
    #expect(hooks[.onMissed] == [] && hooks.events == [.onStart, .onRetry, .onFailure])
  }

  @Test func areWrittenInOneForm() throws {
    let hooks = try hooks(
      #"""
      {"onStart":"a","onFailure":[{"command":["b"],"timeout":60,"retryCount":3,"retryDelay":"10s"},
      {"command":"c","timeout":"1m30s","retryCount":0,"retryDelay":"0s"}]}
      """#)
    #expect(
      hooks.json == [
        "onStart": ["command": "a"],
        "onFailure": [
          ["command": ["b"]],
          ["command": "c", "timeout": "1m30s", "retryCount": 0, "retryDelay": "0s"],
        ],
      ])
    #expect(try Hooks(hooks.json, field: "") == hooks)
  }

  @Test func waitsTwiceAsLongEachTime() throws {
    var hook = Hook(.shell("a"))
    #expect(
      (1...4).map { hook.wait(after: $0) } == [.seconds(10), .seconds(20), .seconds(40), nil])
    hook.retryCount = 100
    #expect(hook.wait(after: 100) == .seconds(3600))
    hook.retryCount = 0
    #expect(hook.wait(after: 1) == nil)
  }
}
