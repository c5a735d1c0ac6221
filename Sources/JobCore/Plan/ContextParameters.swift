// Context parameters: what a plan and its events put into the environment of a command.

/// Names and values for the environment of a run.
enum ContextParameters {
  /// Reads `[{"name": ..., "defaultValue": ..., "value": ...}, ...]`; nil if there is no list.
  /// A parameter without a value sets nothing, as in the original.
  static func read(_ key: String, of fields: LenientFields) throws(DocumentError) -> [String:
    String]?
  {
    guard let entries = try fields.objects(key) else { return nil }
    if entries.count > most {
      throw DocumentError(fields.field(key), "there are more than \(most) parameters")
    }
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
      if let value = variables[name], name.utf8.count + value.utf8.count >= longestVariable {
        throw DocumentError(
          entry.field("value"), "name and value together are longer than a program can be given")
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
  /// In bytes, with "=" and NUL (MAX_ARG_STRLEN, execve(2)).
  private static let longestVariable = Placeholder.longestArgument - 1
  private static let most = 1000

  /// Variables by which the dynamic linker (ld.so(8)), the C library, shells, interpreters and
  /// common programs find or run other code than the command names.
  private static let loaders: Set<String> = [
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "IFS", "ENV", "SHELLOPTS", "PS4", "CDPATH", "FPATH",
    "PROMPT_COMMAND", "GLOBIGNORE", "POSIXLY_CORRECT", "ZDOTDIR", "HISTFILE", "TMPDIR", "EDITOR",
    "VISUAL", "PAGER", "BROWSER", "CLASSPATH", "GCONV_PATH", "GETCONF_DIR", "NLSPATH", "LOCPATH",
    "HOSTALIASES", "LOCALDOMAIN", "RES_OPTIONS", "RESOLV_HOST_CONF", "TZDIR", "GLIBC_TUNABLES",
    "TERMINFO", "TERMCAP", "BASHOPTS", "_JAVA_OPTIONS", "RSYNC_RSH", "CVS_RSH", "SUDO_ASKPASS",
    "SSH_ASKPASS", "LESSOPEN", "LESSCLOSE", "MAKEFLAGS", "MAKEFILES", "HGRCPATH", "PHPRC",
    "PHP_INI_SCAN_DIR", "TCLLIBPATH", "R_LIBS", "R_PROFILE", "R_ENVIRON", "RUBYLIB", "RUBYOPT",
    "PERLLIB",
  ]
  private static let loaderPrefixes = [
    "LD_", "DYLD_", "MALLOC_", "BASH_", "PYTHON", "PERL5", "GEM_", "BUNDLE_", "NODE_", "NPM_",
    "JAVA_", "JDK_", "DOTNET_", "LUA_", "GIT_", "SVN_", "XDG_", "OPENSSL_", "SSL_", "CURL_", "GCC_",
  ]
}
