// completion: the script that lets a shell complete command lines.

import JobCore

/// `jobrun completion`.
enum CompletionCommand {
  /// A shell that there is a script for.
  enum Shell: String, CaseIterable, Sendable { case bash, zsh, fish }

  static let verb = Program.Verb(
    syntax: CommandSyntax(
      verb: "completion", summary: "Print a script that completes command lines in a shell.",
      operands: Shell.choices,
      details: """
        The script completes commands, options and their values, jobs by id and by name, models and \
        plans. It asks the spool that the command line names.
        """,
      examples: [
        ("Complete in this bash:", "source <(jobrun completion bash)"),
        (
          "Complete in every fish:",
          "jobrun completion fish > ~/.config/fish/completions/jobrun.fish"
        ),
      ]),
    run: run)

  private static func run(_ session: Session) throws -> Int32 {
    let word = try session.options.onlyOperand("SHELL")
    switch OptionValue<Shell>.choice.parse(word) {
    case .success(let shell):
      try session.print(bytes: Array(script(for: shell, of: Program.syntax).utf8))
      return ExitCode.success
    case .failure(let fault): throw session.options.badOperand(0, fault.reason)
    }
  }

  /// The script for a shell.
  static func script(for shell: Shell, of program: ProgramSyntax) -> String {
    switch shell {
    case .bash: BashCompletion(program: program).text
    case .zsh: ZshCompletion(program: program).text
    case .fish: FishCompletion(program: program).text
    }
  }
}
