// Every command line that the man pages and the READMEs show is understood by the program, and
// those that can be run are run.

import Foundation
import Testing

@testable import Commands

@Suite struct CommandLineTests {
  private static let shown: [String] = {
    var lines: [String] = []
    for name in ["jobrun.1", "jobrun-job.5", "jobrun-spool.7"] {
      for display in (try? ManualPage(name).displays) ?? [] {
        lines += CommandLine.lines(after: "$ ", in: display)
      }
    }
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
    #expect(CommandLineTests.shown.count > 30)
  }

  @Test(arguments: shown)
  func isUnderstood(line: String) throws {
    let words = try #require(CommandLine(line)).words
    _ = try Program.syntax.parse(words)
  }

  @Test(arguments: shown.filter { CommandLine($0)?.isHarmless == true })
  func runsInAFreshSpool(line: String) throws {
    let folder = try TemporarySpool()
    defer { folder.remove() }
    let result = try folder.jobrun(try #require(CommandLine(line)).words)
    #expect(result.status == 0, "\(line)\n\(result.error)")
  }

  @Test func theExamplesSucceedAsOftenAsTheyAreRun() throws {
    let folder = try TemporarySpool()
    defer { folder.remove() }
    let examples = PackageFiles.root.appending(path: "spool/examples").path
    let files = try FileManager.default.contentsOfDirectory(atPath: examples)
      .map { "\(examples)/\($0)" }
    for round in 1...2 {
      let result = try folder.jobrun(["daemon", "--until-idle=2s"] + files.sorted())
      #expect(result.status == 0)
      let jobs = result.output.split(separator: "\n").dropFirst()
      #expect(jobs.count == round * files.count, "\(result.output)\n\(result.error)")
      #expect(jobs.allSatisfy { $0.contains(" succeeded ") }, "\(result.output)")
    }
  }
}

/// A spool of a test's own, with the models of spool/.
struct TemporarySpool {
  let path: URL

  init() throws {
    path = FileManager.default.temporaryDirectory
      .appending(path: "jobrun-spool-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: PackageFiles.root.appending(path: "spool/models"), to: path.appending(path: "models"))
  }

  func remove() { try? FileManager.default.removeItem(at: path) }

  /// Runs the program on this spool, from the package's directory.
  func jobrun(_ words: [String]) throws -> Launch {
    var environment = ProcessInfo.processInfo.environment
    environment["JOBRUN_SPOOL"] = path.path
    let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appending(path: "jobrun")
    return try Launch.run(
      program.path, words, environment: environment, directory: PackageFiles.root)
  }
}
