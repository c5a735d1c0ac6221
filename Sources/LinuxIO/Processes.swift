// What the kernel tells of processes: this one, its children, and others by number.

internal import CLinux
internal import Glibc

/// The process this code runs in.
public enum CurrentProcess {
  /// Its number.
  public static var pid: Int32 { getpid() }
  /// Effective numeric user id.
  public static var user: UInt32 { geteuid() }
  /// The arguments without the program's name; nil in place of one that is not UTF-8, which
  /// `CommandLine.arguments` would silently change.
  public static var arguments: [String?] {
    var count: Int32 = 0
    let values = clinux_arguments(&count)
    return UnsafeBufferPointer(start: values, count: Int(count))
      .dropFirst().map { $0.flatMap { String(validatingCString: $0) } }
  }

  /// Absolute path of the working directory, or nil if it was removed or is not UTF-8.
  public static var workingDirectory: String? {
    guard let raw = getcwd(nil, 0) else { return nil }
    defer { free(raw) }
    return String(validatingCString: raw)
  }

  /// The umask, without changing it.
  public static var umask: UInt32 {
    let mask = Glibc.umask(0o077)
    _ = Glibc.umask(mask)
    return mask
  }

  /// Orphaned descendants become children of this process (PR_SET_CHILD_SUBREAPER).
  public static func becomeSubreaper() throws(SystemError) {
    _ = try check("prctl(PR_SET_CHILD_SUBREAPER)") { clinux_become_subreaper() }
  }

  /// The name that ps shows (15 bytes).
  public static func setName(_ name: String) { _ = clinux_set_name(name) }

  /// The arguments that ps shows, as far as those that this process was started with leave room for
  /// them. Those cannot be read any more.
  public static func showArguments(_ arguments: [String]) {
    withCStrings(arguments) { clinux_show_arguments($0) }
  }

  /// Becomes the leader of a session of its own (setsid(2)).
  public static func beginSession() { _ = setsid() }

  /// Whether children that have ended wait until this process looks at them (SIGCHLD).
  public static func setReapsChildren(_ wanted: Bool) {
    signal(SIGCHLD, wanted ? SIG_DFL : SIG_IGN)
  }

  /// Allows as many open files as the hard limit; returns the former soft limit, or 0.
  public static func raiseDescriptorLimit() -> UInt64 { clinux_raise_descriptor_limit() }

  /// How many descriptors this process may have open now.
  public static var descriptorLimit: Int {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return Int(clamping: limit.rlim_cur)
  }

  /// Asks the kernel to spare this process when memory runs out. Needs privileges for a
  /// lower value, so it is a wish and not an error.
  public static func shieldFromOutOfMemory() {
    let descriptor = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = write(descriptor, "-900", 4)
    close(descriptor)
  }

  /// Gives memory that was freed back to the kernel, after much of it was needed for a while.
  public static func trimMemory() { clinux_trim_heap() }

  /// Ends the process at once with an exit code, running no clean-up.
  public static func exit(_ code: Int32) -> Never { _exit(code) }
}

/// Facts about processes from /proc (proc(5)).
public enum ProcessTable {
  /// When a process was started, in clock ticks since boot; nil if it is not there.
  /// Number and start together name one process for the life of this boot.
  public static func startTime(of pid: Int32) -> UInt64? {
    guard let fields = statFields(of: pid), fields.count > 19 else { return nil }
    return UInt64(fields[19])
  }

  /// Whether a process is stopped (SIGSTOP, SIGTSTP) or gone: neither will let go of a lock soon.
  public static func isStopped(_ pid: Int32) -> Bool {
    guard let fields = statFields(of: pid), let state = fields.first else { return false }
    return state == "T" || state == "t"
  }

  /// Children of this process that have not been reaped.
  public static func children() -> [Int32] {
    // The kernel keeps a list where it was built to (CONFIG_PROC_CHILDREN).
    if let text = file("/proc/thread-self/children") {
      return text.split(separator: " ").compactMap { Int32($0) }
    }
    let parent = getpid()
    return all().filter { pid in
      guard let fields = statFields(of: pid), fields.count > 1 else { return false }
      return Int32(fields[1]) == parent
    }
  }

  /// Every process there is now.
  public static func all() -> [Int32] {
    guard let directory = try? Directory(path: "/proc"), let names = try? directory.names() else {
      return []
    }
    return names.compactMap { Int32($0) }
  }

  /// Whether a process's environment holds `entry` (`NAME=value`), as it was at its start.
  public static func environment(of pid: Int32, holds entry: String) -> Bool {
    guard let bytes = bytes("/proc/\(pid)/environ") else { return false }
    let wanted = Array(entry.utf8)
    return bytes.split(separator: 0).contains { $0.elementsEqual(wanted) }
  }

  /// A random identifier that the kernel makes at every boot.
  public static func bootIdentifier() -> String { boot }

  // Read once: no process outlives a boot.
  private static let boot = file("/proc/sys/kernel/random/boot_id") ?? ""

  /// The fields of /proc/PID/stat behind the command, which may itself hold anything.
  private static func statFields(of pid: Int32) -> [Substring]? {
    guard let text = file("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else {
      return nil
    }
    return text[text.index(after: end)...].split(separator: " ")
  }

  private static func file(_ path: String) -> String? {
    guard let bytes = bytes(path) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    return text.last == "\n" ? String(text.dropLast()) : text
  }

  private static func bytes(_ path: String) -> [UInt8]? {
    let number = open(path, O_RDONLY | O_CLOEXEC)
    guard number >= 0 else { return nil }
    // Sizes of /proc files are 0, so contents are read until they end.
    return try? Descriptor(owning: number).contents(limit: 4 << 20)
  }
}

extension CurrentProcess {
  /// Processors this machine has online.
  public static var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
