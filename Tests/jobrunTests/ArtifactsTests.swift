// `jobrun artifacts`: what runs have left is listed and printed, and nothing else is.

import Foundation
import Testing

@Suite struct ArtifactsTests {
  @Test func listsAndPrintsWhatTheLatestRunHasLeft() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit(
        "--shell",
        "cd $JOBRUN_ARTIFACTS_DIR; mkdir b; echo $JOBRUN_RUN > b/c; printf 1234 > a; ln -s /etc l")
      try await spool.work()
      #expect(try await spool.jobrun("artifacts", id).lines == ["a", "b/c"])
      #expect(try await spool.jobrun("artifacts", id, "b/c").out == "1\n")
      let list = try await spool.jobrun("artifacts", id, "--json").out
      let json = try JSONSerialization.jsonObject(with: Data(list.utf8)) as? [[String: Any]]
      #expect(json?.map { $0["name"] as? String } == ["a", "b/c"])
      #expect(json?.map { $0["size"] as? Int } == [4, 2])
      try await spool.jobrun("rerun", id)
      try await spool.work()
      #expect(try await spool.jobrun("artifacts", id, "b/c").out == "2\n")
      #expect(try await spool.jobrun("artifacts", id, "b/c", "--run", "1").out == "1\n")
      #expect(try await spool.jobrun("artifacts", id, "--run", "3").code == 69)
    }
  }

  @Test(arguments: ["l", "l/passwd", "../stdout", "b/../a", "/etc/passwd", "", ".", "b", "none"])
  func printsNothingFromElsewhere(name: String) async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit(
        "--shell", "cd $JOBRUN_ARTIFACTS_DIR; mkdir b; echo > a; ln -s /etc l; echo out")
      try await spool.work()
      let done = try await spool.jobrun("artifacts", id, name)
      #expect(done.code == 66)
      #expect(done.out == "")
      #expect(done.err.contains("has left no file"))
    }
  }

  @Test func aRunThatHasLeftNothingHasAnEmptyList() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("true")
      #expect(try await spool.jobrun("artifacts", id).out == "")
      try await spool.work()
      let done = try await spool.jobrun("artifacts", id)
      #expect(done.out == "")
      #expect(done.code == 0)
    }
  }
}
