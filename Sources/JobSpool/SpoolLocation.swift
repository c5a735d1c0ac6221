// Which spool is meant. Never the current directory by itself: a spool/ in somebody's
// clone must not run their jobs.

internal import LinuxIO

/// Where the spool is.
public enum SpoolLocation {
  /// The option's value, else $JOBRUN_SPOOL, else /var/spool/jobrun for root, else
  /// $XDG_STATE_HOME/jobrun, by default ~/.local/state/jobrun.
  public static func path(option: String?) -> String {
    if let option { return option }
    if let path = Environment.value("JOBRUN_SPOOL"), !path.isEmpty { return path }
    if CurrentProcess.user == 0 { return "/var/spool/jobrun" }
    if let state = Environment.value("XDG_STATE_HOME"), state.hasPrefix("/") {
      return state + "/jobrun"
    }
    return Environment.home + "/.local/state/jobrun"
  }
}
