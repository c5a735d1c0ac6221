// Random job documents in any spelling that readers take.

import JobCore

/// Makes random documents that are valid.
struct RandomDocument {
  var random: Xoshiro

  private mutating func chance(_ percent: Int) -> Bool {
    Int.random(in: 0..<100, using: &random) < percent
  }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &random)]
  }

  private mutating func text() -> String {
    let parts = [
      "a", "é", "e\u{301}", "\"", "\\", "\n", " ", "{{x}}", "😀", "$HOME", "\u{7F}", "=", "",
    ]
    return (0..<Int.random(in: 0...5, using: &random)).map { _ in pick(parts) }.joined()
  }

  private mutating func texts() -> JSON {
    var members = JSONObject()
    for name in ["A", "b_2", "é"] where chance(50) {
      members[name] = pick([.string(text()), 1, true, JSON.string("x")])
    }
    return .object(members)
  }

  private mutating func value(_ depth: Int = 0) -> JSON {
    switch Int.random(in: 0..<(depth < 3 ? 7 : 5), using: &random) {
    case 0: return nil
    case 1: return .bool(chance(50))
    case 2:
      return JSONNumber(text: pick(["0", "-0", "1.50", "1e400", "12345678901234567890"]))
        .map { .number($0) } ?? nil
    case 3, 4: return .string(text())
    case 5: return .array((0..<2).map { _ in value(depth + 1) })
    default: return ["k": value(depth + 1), "": value(depth + 1)]
    }
  }

  private mutating func flag() -> JSON { pick([true, false, "Y", "N", "yes", "No", "TRUE"]) }

  private mutating func count(_ range: ClosedRange<Int>) -> JSON {
    let number = Int.random(in: range, using: &random)
    return chance(50) ? .number(JSONNumber(number)) : .string(String(number))
  }

  private mutating func span() -> JSON {
    let number = Int.random(in: 1...5_000_000, using: &random)
    return pick([
      .number(JSONNumber(number)), .string("\(number)"), .string("\(number)ms"),
      .string("\(number)s"), .string("PT\(number)M"), .string("P\(number)W"), "1d2h3m4s5ms",
      "9223372036854775807ms",
    ])
  }

  private mutating func blackout() -> JSON {
    let entries: [JSON] = [
      "* * 1-2 * * ?", "2026-12-24/2027-01-02 06:00", "2026-12-24T01:00:00Z/2026-12-24T02:00:00Z",
    ]
    return pick(entries + [.array(entries)])
  }

  private mutating func fileTrigger() -> JSON {
    var members: JSONObject = [
      "directory": pick(["/in", "in", "/a b//./c/", "..", "/é"]),
      "pattern": pick([".*", "a\\.csv|(b|ä)+", "[^\\d\\]^-]{2,}"]),
    ]
    if chance(50) { members["minAge"] = span() }
    if chance(50) { members["depth"] = count(1...16) }
    if chance(50) { members["moveTo"] = pick(["done", "/in/done", nil]) }
    if chance(50) { members["poll"] = pick([1, "90s", "PT5M"]) }
    return .object(members)
  }

  private mutating func date(_ year: Int) -> JSON {
    let month = Int.random(in: 10...12, using: &random)
    let day = Int.random(in: 10...30, using: &random)
    let date = "\(year)-\(month)-\(day)"
    return .string(
      date + pick(["", " 01:30", "T01:30:59", " 01:30:59.123", "T23:59:59Z", "T00:00:00.5-11:30"]))
  }

  /// One document.
  mutating func next() -> JSON {
    var members: JSONObject = [
      "command": pick([["/bin/echo", .string(text())], .string("x" + text()), ["a/b/c"]])
    ]
    let expressions: [JSON] = ["0 0 3 * * ?", "0\t0/5 * ? * MON-FRI", "*/7 * * L * ? 2030/2"]
    let makers: [(String, (inout RandomDocument) -> JSON)] = [
      ("id", { $0.pick(["a", "A.b-c_9"]) }), ("name", { _ in "some name é" }),
      ("values", { ["v": $0.value(), "w": $0.value()] }), ("environment", { $0.texts() }),
      ("workingDirectory", { $0.pick(["/", "rel", "/a b"]) }),
      ("umask", { $0.pick(["0", "077", "777", "0027"]) }), ("stdin", { .string($0.text()) }),
      ("successfulReturnCodes", { [$0.count(0...255), $0.count(0...255)] }),
      ("quartzDef", { $0.pick(expressions + [.array(expressions), .array([expressions[0]])]) }),
      ("timeZone", { $0.pick(["UTC", "Europe/London", "America/New_York"]) }),
      ("startDate", { $0.date(2026) }), ("endDate", { $0.date(2031) }),
      ("runOnce", { $0.flag() }), ("runImmediately", { $0.flag() }),
      ("dst", { $0.pick([[:], ["gap": "skip"], ["gap": "run", "overlap": "both"]]) }),
      ("misfire", { $0.pick(["once", "skip", "all"]) }),
      ("misfireGrace", { $0.pick([1, "60", "2h"]) }), ("jitter", { $0.pick(["1ms", 30, "7d"]) }),
      ("daysOfWeekToRun", { $0.pick([[1], ["mon", 7, "3"], "SUN", [1, 2, 3, 4, 5, 6, 7]]) }),
      ("blackout", { $0.blackout() }),
      ("retryCount", { $0.count(0...9) }), ("retryDelay", { $0.span() }),
      ("retryBackoff", { $0.pick([1, "1", "2.5", 1000, 1]) }), ("retryMaxDelay", { $0.span() }),
      ("minExecutionTime", { _ in "1ms" }), ("maxExecutionTime", { $0.span() }),
      ("killGrace", { $0.pick([0, "0s", "10s", $0.span()]) }),
      ("leftovers", { $0.pick(["leave", "kill", "wait"]) }),
      ("maxOutputBytes", { $0.pick([1024, "4096", "64k", "2G"]) }), ("hold", { $0.flag() }),
      ("purgeDays", { $0.count(0...99) }), ("canReRun", { $0.flag() }),
      ("maximumDateTimeToExecuteJob", { $0.date(2030) }),
      ("publishLinkAccessScope", { $0.pick(["Public", "Private", "PeopleInOrganization"]) }),
      ("worker", { $0.pick([1, "w"]) }), ("description", { .string($0.text()) }),
      ("createdBy", { .string($0.text()) }), ("category", { .string($0.text()) }),
      ("subCategory", { .string($0.text()) }), ("clientRequestId", { $0.pick([7, "r"]) }),
      ("queue", { $0.pick(["default", "big é"]) }),
      ("priority", { $0.pick([0, "-1000", 7, 1000]) }),
      ("needs", { $0.pick([["gpu": 1], ["é": "3", "gpu": 2], [:]]) }),
      ("after", { $0.pick(["a", ["b:any", "7"], [3, "a:failure"]]) }),
      ("locks", { $0.pick(["db", ["tape", "db"], ["a", "a"]]) }), ("labels", { $0.texts() }),
      (
        "expect",
        { $0.pick([["every": "25h"], ["maxDuration": 90, "minBytes": "12"], ["minBytes": 1]]) }
      ),
      (
        "hooks",
        {
          $0.pick([
            [:], ["onStart": "date", "onFailure": ["mail", "x"]],
            [
              "onMissed": [
                ["command": "a b", "timeout": "1s"],
                ["command": ["é"], "retryCount": "0", "retryDelay": "3m"],
              ]
            ],
          ])
        }
      ),
      (
        "plan",
        {
          $0.pick([
            ["name": "p", "job": "j", "kind": "file"],
            ["name": "p", "job": "j", "kind": "command", "agent": "a", "event": ["x": [1]]],
            ["name": "p", "job": "j", "kind": "schedule", "children": ["c", "d"]],
          ])
        }
      ),
    ]
    for (key, make) in makers where chance(40) { members[key] = make(&self) }
    if chance(20) {
      members["fileTrigger"] = fileTrigger()
      for key in ["runImmediately", "misfire", "misfireGrace", "jitter"] { members[key] = nil }
    }
    return .object(members)
  }
}
