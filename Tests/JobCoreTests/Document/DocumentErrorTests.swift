// Each fault of a document with its field and its exact words.

import JobCore
import Testing

@Suite struct DocumentErrorTests {
  @Test(arguments: [
    (#""endDat":"x""#, "endDat: there is no such key; did you mean \"endDate\"?"),
    (#""retrycount":1"#, "retrycount: there is no such key; did you mean \"retryCount\"?"),
    (#""parameters":{}"#, "parameters: there is no such key"),
    (#""retryCount":-1"#, "retryCount: -1 is out of range; 0 to 1000000 is allowed"),
    (#""retryCount":1.5"#, "retryCount: a whole number is expected"),
    (#""retryCount":"three""#, "retryCount: a whole number is expected"),
    (#""retryCount":99999999999999999999"#, "retryCount: a whole number is expected"),
    (#""retryBackoff":0.5"#, "retryBackoff: 0.5 is out of range; 1.0 to 1000.0 is allowed"),
    (#""retryBackoff":"nan""#, "retryBackoff: a number is expected"),
    (#""retryBackoff":"0x10""#, "retryBackoff: a number is expected"),
    (#""retryBackoff":true"#, "retryBackoff: a number is expected"),
    (#""purgeDays":36501"#, "purgeDays: 36501 is out of range; 0 to 36500 is allowed"),
    (#""runOnce":"maybe""#, "runOnce: true, false, \"Y\" or \"N\" is expected"),
    (#""hold":1"#, "hold: true, false, \"Y\" or \"N\" is expected"),
    (
      #""successfulReturnCodes":3"#,
      "successfulReturnCodes: an array of exit codes is expected, such as [0, 3]"
    ),
    (
      #""successfulReturnCodes":[]"#,
      "successfulReturnCodes: an array of exit codes is expected, such as [0, 3]"
    ),
    (
      #""successfulReturnCodes":[0,256]"#,
      "successfulReturnCodes[1]: 256 is out of range; 0 to 255 is allowed"
    ),
    (#""retryDelay":"soon""#, "retryDelay: column 1: expected a number"),
    (#""retryDelay":-1"#, "retryDelay: column 1: a length of time cannot be negative"),
    (
      #""retryDelay":1.5"#,
      "retryDelay: column 2: only whole numbers; write 1500ms for one and a half seconds"
    ),
    (#""killGrace":[]"#, "killGrace: a duration such as \"90s\" or \"2h30m\" is expected"),
    (
      #""maxExecutionTime":0"#, "maxExecutionTime: it must be longer than 0s; leave it out for none"
    ),
    (
      #""maxExecutionTime":"1s","minExecutionTime":"2s""#,
      "maxExecutionTime: 1s is less than minExecutionTime 2s"
    ),
    (
      #""maxOutputBytes":"1 MB""#,
      "maxOutputBytes: a number of bytes, 1024 or more, is expected, such as 65536 or \"64k\""
    ),
    (
      #""locks":["a",""]"#,
      "locks[1]: a name of 1 to 200 characters without control characters is expected"
    ),
    (
      "\"locks\":[\"a\"\(String(repeating: ",\"b\"", count: 64))]",
      "locks: 65 are too many; 64 are allowed"
    ),
    (
      #""queue":"a\u0007b""#,
      "queue: a name of 1 to 200 characters without control characters is expected"
    ),
    (#""priority":1.5"#, "priority: a whole number is expected"),
    (#""priority":1001"#, "priority: 1001 is out of range; -1000 to 1000 is allowed"),
    (#""needs":{"gpu":0}"#, "needs.gpu: 0 is out of range; 1 to 1000000 is allowed"),
    (
      #""needs":"gpu""#,
      "needs: an object of pools and amounts is expected, such as {\"gpu\": 1}, not a string"
    ),
    (#""expect":{}"#, "expect: at least one of every, maxDuration, minBytes is needed"),
    (#""expect":{"evry":"1h"}"#, "expect.evry: there is no such key; did you mean \"every\"?"),
    (#""expect":{"every":"0s"}"#, "expect.every: it must be longer than 0s"),
    (
      #""expect":{"minBytes":0}"#,
      "expect.minBytes: 0 is out of range; 1 to 9007199254740992 is allowed"
    ),
    (
      #""expect":"25h""#,
      "expect: an object such as {\"every\": \"25h\"} is expected, not a string"
    ),
    (
      #""hooks":["a"]"#,
      "hooks: an object such as {\"onFailure\": [\"program\", \"argument\"]} is expected, not an "
        + "array"
    ),
    (
      #""hooks":{"after":"a"}"#,
      "hooks.after: there is no such event; onStart, onSuccess, onFailure, onRetry, onMissed are "
        + "known"
    ),
    (
      #""hooks":{"onSucces":"a"}"#,
      "hooks.onSucces: there is no such event; did you mean \"onSuccess\"?"
    ),
    (#""hooks":{"onRetry":" "}"#, "hooks.onRetry: it is empty"),
    (
      #""hooks":{"onRetry":[]}"#,
      "hooks.onRetry: the first element names the program and is not empty"
    ),
    (
      #""hooks":{"onRetry":{"command":["a"],"timout":1}}"#,
      "hooks.onRetry.timout: there is no such key; did you mean \"timeout\"?"
    ),
    (#""hooks":{"onRetry":{"timeout":1}}"#, "hooks.onRetry.command: it is missing"),
    (
      #""hooks":{"onStart":[{"command":"a"},{"command":"b","retryCount":101}]}"#,
      "hooks.onStart[1].retryCount: 101 is out of range; 0 to 100 is allowed"
    ),
    (
      #""hooks":{"onStart":[{"command":"a"},"b"]}"#,
      "hooks.onStart[1]: an object is expected like those before it, not a string"
    ),
    (
      #""hooks":{"onStart":{"command":"a","timeout":0}}"#,
      "hooks.onStart.timeout: it must be longer than 0s"
    ),
    (#""plan":"p""#, "plan: an object is expected, not a string"),
    (#""plan":{"name":"p","job":"j"}"#, "plan.kind: it is missing"),
    (#""plan":{"name":"p","kind":"file"}"#, "plan.job: a string that is not empty is expected"),
    (
      #""plan":{"name":"p","job":"j","kind":"time"}"#,
      "plan.kind: \"time\" is none of \"command\", \"schedule\", \"file\""
    ),
    (
      #""plan":{"name":"p","job":"j","kind":"file","children":[1]}"#,
      "plan.children: an array of strings is expected"
    ),
    (#""leftovers":"drop""#, "leftovers: \"drop\" is none of \"leave\", \"kill\", \"wait\""),
    (
      #""publishLinkAccessScope":"private""#,
      "publishLinkAccessScope: \"private\" is none of \"Public\", \"Private\", "
        + "\"PeopleInOrganization\""
    ),
    (#""umask":22"#, "umask: octal digits in a string are expected, such as \"022\""),
    (#""umask":"099""#, "umask: octal digits in a string are expected, such as \"022\""),
    (#""umask":"+22""#, "umask: octal digits in a string are expected, such as \"022\""),
    (#""umask":"1000""#, "umask: octal digits in a string are expected, such as \"022\""),
    (#""workingDirectory":"""#, "workingDirectory: it is empty"),
    (#""name":"""#, "name: a name has 1 to 200 characters and no control characters"),
    (#""name":"a\nb""#, "name: a name has 1 to 200 characters and no control characters"),
    (#""name":5"#, "name: a string is expected, not a number"),
    (#""values":[]"#, "values: an object is expected, not an array"),
    (#""values":{"":1}"#, "values: a value's name is not empty and has no NUL"),
    (#""labels":"x""#, "labels: an object of strings is expected, not a string"),
    (#""labels":{"a":[]}"#, "labels.a: a string is expected, not an array"),
    (#""environment":{"A":null}"#, "environment.A: a string is expected, not null"),
    (
      #""environment":{"A=B":"x"}"#,
      "environment.A=B: a variable's name is not empty and has no \"=\" and no NUL"
    ),
    (
      #""environment":{"JOBRUN_RUN":"x"}"#,
      "environment.JOBRUN_RUN: names that start with JOBRUN_ are set by jobrun itself"
    ),
    (
      #""environment":{"A":"x\u0000"}"#,
      "environment.A: it holds a NUL character, which no program can be given"
    ),
    (#""stdin":7"#, "stdin: a string is expected, not a number"),
    (
      #""id":"12""#,
      "id: \"12\" cannot be an id: 1 to 64 of A-Z a-z 0-9 . _ -, not starting with a dot, "
        + "not all digits"
    ),
    (#""quartzDef":7"#, "quartzDef: a string is expected, not a number"),
    (#""quartzDef":[]"#, "quartzDef: the array is empty; leave the key out"),
    (#""quartzDef":["0 0 3 * * ?",null]"#, "quartzDef[1]: a string is expected, not null"),
  ])
  func namesTheFieldAndTheRemedy(members: String, message: String) {
    #expect(Documents.jobFault(members) == message)
  }

  @Test(arguments: [
    ("", "command: a job needs a command, or a model that has one"),
    (#""command":[]"#, "command: the first element names the program and is not empty"),
    (#""command":[""]"#, "command: the first element names the program and is not empty"),
    (#""command":["a",1]"#, "command[1]: a string is expected, not a number"),
    (#""command":" \n""#, "command: it is empty"),
    (
      #""command":["a","b\u0000"]"#,
      "command[1]: it holds a NUL character, which no program can be given"
    ),
    (#""command":"a\u0000""#, "command: it holds a NUL character, which no program can be given"),
    (
      #""command":7"#,
      "command: an array of strings, or a string for the shell, is expected, not a number"
    ),
  ])
  func asksForACommandThatCanBeRun(members: String, message: String) {
    #expect(Documents.fault(members) == message)
  }

  @Test(arguments: [
    (
      "2026-02-30",
      "startDate: \"2026-02-30\", column 9: this month has only 28 days; write 2026-11-21 16:56:00, "
        + "or 2026-11-21T16:56:00+01:00 with a zone of its own"
    ),
    (
      "tomorrow",
      "startDate: \"tomorrow\", column 1: expected the year in 4 digits; write "
        + "2026-11-21 16:56:00, or 2026-11-21T16:56:00+01:00 with a zone of its own"
    ),
  ])
  func showsHowToWriteADate(text: String, message: String) {
    #expect(Documents.jobFault(#""startDate":"\#(text)""#) == message)
  }

  @Test(arguments: [
    (
      #""dst":"auto""#, "dst: an object such as {\"gap\": \"skip\"} is expected, not a string"
    ),
    (#""dst":{"gaps":"run"}"#, "dst.gaps: there is no such key; gap and overlap are known"),
    (
      #""dst":{"overlap":"none"}"#,
      "dst.overlap: \"none\" is none of \"auto\", \"first\", \"second\", \"both\""
    ),
    (#""dst":{"gap":1}"#, "dst.gap: a string is expected, not a number"),
    (#""misfire":"twice""#, "misfire: \"twice\" is none of \"once\", \"skip\", \"all\""),
    (#""misfireGrace":"999ms""#, "misfireGrace: at least 1s is needed: no timer is exact"),
    (#""jitter":"8d""#, "jitter: 8d is more than 7d"),
    (
      #""blackout":"SUN""#,
      """
      blackout: this is neither FROM/TO with dates such as 2026-12-24 nor a quartz expression
      column 4: 1 field; expected 6 or 7: second minute hour day-of-month month day-of-week [year]
        SUN
           ^
      """
    ),
    (#""jitter":0"#, "jitter: it must be longer than 0s; leave it out for none"),
    (#""daysOfWeekToRun":[]"#, "daysOfWeekToRun: the array is empty: no day would be left"),
    (
      #""daysOfWeekToRun":[1,8]"#,
      "daysOfWeekToRun[1]: a day is expected, 1 (Sunday) to 7 or SUN to SAT, and one entry for each"
    ),
    (
      #""daysOfWeekToRun":"Funday""#,
      "daysOfWeekToRun: a day is expected, 1 (Sunday) to 7 or SUN to SAT, and one entry for each"
    ),
    (#""blackout":[7]"#, "blackout[0]: a string is expected, not a number"),
    (
      #""blackout":"2026-12-24""#,
      "blackout: a range is FROM/TO, such as 2026-12-24 18:00/2026-12-27"
    ),
    (
      #""blackout":"2026-12-24/2026-12-24""#,
      "blackout: nothing is in it: the second date is the first instant after the range"
    ),
    (
      #""blackout":"2026-12-24/soon""#,
      "blackout: \"soon\", column 1: expected the year in 4 digits; write 2026-11-21 16:56:00, or "
        + "2026-11-21T16:56:00+01:00 with a zone of its own"
    ),
  ])
  func saysWhatIsWrongWithARuleOfTime(members: String, message: String) {
    #expect(Documents.jobFault(members) == message)
  }

  @Test func boundsTheNumberOfBlackouts() {
    func fault(_ count: Int, _ entry: String) -> String? {
      let entries = Array(repeating: "\"\(entry)\"", count: count).joined(separator: ",")
      return Documents.jobFault("\"blackout\":[\(entries)]")
    }
    #expect(fault(32, "* * 1 * * ?") == nil && fault(1000, "2026-01-01/2026-01-02") == nil)
    let message = "blackout: at most 1000 entries are allowed, 32 of them expressions"
    #expect(fault(33, "* * 1 * * ?") == message)
    #expect(fault(1001, "2026-01-01/2026-01-02") == message)
  }

  @Test func refusesAWindowThatEndsBeforeItBegins() {
    #expect(
      Documents.jobFault(#""startDate":"2026-06-02","endDate":"2026-06-01""#)
        == "endDate: it is before startDate: no run could ever begin")
    #expect(Documents.jobFault(#""startDate":"2026-06-02","endDate":"2026-06-02""#) == nil)
  }

  @Test(arguments: ["Mars/Base", "../etc/passwd", "", "/etc/localtime"])
  func refusesZonesThatTheSystemDoesNotKnow(zone: String) {
    #expect(
      Documents.jobFault(#""timeZone":"\#(zone)""#)
        == "timeZone: the system knows no time zone \"\(zone)\"; names are such as "
        + "Europe/Istanbul or UTC")
  }

  @Test func pointsAtTheColumnOfAnExpression() {
    #expect(
      Documents.jobFault(#""quartzDef":["0 0 3 * * ?","0 0 25 * * ?"]"#) == """
        quartzDef[1]: this is not a quartz expression
        hour, column 5: 25 is out of range; expected 0-23
          0 0 25 * * ?
              ^
        """)
  }

  @Test func refusesAnExpressionThatNeverFires() {
    #expect(
      Documents.jobFault(#""quartzDef":"0 0 0 30 2 ?""#) == """
        quartzDef: this is not a quartz expression
        column 1: this matches no day that ever comes
          0 0 0 30 2 ?
          ^
        """)
  }

  @Test(arguments: [("[]", "an array"), ("7", "a number"), ("null", "null")])
  func wantsAnObject(text: String, kind: String) throws {
    let json = try JSON(parsing: text)
    let error = #expect(throws: DocumentError.self) {
      try JobDocument(json, in: Documents.context())
    }
    #expect(error?.message == "a job is a JSON object, not \(kind)")
  }
}
