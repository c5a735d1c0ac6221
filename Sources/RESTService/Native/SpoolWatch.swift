// Hints of the kernel for all clients of the service. A user has 128 inotify instances, and there
// may be more clients than that, so all share one, and those who watch the same directory share its
// watch. Whatever happens to a directory, who has registered for it is told of what comes in it.

internal import HTTPServer
internal import LinuxIO

/// Watches directories for many, on one loop.
final class SpoolWatch {
  /// One who is told.
  struct Registration: Hashable {
    fileprivate let number: UInt64
  }

  /// Called on a hint, perhaps on one that somebody else has asked for: with the name of what
  /// changed, or nil if anything may have.
  typealias Action = (_ name: String?) -> Void

  private struct Entry {
    let path: String
    let interest: FileWatch.Interest
    /// The only name that it is told of; nil: of each.
    let name: String?
    let action: Action
    /// The kernel's number; nil while nothing is there by that path.
    var watch: Int32?
  }

  /// Who has registered for one directory: thousands may, each for a name of its own in it.
  private struct Members {
    var all: Set<Registration> = []
    var unnamed: Set<Registration> = []
    var named: [String: Set<Registration>] = [:]

    mutating func insert(_ registration: Registration, _ name: String?) {
      all.insert(registration)
      guard let name else {
        unnamed.insert(registration)
        return
      }
      named[name, default: []].insert(registration)
    }

    mutating func remove(_ registration: Registration, _ name: String?) {
      all.remove(registration)
      unnamed.remove(registration)
      guard let name else { return }
      named[name]?.remove(registration)
      if named[name]?.isEmpty == true { named[name] = nil }
    }

    func interested(in name: String) -> Set<Registration> {
      named[name].map { $0.union(unnamed) } ?? unnamed
    }
  }

  /// The kernel's side, made when it is first needed.
  private final class Instance {
    let files: FileWatch
    var token: EventLoop.Token?

    init() throws(SystemError) { files = try FileWatch(tellingEnds: true) }
  }

  /// The loop on which all is called.
  let loop: EventLoop
  private var instance: Instance?
  private var entries: [Registration: Entry] = [:]
  private var members: [Int32: Members] = [:]
  /// Those whose path leads nowhere.
  private var lost: Set<Registration> = []
  private var lastNumber: UInt64 = 0

  init(loop: EventLoop) { self.loop = loop }

  deinit {
    guard let instance, let token = instance.token else { return }
    loop.remove(token, instance.files.descriptor)
  }

  /// Registers an action for changes in a directory. It is not called before this returns.
  ///
  /// A directory that is not there is no error: it is looked for again at every hint.
  /// - Parameter name: the only name in it that matters; nil: all do.
  func register(
    _ path: String, for interest: FileWatch.Interest, name: String? = nil,
    _ action: @escaping Action
  ) throws(SystemError) -> Registration {
    let instance = try begun()
    lastNumber += 1
    let registration = Registration(number: lastNumber)
    entries[registration] = Entry(
      path: path, interest: interest, name: name, action: action)
    do throws(SystemError) {
      try attach(registration, instance)
    } catch {
      entries[registration] = nil
      throw error
    }
    return registration
  }

  /// Forgets a registration: its action is not called again. The last one of a directory takes the
  /// kernel's watch with it.
  func unregister(_ registration: Registration) {
    guard let entry = entries.removeValue(forKey: registration) else { return }
    lost.remove(registration)
    guard let watch = entry.watch else { return }
    members[watch]?.remove(registration, entry.name)
    if members[watch]?.all.isEmpty == true {
      members[watch] = nil
      instance?.files.remove(watch)
    }
  }

  private func begun() throws(SystemError) -> Instance {
    if let instance { return instance }
    let instance = try Instance()
    instance.token = try loop.add(instance.files.descriptor) { [weak self] _ in self?.happened() }
    self.instance = instance
    return instance
  }

  /// Watches what is at a registration's path now.
  private func attach(_ registration: Registration, _ instance: Instance) throws(SystemError) {
    guard let entry = entries[registration] else { return }
    do throws(SystemError) {
      // Added: others may watch the same directory for something else, be it by another path.
      let watch = try instance.files.add(path: entry.path, for: entry.interest, isAdded: true)
      entries[registration]?.watch = watch
      members[watch, default: Members()].insert(registration, entry.name)
      lost.remove(registration)
    } catch {
      guard error.isNotFound || error.isNotDirectory else { throw error }
      lost.insert(registration)
    }
  }

  private func happened() {
    guard let instance else { return }
    // A look at everything is right whenever it is not known what changed.
    let hints = (try? instance.files.hints()) ?? [.overflow]
    var told: Set<FileWatch.Hint> = []
    for hint in hints where told.insert(hint).inserted {
      switch hint {
      case .overflow: tell(Set(entries.keys), nil)
      case .changed(let watch, let name, _): tell(members[watch]?.interested(in: name) ?? [], name)
      case .ended(let watch):
        let left = members.removeValue(forKey: watch)?.all ?? []
        for registration in left { entries[registration]?.watch = nil }
        lost.formUnion(left)
        // Before they are told: what they do not see yet when they look, they hear of.
        search(instance)
        tell(left.intersection(lost), nil)
      }
    }
    search(instance)
  }

  /// Looks again for what was not there.
  private func search(_ instance: Instance) {
    for registration in lost {
      // Where that is not possible, the next hint tries again.
      try? attach(registration, instance)
      if entries[registration]?.watch != nil { tell([registration], nil) }
    }
  }

  private func tell(_ registrations: Set<Registration>, _ name: String?) {
    // Looked up at each call: an earlier one may have ended others.
    for registration in registrations.sorted(by: { $0.number < $1.number }) {
      entries[registration]?.action(name)
    }
  }
}
