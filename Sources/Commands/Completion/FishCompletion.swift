// The completion script of fish: one line for each word that can be completed.

/// A script for fish, made from the table.
struct FishCompletion {
  let program: ProgramSyntax

  var text: String {
    """
    # fish completion of jobrun, made by `jobrun completion fish`.

    # Prints the command on the line so far; nothing if there is none yet.
    function __jobrun_verb
      set -l line (commandline -opc)
      set -e line[1]
      while set -q line[1]
        switch $line[1]
          case --spool
            set -e line[1]
          case '-*'
          case '*'
            echo $line[1]
            return
        end
        set -e line[1]
      end
    end

    function __jobrun_is
      set -l verb (__jobrun_verb)
      test "$verb" = "$argv[1]"
    end

    # Whether the word is an operand of a command.
    function __jobrun_takes
      __jobrun_is $argv[1]
      and not string match -q -- '-*' (commandline -ct)
    end

    # Prints what the spool knows.
    function __jobrun_known
      set -l line (commandline -opc)
      set -l word (commandline -ct | string replace -r '^--?[^=]*=' '')
      set -l program (string replace -r '^~/' "$HOME/" -- $line[1])
      $program \(KnownWords.verb) $argv[1] "$word" $line 2>/dev/null
    end

    complete -c jobrun -f
    \(lines.joined(separator: "\n"))

    """
  }

  private var lines: [String] {
    var lines = ["complete -c jobrun -s h -l help -d 'Show help.'"]
    lines += program.options.map { specification($0, if: "") }
    let start = " -n '__jobrun_is \"\"'"
    lines.append("complete -c jobrun\(start) -l version -d 'Show the version.'")
    let verbs = program.commands.map { ($0.verb, $0.summary) } + [("help", "Show help.")]
    for (verb, summary) in verbs {
      lines.append("complete -c jobrun\(start) -a \(verb) -d \(quoted(summary))")
      lines.append("complete -c jobrun -n '__jobrun_is help' -a \(verb) -d \(quoted(summary))")
    }
    for command in program.commands {
      let condition = " -n '__jobrun_is \(command.verb)'"
      lines += command.options.map { specification($0, if: condition) }
      if let words = words(WordKind(operands: command.operands)) {
        lines.append("complete -c jobrun -n '__jobrun_takes \(command.verb)' \(words)")
      }
    }
    return lines
  }

  private func specification(_ option: Option, if condition: String) -> String {
    let start = "complete -c jobrun\(condition)"
    let names = (option.short.map { " -s \($0)" } ?? "") + " -l \(option.name)"
    let help = " -d \(quoted(option.help))"
    switch option.kind {
    case .flag: return start + names + help
    case .value(let name):
      let kind = WordKind(valueNamed: name)
      let words = words(kind).map { " \($0)" } ?? ""
      return start + names + (kind == .files ? " -r" : " -x") + words + help
    case .optionalValue(let name):
      // Without -r or -x, a value is only ever joined.
      let words = words(WordKind(valueNamed: name)).map { " \($0)" } ?? ""
      return start + names + " -f" + words + help
    }
  }

  /// The words themselves; nil if there are none to propose.
  private func words(_ kind: WordKind) -> String? {
    switch kind {
    case .choices(let words): "-a \(quoted(words.joined(separator: " ")))"
    case .files: "-F"
    case .folders: "-a '(__fish_complete_directories)'"
    case .known(let sort): "-a '(__jobrun_known \(sort.rawValue))'"
    case .free: nil
    }
  }

  private func quoted(_ text: String) -> String {
    "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
  }
}
