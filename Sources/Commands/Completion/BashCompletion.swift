// The completion script of bash. It needs nothing beside bash 4: not the package bash-completion.

/// A script for bash, made from the table.
struct BashCompletion {
  let program: ProgramSyntax

  var text: String {
    """
    # bash completion of jobrun, made by `jobrun completion bash`.
    _jobrun() {
      local cur=${COMP_WORDS[COMP_CWORD]} prev= verb= only= kind= joined= i word
      local program=${COMP_WORDS[0]/#\\~\\//$HOME/} options
      COMPREPLY=()
      ((COMP_CWORD > 0)) && prev=${COMP_WORDS[COMP_CWORD-1]}
      # --name=value comes as three words.
      if [[ $cur == = ]]; then
        cur= joined=1
      elif [[ $prev == = ]] && ((COMP_CWORD > 1)); then
        prev=${COMP_WORDS[COMP_CWORD-2]} joined=1
      fi
      for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        case $word in
          --) [[ $verb ]] && only=1 ;;
          --spool)
            [[ ${COMP_WORDS[i+1]} == = ]] && ((i++))
            ((i++))
            ;;
          -*|=) ;;
          *) [[ $verb ]] || verb=$word ;;
        esac
      done
      if [[ $only ]]; then
        _jobrun_fill files
        return
      fi
      # The value of an option, if the word before is one that has a value.
      case "$verb $prev" in
    \(values)
      esac
      if [[ $kind ]]; then
        _jobrun_fill $kind
        return
      fi
      [[ $joined ]] && return
      case $verb in
    \(verbs)
      esac
      if [[ $cur == -* ]]; then
        _jobrun_fill "$options"
      elif [[ $kind ]]; then
        _jobrun_fill $kind
      fi
    }

    # Fills in what is a file, a folder, known to the spool, or one of the words given.
    _jobrun_fill() {
      local words=$*
      case $1 in
        none) return ;;
        files) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        folders) mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        known)
          words=$("$program" \(KnownWords.verb) "$2" "$cur" "${COMP_WORDS[@]}" 2>/dev/null)
          mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
          ;;
        *) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur") ;;
      esac
      case $1 in
        files|folders) compopt -o filenames 2>/dev/null ;;
      esac
    }

    complete -F _jobrun jobrun

    """
  }

  /// The branches for values: all of one verb's options that take the same.
  private var values: String {
    var lines = program.options.compactMap { branch("*", $0) }
    for command in program.commands {
      lines += command.options.compactMap { branch(command.verb, $0) }
    }
    return lines.joined(separator: "\n")
  }

  private func branch(_ verb: String, _ option: Option) -> String? {
    guard let kind = option.valueKind else { return nil }
    let forms = [option.longForm] + (option.short.map { ["-\($0)"] } ?? [])
    let patterns = forms.map { verb == "*" ? "*\" \($0)\"" : "\"\(verb) \($0)\"" }
    var action = "kind=\(quoted(words(kind)))"
    // A value that may be missing is only ever joined.
    if case .optionalValue = option.kind { action = "[[ $joined ]] && " + action }
    return "    \(patterns.joined(separator: "|"))) \(action) ;;"
  }

  private var verbs: String {
    let common = program.options.map(\.longForm) + ["--help"]
    let verbs = program.commands.map(\.verb) + ["help"]
    var lines = [
      "    '') options=\(quoted((common + ["--version"]).joined(separator: " "))) "
        + "kind=\(quoted(verbs.joined(separator: " "))) ;;",
      "    help) kind=\(quoted(verbs.joined(separator: " "))) ;;",
    ]
    for command in program.commands {
      let options = (command.options.map(\.longForm) + common).joined(separator: " ")
      let kind = words(WordKind(operands: command.operands))
      lines.append("    \(command.verb)) options=\(quoted(options)) kind=\(quoted(kind)) ;;")
    }
    return lines.joined(separator: "\n")
  }

  private func words(_ kind: WordKind) -> String {
    switch kind {
    case .choices(let words): words.joined(separator: " ")
    case .files: "files"
    case .folders: "folders"
    case .known(let sort): "known \(sort.rawValue)"
    case .free: "none"
    }
  }

  private func quoted(_ text: String) -> String { "'\(text)'" }
}
