// Every example of jobrun-cron(5) prints what the page says it prints.

import Testing

@Suite struct CronExampleTests {
  /// A command as the page shows it, with all that stands below it up to the next one.
  struct Example: CustomTestStringConvertible {
    var command: String
    var output: String

    var testDescription: String { command }
  }

  private static let examples: [Example] = {
    let displays = (try? ManualPage("jobrun-cron.5").displays) ?? []
    return displays.flatMap { examples(in: $0) }
  }()

  private static func examples(in display: String) -> [Example] {
    var examples: [Example] = []
    let lines = display.replacing("\\\n", with: " ").split(
      separator: "\n", omittingEmptySubsequences: false)
    for line in lines {
      if line.hasPrefix("$ ") {
        examples.append(Example(command: String(line.dropFirst(2)), output: ""))
      } else if !examples.isEmpty {
        examples[examples.count - 1].output += line + "\n"
      }
    }
    return examples
  }

  @Test func thereIsOneForEveryRule() {
    #expect(Self.examples.count > 45)
  }

  /// Standard error stands where a terminal shows it; `echo $?` shows an exit code that matters.
  @Test(arguments: examples)
  func printsWhatThePageSays(example: Example) async throws {
    try await JobrunFixture.with { fixture in
      let line = #"jobrun() { "$JOBRUN" "$@"; }; { \#(example.command); } 2>&1"#
      let done = try await fixture.shell(line)
      #expect(done.out == example.output)
    }
  }
}
