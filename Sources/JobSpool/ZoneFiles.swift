// Compiled zone files of the system (tzfile(5)), read when asked for. A tzdata update is
// seen by the next process that starts.

public import JobCore
internal import LinuxIO

/// The zones of this system, each read once.
public final class ZoneFiles {
  private let directory: String
  private var known: [String: TimeZoneRules] = [:]

  /// Zones of $TZDIR, else of /usr/share/zoneinfo.
  public init() {
    directory = Environment.value("TZDIR") ?? "/usr/share/zoneinfo"
  }

  /// The rules of a zone; nil if its name is not allowed or there is no such file.
  public func rules(_ name: String) -> TimeZoneRules? {
    if let rules = known[name] { return rules }
    if name == "UTC" { return .utc }
    guard TimeZoneRules.isValidName(name) else { return nil }
    var parts = name.split(separator: "/").map(String.init)
    let file = parts.removeLast()
    let folder = ([directory] + parts).joined(separator: "/")
    guard let opened = try? Directory(path: folder),
      let descriptor = try? opened.openFollowingLinks(file),
      let bytes = try? descriptor.contents(limit: 1 << 20),
      let rules = try? TimeZoneRules(name: name, compiled: bytes)
    else { return nil }
    known[name] = rules
    return rules
  }

  /// The schedule of a job.
  /// - Throws: `refused` if the system has lost the zone since the job was submitted: any
  ///   other zone would be a wrong answer.
  public func schedule(_ spec: JobSpec) throws(SpoolError) -> Schedule {
    // Without anything on the wall clock no zone is asked.
    if !spec.needsZone { return Schedule(spec, zone: .utc) }
    guard let zone = rules(spec.timeZone) else {
      throw .refused(
        path: "\(directory)/\(spec.timeZone)",
        reason: "the system no longer has this time zone; install its zone data")
    }
    return Schedule(spec, zone: zone)
  }

  /// The default zone's name: $TZ if it names a zone, else what /etc/localtime links to,
  /// else UTC.
  public func defaultName() -> String {
    if var name = Environment.value("TZ"), !name.isEmpty {
      if name.hasPrefix(":") { name.removeFirst() }
      if rules(name) != nil { return name }
    }
    if let target = linkTarget(of: "/etc/localtime"), let found = target.firstRange(of: "zoneinfo/")
    {
      let name = String(target[found.upperBound...])
      if rules(name) != nil { return name }
    }
    return "UTC"
  }
}
