// When to look again whether something is over that the kernel tells of by the close of a file. It
// tells that before it lets go of the locks of a process that was killed, so the first look after
// it may come too early: others follow, each after twice the time.

internal import LinuxIO

/// Looks that are due, by name.
public struct Rechecks {
  /// The longest pause between two looks, in milliseconds; after that only a hint, or the rescan,
  /// brings another.
  private static let longestPause: Int64 = 512

  private struct Look {
    var at: Int64?
    var pause: Int64
  }

  private var looks: [String: Look] = [:]

  /// Nothing is looked at yet.
  public init() {}

  /// Looks soon, and again. Whoever begins to wait for something calls this too: the hint may have
  /// come before.
  public mutating func begin(_ name: String) {
    looks[name] = Look(at: Clock.boot.milliseconds + 1, pause: 1)
  }

  /// A hint has come for something: it is looked at now, if it is waited for.
  public mutating func hint(_ name: String) {
    if looks[name] != nil { looks[name] = Look(at: Clock.boot.milliseconds, pause: 1) }
  }

  /// Looks at all once.
  public mutating func hintAll() { for name in looks.keys { hint(name) } }

  /// It is over.
  public mutating func end(_ name: String) { looks[name] = nil }

  /// The next look, on the boot clock.
  public var next: Int64? { looks.values.compactMap(\.at).min() }

  /// What is to be looked at now. Each is looked at again later, until its end.
  public mutating func takeDue() -> [String] {
    let now = Clock.boot.milliseconds
    var due: [String] = []
    for (name, look) in looks {
      guard let at = look.at, at <= now else { continue }
      due.append(name)
      let isLast = look.pause > Rechecks.longestPause
      looks[name] = Look(at: isLast ? nil : now + look.pause, pause: look.pause * 2)
    }
    return due
  }
}
