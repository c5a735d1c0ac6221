// The man pages against the program's own tables: what exists is documented.

import Foundation
import JobCore
import JobSpool
import Testing

@testable import Commands

@Suite struct ManualTests {
  @Test(arguments: Program.syntax.commands.map(\.verb))
  func namesEveryOptionOfEachVerb(verb: String) throws {
    let page = try ManualPage("jobrun.1").section("COMMANDS").subsection(verb)
    let command = try #require(Program.syntax.command(verb))
    #expect(!page.lines.isEmpty, "man/jobrun.1 has no subsection \(verb)")
    let items = page.lines.filter { $0.hasPrefix(".It ") }
    for option in command.options {
      let item = items.first { "\($0) ".contains("Fl Fl \(option.name) ") }
      #expect(item != nil, "\(verb) --\(option.name)")
      if let short = option.short { #expect(item?.contains(".It Fl \(short) ,") == true) }
    }
  }

  @Test func namesNoOptionThatIsNotThere() throws {
    let page = try ManualPage("jobrun.1").section("COMMANDS")
    for command in Program.syntax.commands {
      for line in page.subsection(command.verb).lines where line.hasPrefix(".It Fl") {
        let words = line.split(separator: " ")
        let name = words.lastIndex(of: "Fl").map { String(words[$0 + 1]) }
        #expect(command.options.contains { $0.name == name }, "\(command.verb): \(line)")
      }
    }
  }

  @Test func namesTheOptionsOfTheProgram() throws {
    let page = try ManualPage("jobrun.1").section("DESCRIPTION")
    for option in Program.syntax.options {
      #expect(page.text.contains(".It Fl Fl \(option.name)"), "--\(option.name)")
    }
  }

  @Test(arguments: DocumentKey.allCases)
  func explainsEveryKey(key: DocumentKey) throws {
    #expect(try ManualPage("jobrun-job.5").section("KEYS").tags.contains(key.rawValue))
  }

  @Test func explainsNoKeyThatIsNotThere() throws {
    let known = Set(DocumentKey.allCases.map(\.rawValue))
    #expect(try ManualPage("jobrun-job.5").section("KEYS").tags.subtracting(known) == [])
  }

  @Test func explainsEveryPhase() throws {
    let words = Set(Phase.Word.allCases.map(\.rawValue))
    #expect(try ManualPage("jobrun-job.5").section("PHASES").tags == words)
    let status = try ManualPage("jobrun.1").section("STATUS IN JSON").text
    for word in words { #expect(status.contains(word)) }
  }

  @Test func explainsEveryExitCode() throws {
    let codes = [
      ExitCode.success, ExitCode.failure, ExitCode.usage, ExitCode.badDocument,
      ExitCode.noSuchJob, ExitCode.notPossible, ExitCode.internalError, ExitCode.cannotCreate,
      ExitCode.inputOutput, ExitCode.tryAgain, ExitCode.permission, ExitCode.configuration,
      ExitCode.timedOut,
    ]
    let tags = try ManualPage("jobrun.1").section("EXIT STATUS").tags
    #expect(tags == Set(codes.map(String.init) + ["128+n"]))
  }

  @Test func namesEveryVariableThatIsRead() throws {
    let tags = try ManualPage("jobrun.1").section("ENVIRONMENT").tags
    for name in try variables(in: /Environment\.value\("([A-Z_]+)"\)/)
    // Faults are for tests.
    where !name.hasSuffix("_FAULT") {
      #expect(tags.contains(name), "\(name)")
    }
    for name in ["HOME", "PATH", "USER", "LOGNAME", "SHELL", "LANG"] {
      #expect(tags.contains(name))
    }
  }

  @Test func namesEveryVariableOfARun() throws {
    let tags = try ManualPage("jobrun-job.5").section("ENVIRONMENT").tags
    let set = try variables(in: /environment\["(JOBRUN_[A-Z_]+)"\] =/)
    #expect(set.count >= 11)
    #expect(tags == Set(set + ["JOBRUN_VALUE_", "name"]))
  }

  @Test(arguments: [
    ("Contracts/ContractAction", "jobrun-serve.8", 13), ("Native/NativeAction", "jobrun-api.7", 22),
  ])
  func explainsEveryEndpoint(table: String, page: String, least: Int) throws {
    let table = try PackageFiles.text("Sources/RESTService/\(table).swift")
    let page = try ManualPage(page).lines
    let endpoints = table.matches(of: /Endpoint\(\s*"([^"]+)", \.(\w+),/)
    #expect(endpoints.count >= least)
    for endpoint in endpoints {
      let head = ".Ss \(endpoint.2.uppercased()) \(endpoint.1)"
      #expect(page.contains { $0 == head }, "\(head)")
    }
  }

  @Test func explainsEveryParameterOfANativeRequest() throws {
    let text = try PackageFiles.text("Sources/RESTService/Native/NativeAction+Operation.swift")
    let page = try ManualPage("jobrun-api.7").text
    let names = text.matches(of: /= Parameter\(\s*"([^"]+)"/).map { String($0.1) }
    #expect(names.count >= 20)
    for name in names {
      let isThere =
        try page.contains(Regex("\\.(It )?Va [^\n]*\\b\(name)\\b"))
        || page.contains(".Ql \(name)") || page.contains("{\(name)}")
      #expect(isThere, "\(name)")
    }
  }

  @Test func explainsEveryPropertyOfABackgroundJob() throws {
    let text = try PackageFiles.text("Sources/RESTService/Contracts/BackgroundJob.Property.swift")
    let body = try #require(text.firstMatch(of: /enum Property[^{]*\{((?s).*?)\/\/\/ The name/)).1
    let names =
      body.matches(of: /case ([\w, ]+?)(?: = "(\w+)")?\n/).flatMap { line in
        line.2.map { [String($0)] } ?? line.1.split(separator: ", ").map(String.init)
      }
    #expect(names.count == 32)
    let tags = try ManualPage("jobrun-serve.8").section("BACKGROUND JOBS").tags
    for name in names { #expect(tags.contains(name), "\(name)") }
  }

  @Test func explainsEveryMemberOfAnEvent() throws {
    let text = try PackageFiles.text("Sources/JobCore/Plan/ScheduledProcessEvent.swift")
    let body = try #require(text.firstMatch(of: /public var json: JSON \{((?s).*?)\n    return/)).1
    let names = body.matches(of: /members\["([A-Za-z]+)"\]/).map { String($0.1) }
    #expect(names.count == 30)
    #expect(try ManualPage("jobrun-serve.8").section("EVENTS OF RUNS").tags == Set(names))
  }

  @Test func explainsEveryKeyOfALineOfHistory() throws {
    let page = try ManualPage("jobrun-spool.7").section("RECORDS").subsection("Line of events/")
    for file in ["HistoryEntry", "Decision"] {
      let text = try PackageFiles.text("Sources/JobCore/Job/\(file).swift")
      let keys = text.matches(of: /(?:members\["|fields\.\w+\(")(\w+)"/).map { String($0.1) }
      #expect(keys.count >= 3)
      for key in keys {
        #expect(page.text.contains(try Regex("\\.Va [^\n]*\\b\(key)\\b")), "\(key)")
      }
    }
  }

  @Test func explainsEveryMetric() throws {
    var text = MetricsText()
    SpoolMetrics(
      version: "", isDaemonUp: true, jobs: [:], unreadable: 0,
      counted: DaemonMetrics(since: Instant(milliseconds: 0))
    ).write(to: &text)
    let names = text.text.matches(of: /TYPE (\w+) [a-z]/).map { String($0.1) }
    #expect(names.count >= 12)
    let page = try ManualPage("jobrun.1").section("COMMANDS").subsection("metrics")
    #expect(page.tags == Set(names))
    for ending in DaemonMetrics.Ending.allCases {
      #expect(page.text.contains(ending.rawValue), "\(ending)")
    }
  }

  @Test func explainsEveryKeyOfTheMetricsFile() throws {
    let page = try ManualPage("jobrun-spool.7").section("RECORDS").subsection("metrics.json")
    for file in ["DaemonMetrics", "Histogram"] {
      let text = try PackageFiles.text("Sources/JobCore/Metrics/\(file).swift")
      let keys = text.matches(of: /(?:fields\.\w+|\.histogram)\("(\w+)"/).map { String($0.1) }
      #expect(keys.count >= 3)
      for key in keys {
        #expect(page.text.contains(try Regex("\\.(It )?Va [^\n]*\\b\(key)\\b")), "\(key)")
      }
    }
  }

  private func variables(in pattern: Regex<(Substring, Substring)>) throws -> [String] {
    try PackageFiles.sources().flatMap { path in
      try PackageFiles.text(path).matches(of: pattern).map { String($0.1) }
    }
  }

  @Test func explainsEveryKeyOfAStateFile() throws {
    let tags = try ManualPage("jobrun.1").section("STATUS IN JSON").tags
    let text = try PackageFiles.text("Sources/JobCore/Job/JobState+JSON.swift")
    let list = try #require(text.firstMatch(of: /known = JSONKeyTable\(\[([^\]]*)\]/)).1
    for match in list.matches(of: /"([A-Za-z]+)"/) { #expect(tags.contains(String(match.1))) }
    let view = try PackageFiles.text("Sources/JobSpool/JobView.swift")
    for match in view.matches(of: /members\["([A-Za-z]+)"\]/) {
      #expect(tags.contains(String(match.1)), "\(match.1)")
    }
  }

  @Test(
    .enabled(if: Mandoc.isInstalled, "mandoc is not installed: apt-get install mandoc"),
    arguments: [
      "jobrun.1", "jobrun-api.7", "jobrun-cron.5", "jobrun-daemon.8", "jobrun-job.5",
      "jobrun-serve.8", "jobrun-spool.7",
    ])
  func passesMandocLint(page: String) async throws {
    let path = PackageFiles.root.appending(path: "man/\(page)").path
    try await JobrunFixture.with { fixture in
      let result = try await fixture.shell("mandoc -T lint -W warning '\(path)'")
      #expect(result.out + result.err == "")
      #expect(result.code == 0)
    }
  }
}

private enum Mandoc {
  static let isInstalled = ["/usr/local/bin", "/usr/bin", "/bin"].contains {
    FileManager.default.isExecutableFile(atPath: "\($0)/mandoc")
  }
}
