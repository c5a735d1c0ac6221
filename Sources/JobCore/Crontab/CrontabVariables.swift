// The variables of a crontab: all of them are the commands', and some tell cron itself something.
// Those have a key of the document in their place, or no place here, which is said.

/// The variables that hold for a line.
struct CrontabVariables {
  /// What there is to say of a variable.
  enum Finding {
    case note(String)
    /// It is not as cron would have it.
    case loss(String)
  }

  /// What commands find: what cron sets by itself, with the lines above over it.
  private(set) var environment: JSONObject = [
    "SHELL": .string(CrontabVariables.usualShell), "PATH": "/usr/bin:/bin",
  ]
  /// Where commands start.
  private(set) var home: String
  /// The zone of `CRON_TZ`, if there is one.
  private(set) var zone: String?
  /// The line of a `CRON_TZ` that names no zone.
  private(set) var lineOfUnknownZone: Int?
  /// `MAILTO`; nil if nobody is to be told.
  private(set) var mail: CrontabMail?
  /// `RANDOM_DELAY`, in minutes; nil for none.
  private(set) var delay: Int?
  private let isZone: (String) -> Bool

  static let usualShell = "/bin/sh"
  /// Of a job's jitter, in minutes.
  private static let longestDelay = 7 * 24 * 60

  init(_ setting: Crontab.Setting) {
    home = setting.home
    isZone = setting.isZone
  }

  /// What runs the commands.
  var shell: String { environment["SHELL"]?.string ?? CrontabVariables.usualShell }

  /// Takes a line, which holds for those below.
  mutating func set(_ name: String, to value: String, line: Int) -> Finding? {
    if name == "LOGNAME" || name == "USER" {
      return .note("cron sets \(name) itself, whatever a crontab says; it is left out")
    }
    if name.hasPrefix("JOBRUN_") {
      return .loss("names that begin with JOBRUN_ are set by jobrun itself; choose another name")
    }
    if name == "HOME" || name == "SHELL", !value.isAbsolutePath {
      return .loss("\(name) must be a path from the root; the line is left out")
    }
    environment[name] = .string(value)
    switch name {
    case "HOME": home = value
    case "CRON_TZ": return setZone(value, line: line)
    case "RANDOM_DELAY": return setDelay(value)
    case "MAILTO": return setMail(value)
    case "MAILFROM", "CONTENT_TYPE", "CONTENT_TRANSFER_ENCODING":
      return .note("\(name): mail about failures has nothing of it; only commands see it")
    default: break
    }
    return nil
  }

  private mutating func setMail(_ text: String) -> Finding? {
    mail = nil
    if text.isEmpty { return nil }
    guard let mail = CrontabMail(text) else {
      return .loss(
        "MAILTO: \"\(printable(text))\" is no address, so nobody is told of failures; write "
          + "addresses with commas between them")
    }
    self.mail = mail
    return .note(
      "MAILTO: only failures are mailed here, by a hook that calls sendmail; jobrun logs has all "
        + "output")
  }

  private mutating func setZone(_ name: String, line: Int) -> Finding? {
    if name.isEmpty {
      zone = nil
      lineOfUnknownZone = nil
      return nil
    }
    guard TimeZoneRules.isValidName(name), isZone(name) else {
      lineOfUnknownZone = line
      return .loss(
        "CRON_TZ: the system knows no time zone \"\(printable(name))\", so the jobs below are left "
          + "out; names are such as Europe/Istanbul or UTC")
    }
    zone = name
    lineOfUnknownZone = nil
    return nil
  }

  private mutating func setDelay(_ text: String) -> Finding? {
    guard let minutes = Int(text), 0...CrontabVariables.longestDelay ~= minutes else {
      return .loss(
        "RANDOM_DELAY: \"\(printable(text))\" is no number of minutes from 0 to "
          + "\(CrontabVariables.longestDelay); it is passed over")
    }
    delay = minutes == 0 ? nil : minutes
    return nil
  }
}
