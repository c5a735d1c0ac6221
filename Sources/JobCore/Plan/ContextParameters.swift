// Context parameters: what a plan and its events put into the environment of a command.

/// Names and values for the environment of a run.
enum ContextParameters {
  /// Reads `[{"name": ..., "defaultValue": ..., "value": ...}, ...]`; nil if there is no list.
  /// A parameter without a value sets nothing, as in the original.
  static func read(_ key: String, of fields: LenientFields) throws(DocumentError) -> [String:
    String]?
  {
    guard let entries = try fields.objects(key) else { return nil }
    var variables: [String: String] = [:]
    for entry in entries {
      guard let name = try entry.text("name") else {
        throw DocumentError(entry.field("name"), "a parameter needs a name")
      }
      if let objection = objection(to: name) {
        throw DocumentError(entry.field("name"), "\"\(name)\" \(objection)")
      }
      guard variables[name] == nil else {
        throw DocumentError(entry.field("name"), "\"\(name)\" stands twice")
      }
      // An empty value is one, where an empty text elsewhere counts as absent.
      if entry["value"]?.string == "" {
        variables[name] = ""
      } else {
        let value = try entry.text("value")
        let fallback = try entry.text("defaultValue")
        variables[name] = value ?? fallback
      }
    }
    return variables
  }

  /// Why a name cannot be one of the environment; nil if it can.
  private static func objection(to name: String) -> String? {
    if name.unicodeScalars.contains(where: { $0.value < 33 || $0 == "=" || $0.value == 127 }) {
      return "cannot be the name of a variable"
    }
    if name.utf8.count > longestName { return "is longer than \(longestName) bytes" }
    if name.hasPrefix("JOBRUN_") { return "is a name that jobrun sets itself" }
    if loaders.contains(name) || loaderPrefixes.contains(where: name.hasPrefix) {
      return "would change how programs are loaded or found, and is refused"
    }
    return nil
  }

  private static let longestName = 255

  /// Variables by which the dynamic linker (ld.so(8)), shells and interpreters run other code
  /// than the command names.
  private static let loaders: Set<String> = [
    "PATH", "IFS", "ENV", "BASH_ENV", "SHELLOPTS", "BASHOPTS", "PS4", "PROMPT_COMMAND", "CDPATH",
    "FPATH", "SHELL", "GCONV_PATH", "NLSPATH", "LOCPATH", "HOSTALIASES", "RESOLV_HOST_CONF",
    "TMPDIR",
    "MALLOC_CHECK_", "GLIBC_TUNABLES", "PERL5LIB", "PERL5OPT", "PERLLIB", "PERL5DB", "PYTHONPATH",
    "PYTHONHOME", "PYTHONSTARTUP", "PYTHONINSPECT", "RUBYLIB", "RUBYOPT", "NODE_PATH",
    "NODE_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "CLASSPATH",
    "GIT_SSH", "GIT_SSH_COMMAND", "GIT_EXTERNAL_DIFF", "EDITOR", "VISUAL", "PAGER",
  ]
  private static let loaderPrefixes = ["LD_", "DYLD_", "BASH_FUNC_"]
}
