// Completion: each shell is asked for what it would propose. The folder of the binary comes first
// in the PATH, so that the command is `jobrun` as people type it.

import Foundation
import Testing

@testable import Commands

@Suite struct CompletionTests {
  static func isInstalled(_ shell: String) -> Bool {
    ["/usr/local/bin", "/usr/bin", "/bin"].contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(shell)")
    }
  }

  /// A line up to the key, and what has to be proposed, all of it or some.
  struct Case: Sendable, CustomTestStringConvertible {
    let line: String
    var all: [String]?
    var some: [String] = []
    var none: [String] = []
    var testDescription: String { line }
  }

  /// With two jobs, `nightly` of the id my.job and one of the id my.old that has ended, models
  /// `greet` and `group`, and another spool that has the job `elsewhere`.
  static let cases = [
    Case(line: "jobrun st", all: ["status"]),
    Case(line: "jobrun re", all: ["rerun", "release"]),
    Case(line: "jobrun help wh", all: ["why"]),
    Case(line: "jobrun --sp", all: ["--spool"]),
    Case(line: "jobrun status --nd", all: ["--ndjson"]),
    Case(line: "jobrun submit --dst-", all: ["--dst-gap", "--dst-overlap"]),
    Case(line: "jobrun daemon --log ", all: ["text", "json"]),
    Case(line: "jobrun daemon --log=j", all: ["json"]),
    Case(line: "jobrun status -p su", all: ["succeeded"]),
    Case(line: "jobrun status --phase ", some: ["held", "expired"], none: ["my.job", "--json"]),
    Case(line: "jobrun submit --wait=", all: ["status"]),
    Case(line: "jobrun submit --model g", all: ["greet", "group"]),
    Case(line: "jobrun status my", all: ["my.job", "my.old"]),
    Case(line: "jobrun cancel ni", all: ["nightly"]),
    Case(line: "jobrun logs --run 3 my.j", all: ["my.job"]),
    Case(line: "jobrun status --spool other el", all: ["elsewhere"]),
    Case(line: "jobrun --spool other why el", all: ["elsewhere"]),
    Case(line: "jobrun --spool=other why el", all: ["elsewhere"]),
    Case(line: "jobrun --spool ot", all: ["other"]),
    Case(line: "jobrun --spool nowhere why my", all: []),
    Case(line: "~/bin/jobrun why ni", all: ["nightly"]),
    Case(line: "jobrun submit --model=gre", all: ["greet"]),
    Case(line: "jobrun completion z", all: ["zsh"]),
    Case(line: "jobrun daemon jo", all: ["jobs of mine.json"]),
    Case(line: "jobrun events x", all: []),
  ]

  /// Makes the spools, asks a shell about all lines, and compares.
  /// - Parameter ask: the shell and its arguments for a program that prints, for each line of the
  ///   file `lines`, the line `> LINE` and the proposals, one a line.
  private func expectProposals(_ shell: String, _ asking: String) async throws {
    try await JobrunFixture.with { fixture in
      for (name, id) in [("nightly", "my.job"), ("weekly", "my.old"), ("two words", "x1")] {
        _ = try await fixture.submit("--name", name, "--id", id, "--hold", "--", "true")
      }
      try await fixture.jobrun("cancel", "my.old")
      try await fixture.jobrun(
        "submit", "--spool", "other", "--id", "elsewhere", "--hold", "--", "true")
      for model in ["greet", "group"] {
        try fixture.write(#"{"command": ["true"]}"#, to: "spool/models/\(model).json")
      }
      try fixture.write("[]", to: "jobs of mine.json")
      let script = try await fixture.jobrun("completion", shell)
      #expect(script.code == 0 && script.err == "")
      try fixture.write(script.out, to: "script")
      try fixture.write(
        CompletionTests.cases.map { $0.line + "\n" }.joined(), to: "lines")
      try fixture.write(asking, to: "asking")
      let folder = URL(filePath: JobrunFixture.binary).deletingLastPathComponent().path
      try FileManager.default.createSymbolicLink(
        atPath: fixture.path("home/bin"), withDestinationPath: folder)
      let environment = [
        "PATH": "\(folder):/usr/local/bin:/usr/bin:/bin", "TERM": "dumb",
        "XDG_CONFIG_HOME": fixture.path("home"), "ZDOTDIR": fixture.path("home"),
      ]
      let done = try await fixture.start(
        shell == "zsh" ? ["-f", "asking"] : shell == "fish" ? ["-N", "asking"] : ["asking"],
        environment: environment, program: shell
      ).finished()
      #expect(done.err == "", "\(done.out)")
      var proposals: [String: Set<String>] = [:]
      var line = ""
      for text in done.out.split(whereSeparator: \.isNewline).map(String.init) {
        if text.hasPrefix("> ") {
          line = String(text.dropFirst(2))
          proposals[line] = []
        } else {
          proposals[line]?.insert(text.trimmingCharacters(in: .whitespaces))
        }
      }
      for expected in CompletionTests.cases {
        let found = try #require(proposals[expected.line], "\(expected.line): \(done.out)")
        if let all = expected.all {
          #expect(found == Set(all), "\(shell): \(expected.line)")
        }
        #expect(found.isSuperset(of: expected.some), "\(shell): \(expected.line): \(found)")
        #expect(found.isDisjoint(with: expected.none), "\(shell): \(expected.line): \(found)")
      }
    }
  }

  @Test(.enabled(if: isInstalled("bash"), "bash is not installed: apt-get install bash"))
  func bashProposesWhatFits() async throws {
    try await expectProposals(
      "bash",
      #"""
      source ./script
      while IFS= read -r line; do
        echo "> $line"
        # As readline cuts it: a sign between name and value is a word.
        read -r -a COMP_WORDS <<< "${line//=/ = }"
        [[ $line == *[\ =] ]] && COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=()
        _jobrun jobrun "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
        printf '%s\n' "${COMPREPLY[@]}"
      done < lines
      """#)
  }

  @Test(.enabled(if: isInstalled("fish"), "fish is not installed: apt-get install fish"))
  func fishProposesWhatFits() async throws {
    try await expectProposals(
      "fish",
      #"""
      source ./script
      while read -l line
        echo "> $line"
        for word in (complete -C "$line" | string split -f 1 \t)
          # Of a joined value fish proposes the whole word; a path may be escaped.
          string replace -r '^--[a-z-]+=' '' -- (string unescape -- $word) | string replace -r '/$' ''
        end
      end < lines
      """#)
  }

  @Test(.enabled(if: isInstalled("zsh"), "zsh is not installed: apt-get install zsh"))
  func zshProposesWhatFits() async throws {
    try await expectProposals(
      "zsh",
      #"""
      # A shell on a terminal of its own gets the line and the key; instead of showing proposals,
      # its compadd prints them.
      zmodload zsh/zpty
      zpty shell zsh -f -i
      send() { zpty -w shell "$1" }
      send 'PS1= RPROMPT= PROMPT_EOL_MARK=; stty -echo; unsetopt zle_bracketed_paste beep'
      send 'autoload -Uz compinit; compinit -u -D; source ./script'
      send 'zstyle ":completion:*" list-max-items 0; bindkey -e; bindkey "^I" ask; setopt no_list_beep'
      cat > setup <<'END'
      compadd() {
        local -a asked
        if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
        builtin compadd -O asked "$@"
        (( $#asked )) && printf 'word:%s\n' "${(Q)asked[@]}" >> answers
        builtin compadd "$@"
      }
      ask-line() { _main_complete; compstate[insert]=; compstate[list]= }
      zle -C ask complete-word ask-line
      finish() { echo end >> answers; BUFFER= }
      zle -N finish; bindkey "^F" finish
      END
      send 'source ./setup; echo begun > begun'
      until [[ -e begun ]]; do zselect -t 5 2>/dev/null || sleep 0.05; done
      while IFS= read -r line; do
        print -r -- "> $line"
        : > answers
        zpty -w -n shell "$line"$'\t\C-f'
        for n in {1..400}; do
          [[ "$(tail -n 1 answers)" == end ]] && break
          sleep 0.02
        done
        sed -n 's/^word://p' answers | sed -e 's/^--[a-z-]*=//' -e 's/\/$//' -e 's/^=//'
      done < lines
      zpty -d shell
      """#)
  }

  @Test func wordsOfManyJobsAreThereAtOnce() async throws {
    try await JobrunFixture.with { fixture in
      let documents = (1...3000).map {
        #"{"id": "j\#($0)", "name": "n\#($0)", "command": ["true"], "hold": true}"#
      }
      let submitted = try await fixture.jobrun(
        "submit", "-", input: documents.joined(separator: "\n"))
      #expect(submitted.code == 0)
      let clock = ContinuousClock.now
      let done = try await fixture.jobrun(KnownWords.verb, "jobs", "j29")
      #expect(done.lines.count == 111)
      #expect(ContinuousClock.now - clock < .seconds(2))
      // Nobody chooses from thousands.
      #expect(try await fixture.jobrun(KnownWords.verb, "jobs", "j").out == "")
    }
  }

  @Test func aSpoolThatIsNotThereIsNotMade() async throws {
    try await JobrunFixture.with { fixture in
      let done = try await fixture.jobrun(KnownWords.verb, "jobs", "")
      #expect(done.code == 0 && done.out + done.err == "")
      #expect(fixture.names("") == [])
    }
  }

  @Test func valuesAreWhatTheirNamesSay() {
    #expect(WordKind(valueNamed: "ID[:WHEN]") == .known(.jobs))
    #expect(WordKind(valueNamed: "QUEUE") == .known(.queues))
    #expect(WordKind(valueNamed: "queue|skip|replace") == .choices(["queue", "skip", "replace"]))
    #expect(WordKind(valueNamed: "TIME") == .free)
  }

  @Test(arguments: CompletionCommand.Shell.allCases)
  func everyOptionIsInEveryScript(shell: CompletionCommand.Shell) {
    let script = CompletionCommand.script(for: shell, of: Program.syntax)
    for command in Program.syntax.commands {
      #expect(script.contains(command.verb))
      for option in command.options {
        let form = shell == .fish ? "-l \(option.name) " : option.longForm
        #expect(script.contains(form), "\(command.verb) \(form)")
      }
    }
  }
}
