// Compiled zone files of the system (tzfile(5)), read when asked for. A tzdata update is
// seen by the next process that starts.

public import JobCore
internal import LinuxIO

/// Why there are no rules for the name of a zone.
public struct UnknownZone: Error, CustomStringConvertible {
  /// The reason, for people.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// The zones of this system, each read once.
public final class ZoneFiles {
  private let directory: String
  /// A list, since it is short and most processes ask for one zone: to make the first table of a
  /// kind takes longer than the search (0.1 ms).
  private var known: [(name: String, rules: TimeZoneRules)] = []

  /// Zones of $TZDIR, else of /usr/share/zoneinfo.
  public init() {
    directory = Environment.value("TZDIR") ?? "/usr/share/zoneinfo"
  }

  /// The rules of a zone; nil if its name is not allowed or there is no such file.
  public func rules(_ name: String) -> TimeZoneRules? { try? find(name) }

  /// The rules of a zone.
  /// - Throws: `UnknownZone` with the reason, in words for people.
  public func find(_ name: String) throws(UnknownZone) -> TimeZoneRules {
    if let entry = known.first(where: { $0.name == name }) { return entry.rules }
    if name == "UTC" { return .utc }
    guard TimeZoneRules.isValidName(name) else {
      throw UnknownZone(
        "\"\(printable(name))\" cannot name a time zone; names are such as Europe/Istanbul or UTC")
    }
    let rules: TimeZoneRules
    do {
      rules = try TimeZoneRules(name: name, compiled: contents(of: name))
    } catch let error as SystemError where error.isNotFound || error.isNotDirectory {
      throw UnknownZone(
        "the system knows no time zone \"\(name)\"; names are such as Europe/Istanbul or UTC")
    } catch {
      let reason = (error as? SystemError)?.reason ?? "\(error)"
      throw UnknownZone("\"\(name)\" is no time zone: \(directory)/\(name): \(reason)")
    }
    known.append((name, rules))
    return rules
  }

  private func contents(of name: String) throws -> [UInt8] {
    var parts = name.split(separator: "/").map(String.init)
    let file = parts.removeLast()
    let folder = ([directory] + parts).joined(separator: "/")
    let descriptor = try Directory(path: folder).openFollowingLinks(file)
    guard let bytes = try descriptor.contents(limit: ZoneFiles.largestFile) else {
      throw UnknownZone("it is larger than \(ZoneFiles.largestFile) bytes")
    }
    return bytes
  }

  /// Many times the size of any zone file.
  private static let largestFile = 1 << 20

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
    let names = (linkTarget(of: "/etc/localtime") ?? "").split(separator: "/")
    if let folder = names.firstIndex(of: "zoneinfo") {
      let name = names[(folder + 1)...].joined(separator: "/")
      if rules(name) != nil { return name }
    }
    return "UTC"
  }
}
