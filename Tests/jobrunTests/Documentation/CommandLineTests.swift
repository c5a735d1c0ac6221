// Every command line that the man pages and the READMEs show is understood by the program, and
// those that can be run are run.

import Foundation
import Testing

@testable import Commands

@Suite struct CommandLineTests {
  /// The command lines of a man page.
  private static func lines(of page: String) -> [String] {
    ((try? ManualPage(page).displays) ?? []).flatMap { CommandLine.lines(after: "$ ", in: $0) }
  }

  private static let shown: [String] = {
    var lines = [
      "jobrun.1", "jobrun-api.7", "jobrun-daemon.8", "jobrun-job.5", "jobrun-serve.8",
      "jobrun-spool.7",
    ]
    .flatMap(
      CommandLineTests.lines)
    for path in ["README.md", "spool/README.md"] {
      let text = (try? PackageFiles.text(path)) ?? ""
      for block in text.matches(of: /```(sh|console)\n((?s).*?)```/) {
        lines += CommandLine.lines(after: block.1 == "sh" ? "" : "$ ", in: String(block.2))
      }
    }
    for command in Program.syntax.commands { lines += command.examples.map(\.line) }
    return lines.filter { CommandLine($0) != nil }
  }()

  @Test func thereAreSome() {
    #expect(CommandLineTests.shown.count > 25)
  }

  // Those of jobrun-cron(5) are run, and their output compared, by CronExampleTests.
  @Test(arguments: shown + lines(of: "jobrun-cron.5"))
  func isUnderstood(line: String) throws {
    let words = try #require(CommandLine(line)).words
    _ = try Program.syntax.parse(words)
  }

  @Test(arguments: shown.filter { CommandLine($0)?.isHarmless == true })
  func runsInAFreshSpool(line: String) async throws {
    let words = try #require(CommandLine(line)).words
    try await JobrunFixture.with { fixture in
      try fixture.write(PackageFiles.text("spool/models/greet.json"), to: "spool/models/greet.json")
      if words.contains("billing/load") {
        let plan = #"[{"contextName": "billing", "jobName": "load", "commandLine": "true"}]"#
        #expect(try await fixture.jobrun("provision", "-", input: plan).code == 0)
      }
      let result = try await fixture.start(words).finished()
      #expect(result.code == 0, "\(line)\n\(result.err)")
    }
  }

  @Test func theExamplesSucceedAsOftenAsTheyAreRun() async throws {
    let examples = PackageFiles.root.appending(path: "spool/examples").path
    let files = try FileManager.default.contentsOfDirectory(atPath: examples)
      .map { "\(examples)/\($0)" }
    try await JobrunFixture.with { fixture in
      try fixture.write(PackageFiles.text("spool/models/greet.json"), to: "spool/models/greet.json")
      for round in 1...2 {
        let result = try await fixture.start(["daemon", "--until-idle=2s"] + files.sorted())
          .finished()
        #expect(result.code == 0)
        let jobs = result.lines.dropFirst()
        #expect(jobs.count == round * files.count, "\(result.out)\n\(result.err)")
        #expect(jobs.allSatisfy { $0.contains(" succeeded ") }, "\(result.out)")
      }
    }
  }
}
