// Jobs that run after others, with the built binary and its daemon.

import Foundation
import Glibc
import Testing

@Suite struct AfterTests {
  @Test func aPipelineRunsInItsOrder() async throws {
    try await JobrunFixture.with { spool in
      let line = #"{"id":"%","command":"echo % >>order","after":[$]}"#
      func job(_ id: String, _ after: String) -> String {
        line.replacingOccurrences(of: "%", with: id).replacingOccurrences(of: "$", with: after)
      }
      let jobs = [job("a", ""), job("b", #""a""#), job("c", #""a""#), job("d", #""b","c:any""#)]
      let done = try await spool.jobrun("submit", "-", input: jobs.joined(separator: "\n"))
      #expect(done.out == "a\nb\nc\nd\n", "\(done.err)")
      #expect(try await spool.status("d").message.contains("which is waiting, to succeed"))
      try await spool.work()
      let order = spool.lines("order")
      #expect(order.first == "a" && order.last == "d" && order.count == 4)
    }
  }

  @Test func aDryRunLooksForTheJobsThatAreNamed() async throws {
    try await JobrunFixture.with { spool in
      let input = [
        #"{"id":"a","command":["true"]}"#, #"{"command":["true"],"after":"a"}"#,
        #"{"command":["true"],"after":"b"}"#, #"{"id":"b","command":["true"]}"#,
      ].joined(separator: "\n")
      for words in [["submit", "--dry-run", "--json", "-"], ["submit", "-"]] {
        let done = try await spool.start(words, input: input).finished()
        #expect(done.code == 65 && done.lines.count == 3)
        #expect(
          done.err == "jobrun submit: line 3: after: there is no job \"b\" yet: it is submitted "
            + "after this one; put it before it\n")
      }
    }
  }

  @Test func whatCannotSucceedAnyMoreFailsWithTheReasonAndItsOwnChildrenToo() async throws {
    try await JobrunFixture.with { spool in
      let up = try await spool.submit("--name", "build", "--", "false")
      let child = try await spool.submit("--name", "test", "--after", "build", "--", "true")
      let last = try await spool.submit("--after", child, "--", "true")
      let mail = try await spool.submit("--after", "\(up):failure", "--", "true")
      try await spool.work()
      #expect(
        try await spool.status(child).text("reason")
          == "it was to run after 1 (build) succeeded, and that failed: exit 1")
      #expect(
        try await spool.status(last).text("reason")
          == "it was to run after 2 (test) succeeded, and that failed: it did not begin")
      #expect(try await spool.status(mail).phase == "succeeded")
    }
  }

  @Test func aCancelFromElsewhereIsHeardOf() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.daemon()
      let up = try await spool.submit("--start", "2100-01-01", "--", "true")
      let child = try await spool.submit("--after", "\(up):any", "--", "true")
      #expect(try await spool.jobrun("cancel", up).code == 0)
      try await spool.status(child, reaches: "succeeded")
    }
  }

  /// The end of the parent is on record, and the daemon is killed before its child is looked at;
  /// or after, and before that has run.
  @Test func aDaemonThatIsKilledInBetweenLosesNothing() async throws {
    try await JobrunFixture.with { spool in
      for round in 1...5 {
        let daemon = try await spool.daemon()
        let up = try await spool.submit("--", "true")
        let children = try await (1...5).asyncMap { _ in
          try await spool.submit("--after", up, "--shell", "echo \(round) >>runs")
        }
        try await spool.status(up, reaches: "succeeded")
        daemon.kill(SIGKILL)
        _ = try await daemon.finished()
        try await spool.work()
        for child in children { #expect(try await spool.status(child).phase == "succeeded") }
        #expect(spool.lines("runs").count == round * 5)
      }
    }
  }

  @Test func aParentThatIsWaitedForIsNotPurged() async throws {
    try await JobrunFixture.with { spool in
      let up = try await spool.submit("--purge-days", "0", "--", "true")
      let child = try await spool.submit("--hold", "--after", "\(up):any", "--", "true")
      // No daemon is there to tell the child.
      try await spool.jobrun("cancel", up)
      let purge = try await spool.jobrun("purge", up)
      #expect(purge.code == 69)
      #expect(purge.err.contains("a job runs after it and has not heard of its end"))
      #expect(try await spool.jobrun("release", child).code == 0)
      try await spool.work()
      #expect(try await spool.status(child).phase == "succeeded")
    }
  }

  @Test func twoProcessesMakeNoCircle() async throws {
    try await JobrunFixture.with { spool in
      for round in 1...5 {
        let (a, b) = ("a\(round)", "b\(round)")
        for id in [a, b] { _ = try await spool.submit("--hold", "--id", id, "--", "true") }
        let first = try spool.start(
          ["submit", "--replace", "--id", a, "--hold", "--after", b, "--", "true"])
        let second = try spool.start(
          ["submit", "--replace", "--id", b, "--hold", "--after", a, "--", "true"])
        let ends = [try await first.finished(), try await second.finished()]
        #expect(ends.map(\.code).sorted() == [0, 65])
        #expect(ends.map(\.err).joined().contains("would be a circle"))
      }
    }
  }

  @Test func aHeldChildHearsOfTheEndAndNotOfTheRerun() async throws {
    try await JobrunFixture.with { spool in
      let up = try await spool.submit("--shell", "test ! -e ran && touch ran")
      let child = try await spool.submit("--hold", "--after", up, "--", "true")
      try await spool.work()
      #expect(try await spool.status(child).phase == "held")
      try await spool.jobrun("rerun", up)
      try await spool.work()
      #expect(try await spool.status(up).phase == "failed")
      try await spool.jobrun("release", child)
      try await spool.work()
      #expect(try await spool.status(child).phase == "succeeded")
    }
  }

  @Test func dropsAreTakenInTheOrderOfTheirNames() async throws {
    try await JobrunFixture.with { spool in
      try await spool.jobrun("status")
      for pair in 10...19 {
        try spool.write(
          #"{"id":"p\#(pair)","command":["true"]}"#, to: "spool/new/\(pair)-a.json")
        try spool.write(
          #"{"id":"c\#(pair)","command":["true"],"after":"p\#(pair)"}"#,
          to: "spool/new/\(pair)-b.json")
      }
      _ = try await spool.shell("touch -d '1 hour ago' $JOBRUN_SPOOL/new/*")
      try await spool.work()
      #expect(spool.names("corrupt").isEmpty && spool.names("done").count == 20)
    }
  }

  @Test func aWrongParentIsToldInTheWordsOfTheCommandLine() async throws {
    try await JobrunFixture.with { spool in
      let none = try await spool.jobrun("submit", "--after", "nobody", "--", "true")
      #expect(none.code == 65 && none.err.contains("--after: there is no job \"nobody\""))
      let word = try await spool.jobrun("submit", "--after", "x:later", "--", "true")
      #expect(word.code == 65 && word.err.contains("--after: \"later\" is no end of a job"))
    }
  }
}

extension Sequence where Self: Sendable, Element: Sendable {
  fileprivate func asyncMap<Result>(
    _ transform: (Element) async throws -> Result
  ) async throws -> [Result] {
    var results: [Result] = []
    for element in self { results.append(try await transform(element)) }
    return results
  }
}
