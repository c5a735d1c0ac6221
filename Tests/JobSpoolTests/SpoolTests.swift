// Opening a spool: what is made, what is mended, what is refused.

import Glibc
import JobCore
import LinuxIO
import Testing

@testable import JobSpool

@Suite struct SpoolTests {
  let scratch: Scratch
  var path: String { scratch.path + "/a/b" }
  init() throws { scratch = try Scratch() }

  @Test func `a spool is made with all that it needs, for its owner alone`() throws {
    let spool = try Spool(path: path)
    let root = try Directory(path: path)
    let folders = [
      "corrupt", "done", "events", "jobs", "locks", "models", "new", "plans", "runs", "tmp",
    ]
    #expect(try root.names().sorted() == (folders + ["format"]).sorted())
    for name in folders { #expect(try root.status(of: name)?.permissions == 0o700) }
    #expect(try root.descriptor.status().permissions == 0o700)
    #expect(try root.status(of: "format")?.permissions == 0o600)
    #expect(spool.notes.isEmpty)
  }

  @Test func `a directory that went missing is made again`() throws {
    _ = try Spool(path: path)
    try Directory(path: path).removeDirectory("events")
    _ = try Spool(path: path)
    #expect(try Directory(path: path).status(of: "events")?.kind == .directory)
  }

  @Test func `a spool of another owner is refused`() throws {
    _ = try Spool(path: path)
    guard CurrentProcess.user == 0 else { return }
    #expect(chown(path, 12345, 12345) == 0)
    #expect(refusal { _ = try Spool(path: path) }?.contains("user 12345") == true)
  }

  @Test func `a spool that everybody may write into is refused`() throws {
    _ = try Spool(path: path)
    #expect(chmod(path, 0o777) == 0)
    #expect(refusal { _ = try Spool(path: path) }?.contains("everybody") == true)
  }

  @Test func `a spool that its group may write into is mended, with a note`() throws {
    _ = try Spool(path: path)
    #expect(chmod(path, 0o770) == 0)
    let spool = try Spool(path: path)
    #expect(spool.notes.count == 1)
    #expect(try Directory(path: path).descriptor.status().permissions == 0o750)
    #expect(try Spool(path: path).notes.isEmpty)
  }

  @Test(arguments: ["jobrun spool 2\n", "", "jobrun spool 10\n"])
  func `an unknown format is refused`(format: String) throws {
    _ = try Spool(path: path)
    let file = try Directory(path: path).open("format", .update)
    try file.truncate(to: 0)
    try file.write(Array(format.utf8), at: 0)
    #expect(refusal { _ = try Spool(path: path) }?.contains("format") == true)
  }

  @Test func `what is no directory is refused`() throws {
    #expect(symlink("/tmp", scratch.path + "/link") == 0)
    _ = try Directory(path: scratch.path).open("file", .createNew)
    #expect(refusal { _ = try Spool(path: scratch.path + "/file") } != nil)
    #expect(throws: SpoolError.self) { try Spool(path: scratch.path + "/file/spool") }
  }

  @Test func `a subdirectory that is a link is not followed`() throws {
    _ = try Spool(path: path)
    try Directory(path: path).removeDirectory("jobs")
    #expect(symlink("/tmp", path + "/jobs") == 0)
    #expect(throws: SpoolError.self) { try Spool(path: path) }
  }

  @Test func `two openings make different temporary names`() throws {
    let (one, two) = (try Spool(path: path), try Spool(path: path))
    let names = (0..<3).flatMap { _ in [one.temporaryName(), two.temporaryName()] }
    #expect(Set(names).count == 6)
  }

  @Test func `no descriptor stays open`() throws {
    let end = try Helper(["live", path]).end()
    #expect(end.lines.last == "open: 0" && end.code == 0)
  }

  @Test func `there is one daemon, and it is known`() throws {
    let (one, two) = (try Spool(path: path), try Spool(path: path))
    #expect(!one.hasDaemon())
    let lock = try one.lockDaemon()
    #expect(two.hasDaemon())
    #expect(two.lockHolder("daemon.lock")?.isAlive == true)
    #expect(throws: SpoolError.self) { _ = try two.lockDaemon() }
    #expect(two.daemonNotice()?.waitsFor == nil)
    var notice = DaemonNotice()
    notice.waitsFor = "disk: " + String(repeating: "full ", count: 200)
    notice.configMark = "1.2"
    notice.configFault = "line 1: " + String(repeating: "bad ", count: 200)
    lock.tell(notice)
    #expect(two.daemonNotice()?.waitsFor?.hasPrefix("disk: full full") == true)
    #expect(two.daemonNotice()?.configMark == "1.2")
    #expect(two.daemonNotice()?.configFault?.hasPrefix("line 1: bad bad") == true)
    #expect(two.lockHolder("daemon.lock")?.isAlive == true)
    notice.waitsFor = "disk"
    notice.configFault = nil
    lock.tell(notice)
    #expect(two.daemonNotice() == notice)
    _ = consume lock
    // What it said last is of no interest once it is gone.
    #expect(two.daemonNotice() == nil)
    #expect(!two.hasDaemon())
  }
}
