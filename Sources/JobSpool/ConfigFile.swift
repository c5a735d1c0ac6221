// config.json: what is set for the spool as a whole. People edit it, and commands replace it; no
// reader sees half of what a command writes, and of two commands at once none is lost.

public import JobCore
internal import LinuxIO

extension Spool {
  public static let configFile = "config.json"
  /// Far above what a thousand queues take; more is nothing of jobrun's.
  private static let configLimit = 1 << 20

  /// What is set for this spool; a missing file sets nothing.
  /// - Throws: `refused` with the reason and its place if the file cannot be understood.
  public func config() throws(SpoolError) -> SpoolConfig {
    let path = root.path(of: Spool.configFile)
    guard let bytes = try configBytes(path) else { return SpoolConfig() }
    do {
      return try SpoolConfig(parsing: bytes)
    } catch {
      throw .refused(path: path, reason: error.message)
    }
  }

  private func configBytes(_ path: String) throws(SpoolError) -> [UInt8]? {
    guard let file = try openConfig(path) else { return nil }
    let status = try spoolCalls { () throws(SystemError) in try file.status() }
    guard status.kind == .regular else {
      throw .refused(path: path, reason: "it is not a regular file")
    }
    let contents = try spoolCalls { () throws(SystemError) in
      try file.contents(limit: Spool.configLimit)
    }
    guard let contents else {
      throw .refused(path: path, reason: "it is larger than any such file")
    }
    return contents
  }

  private func openConfig(_ path: String) throws(SpoolError) -> Descriptor? {
    do throws(SystemError) {
      return try root.openIfPresent(Spool.configFile)
    } catch {
      if error.isLink { throw .refused(path: path, reason: "it is a symbolic link") }
      if error.isUnreadable {
        throw .refused(path: path, reason: "it cannot be opened: \(error.reason)")
      }
      throw .system(error)
    }
  }

  /// What is set now; nil if nothing is, or nobody can tell. Read once, for those who ask for each
  /// of many jobs.
  func currentConfig() -> SpoolConfig? {
    guard let status = try? root.status(of: Spool.configFile) else { return nil }
    if knownConfig.status != status {
      guard let config = try? config() else { return nil }
      knownConfig = (status, config)
    }
    return knownConfig.config
  }

  /// Events that hooks of the spool want to be told of: for whoever lets events act on its jobs.
  public var wantedHooks: Set<HookEvent> { currentConfig()?.hooks.events ?? [] }

  /// What tells one content of the file from another.
  public func configMark() -> String {
    guard let status = try? root.status(of: Spool.configFile) else { return "none" }
    return "\(status.inode).\(status.size).\(status.modified).\(status.modifiedNanoseconds)"
  }

  /// Changes what is set, durably; others that do so wait for each other.
  /// - Returns: what is set now.
  /// - Throws: `refused` if what is there cannot be understood: it is somebody's work.
  @discardableResult
  public func changeConfig(_ body: (inout SpoolConfig) -> Void) throws(SpoolError) -> SpoolConfig {
    let lock = try SpoolLock(.config, of: self)
    let before = try config()
    var config = before
    body(&config)
    if config != before {
      // Without any setting it is like every queue that nobody has set up.
      config.queues = config.queues.filter { $0.value != SpoolConfig.Queue() }
      do throws(ConfigError) {
        // What could not be read back would stop the next daemon.
        _ = try SpoolConfig(parsing: config.bytes)
      } catch {
        throw .refused(path: root.path(of: Spool.configFile), reason: error.message)
      }
      try spoolCalls { () throws(SystemError) in
        try checkRoom()
        try put(config.bytes, as: Spool.configFile, in: root)
      }
    }
    _ = consume lock
    return config
  }
}
