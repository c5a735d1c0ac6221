// Files that a command leaves in $JOBRUN_ARTIFACTS_DIR. They are the command's own, so nothing in
// them is trusted: links are not followed, and what is no regular file is not there.

public import LinuxIO

/// A file that a run has left.
public struct Artifact: Hashable, Sendable {
  /// Its path below the directory of artifacts: "report.pdf", "pages/1.html".
  public let name: String
  /// In bytes.
  public let size: Int64
}

extension Spool {
  /// Folders inside one another that are looked through.
  private static let artifactDepth = 16

  /// The directory name of the latest attempt of a run that has left something; of the latest
  /// run, if none is named.
  public func latestAttempt(_ id: String, run: Int?) throws(SystemError) -> String? {
    try runNames(id).last { name in run.map { name.hasPrefix("\($0).") } ?? true }
  }

  /// What an attempt has left, in the order of names. Names that are not UTF-8 are passed over.
  /// - Parameter most: after so many, others are not looked for.
  public func artifacts(
    _ id: String, attempt directoryName: String, most: Int = .max
  ) throws(SystemError) -> [Artifact] {
    guard let run = try run(id, directoryName: directoryName) else { return [] }
    var found: [Artifact] = []
    try Spool.collect(
      RunDirectory.Name.artifacts, in: run.directory, "", depth: 0, most: most, &found)
    return found.sorted { $0.name < $1.name }
  }

  private static func collect(
    _ folder: String, in parent: borrowing Directory, _ prefix: String, depth: Int, most: Int,
    _ found: inout [Artifact]
  ) throws(SystemError) {
    guard depth < artifactDepth, let directory = try open(folder, in: parent) else { return }
    for name in try directory.names() {
      if found.count >= most { return }
      guard let status = try directory.status(of: name) else { continue }
      switch status.kind {
      case .regular: found.append(Artifact(name: prefix + name, size: status.size))
      case .directory:
        try collect(
          name, in: directory, "\(prefix)\(name)/", depth: depth + 1, most: most, &found)
      case .link, .other: continue
      }
    }
  }

  /// A directory inside another; nil if it is not there or something else.
  private static func open(
    _ name: String, in parent: borrowing Directory
  ) throws(SystemError) -> Directory? {
    guard try parent.status(of: name)?.kind == .directory else { return nil }
    do throws(SystemError) {
      return try Directory(name, in: parent)
    } catch {
      // Exchanged or removed in between, which a command may do to its own.
      if error.isNotFound || error.isLink { return nil }
      throw error
    }
  }

  /// Opens an artifact for reading; nil if there is none of that name.
  /// - Parameter name: as `artifacts` lists it. Every part of it is looked up by itself and no
  ///   link is followed, so no name leads out of the directory.
  public func openArtifact(
    _ id: String, attempt directoryName: String, _ name: String
  ) throws(SystemError) -> Descriptor? {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= Spool.artifactDepth, parts.allSatisfy(Spool.isFileName),
      let run = try run(id, directoryName: directoryName),
      let top = try Spool.open(RunDirectory.Name.artifacts, in: run.directory)
    else { return nil }
    return try Spool.openFile(parts[...], in: top)
  }

  private static func isFileName(_ name: String) -> Bool {
    (1...255).contains(name.utf8.count) && name != "." && name != ".." && !name.utf8.contains(0)
  }

  private static func openFile(
    _ parts: ArraySlice<String>, in directory: borrowing Directory
  ) throws(SystemError) -> Descriptor? {
    guard let name = parts.first else { return nil }
    if parts.count > 1 {
      guard let inner = try open(name, in: directory) else { return nil }
      return try openFile(parts.dropFirst(), in: inner)
    }
    guard try directory.status(of: name)?.kind == .regular else { return nil }
    let file = try directory.openIfPresent(name)
    let isRegular = try file?.status().kind == .regular
    return isRegular ? file : nil
  }
}
