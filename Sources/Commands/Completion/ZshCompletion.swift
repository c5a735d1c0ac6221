// The completion script of zsh: a function for the fpath, which can be sourced as well.

/// A script for zsh, made from the table.
struct ZshCompletion {
  let program: ProgramSyntax

  var text: String {
    """
    #compdef jobrun
    # zsh completion of jobrun, made by `jobrun completion zsh`.
    _jobrun() {
      local curcontext=$curcontext context state state_descr
      local -a line jobrun_line=("${words[@]}")
      typeset -A opt_args
      _arguments -C \\
    \(lines(program.options, ["'--version[Show the version.]'"]))
        '(-)1:command:_jobrun_verbs' \\
        '(-)*:: :->rest'
      [[ $state == rest ]] || return
      case $words[1] in
    \(commands)
      esac
    }

    _jobrun_verbs() {
      local -a verbs=(
    \(verbs)
      )
      _describe command verbs
    }

    # What the spool knows.
    _jobrun_known() {
      local -a found
      local program=${jobrun_line[1]/#\\~\\//$HOME/}
      found=(${(f)"$($program \(KnownWords.verb) $1 "$PREFIX" "${jobrun_line[@]}" 2>/dev/null)"})
      compadd -a found
    }

    if [[ ${funcstack[1]} == _jobrun ]]; then
      _jobrun "$@"
    else
      compdef _jobrun jobrun
    fi

    """
  }

  private var verbs: String {
    let all = program.commands.map { ($0.verb, $0.summary) } + [("help", "Show help.")]
    return all.map { verb, summary in "    \(quoted("\(verb):\(escaped(summary))"))" }
      .joined(separator: "\n")
  }

  private var commands: String {
    let branches = program.commands.map { command in
      let operands = operandLines(WordKind(operands: command.operands))
      return """
            \(command.verb))
              _arguments \\
        \(lines(command.options + program.options, []))
            \(operands)
              ;;
        """
    }
    return (branches + ["    help) _arguments '1:command:_jobrun_verbs' ;;"])
      .joined(separator: "\n")
  }

  private func operandLines(_ kind: WordKind) -> String {
    if case .free = kind { return "    '*: :'" }
    return "    '*:\(action(kind))'"
  }

  /// Specifications of options, each with its continuation.
  private func lines(_ options: [Option], _ more: [String]) -> String {
    let all =
      options.flatMap(specifications) + more
      + [quoted("(-h --help)-h[Show help.]"), quoted("(-h --help)--help[Show help.]")]
    return all.map { "    \($0) \\" }.joined(separator: "\n")
  }

  private func specifications(_ option: Option) -> [String] {
    let short = option.short.map { "-\($0)" }
    let both = [short, option.longForm].compactMap(\.self)
    let exclusion =
      option.repeats ? "*" : both.count > 1 ? "(\(both.joined(separator: " ")))" : ""
    return both.map { form in
      let isShort = form == short
      let sign =
        switch option.kind {
        case .flag: ""
        case .value: isShort ? "+" : "="
        case .optionalValue: isShort ? "-" : "=-"
        }
      var text = "\(exclusion)\(form)\(sign)[\(escaped(option.help))]"
      if let kind = option.valueKind {
        if case .optionalValue = option.kind { text += ":" }
        text += ":\(action(kind))"
      }
      return quoted(text)
    }
  }

  /// The message and the action of a value.
  private func action(_ kind: WordKind) -> String {
    switch kind {
    case .choices(let words): "word:(\(words.joined(separator: " ")))"
    case .files: "file:_files"
    case .folders: "folder:_files -/"
    case .known(let sort): "\(sort.rawValue): _jobrun_known \(sort.rawValue)"
    case .free: "value: "
    }
  }

  private func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if "\\[]:".contains(character) { result += "\\" }
      result.append(character)
    }
    return result
  }

  private func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "'\\''") + "'"
  }
}
