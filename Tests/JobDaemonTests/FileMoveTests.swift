// Moving a file before its run: never over another one, and as if once, wherever it was cut short.

import Foundation
import Glibc
import JobCore
import LinuxIO
import Testing

@testable import JobDaemon

@Suite struct FileMoveTests {
  private let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.make("in")
    try folder.put("in/a", "new", age: 5)
  }

  private func move(_ target: String? = "done", name: String = "a") throws -> FileMove {
    let path = "\(folder.path)/in/\(name)"
    let status = try #require(FileStatus(path: path))
    return FileMove(
      file: TriggerFile(path: path, inode: status.inode, modified: status.modifiedNanoseconds),
      target: target.map { "\(folder.path)/\($0)" }, stamp: Instant(milliseconds: 1_790_000_000_123)
    )
  }

  private let stamp = "20260921T141320.123Z"

  @Test func makesTheDirectoryAndKeepsTheName() throws {
    let move = try move()
    #expect(try move.fetch(mayBeDone: false) == .moved(to: "\(folder.path)/done/a"))
    #expect(folder.text("done/a") == "new" && folder.names("in") == [])
    #expect(try move.fetch(mayBeDone: true) == .moved(to: "\(folder.path)/done/a"))
    #expect(try move.fetch(mayBeDone: false) == .gone(reason: "it is gone"))
  }

  @Test func overwritesNothing() throws {
    try folder.make("done")
    try folder.put("done/a", "first")
    #expect(
      try move().fetch(mayBeDone: true) == .moved(to: "\(folder.path)/done/a.\(stamp)"))
    try folder.put("in/a", "third")
    let third = try move()
    #expect(
      try third.fetch(mayBeDone: false) == .moved(to: "\(folder.path)/done/a.\(stamp).1"))
    #expect(
      try third.fetch(mayBeDone: true) == .moved(to: "\(folder.path)/done/a.\(stamp).1"))
    #expect(folder.text("done/a") == "first" && folder.text("done/a.\(stamp).1") == "third")
    for number in 2...9 { try folder.put("done/a.\(stamp).\(number)") }
    try folder.put("in/a", "last")
    #expect(
      try move().fetch(mayBeDone: false)
        == .failed(
          reason: "its file cannot be moved: all names for it in \(folder.path)/done are taken"))
    #expect(folder.text("in/a") == "last")
  }

  @Test func endsAMoveThatLeftBothNames() throws {
    try folder.make("done")
    let move = try move()
    link("\(folder.path)/in/a", "\(folder.path)/done/a")
    #expect(try move.fetch(mayBeDone: true) == .moved(to: "\(folder.path)/done/a"))
    #expect(folder.names("in") == [] && folder.text("done/a") == "new")
  }

  @Test func takesNoOtherFileForTheOneItFound() throws {
    let move = try move()
    folder.setAge(of: "in/a", to: 1)
    #expect(try move.fetch(mayBeDone: true) == .gone(reason: "it was written to since it came"))
    #expect(!move.isPresent && folder.names("in") == ["a"])
    try folder.remove("in")
    #expect(try move.fetch(mayBeDone: false) == .gone(reason: "it is gone"))
  }

  @Test func leavesAFileThatIsToStay() throws {
    let stays = try move(nil)
    #expect(try stays.fetch(mayBeDone: false) == nil && stays.isPresent)
    try folder.remove("in/a")
    #expect(try stays.fetch(mayBeDone: true) == .gone(reason: "it is gone"))
  }

  @Test func saysWhyItCannotMove() throws {
    #expect(
      try move("no/where").fetch(mayBeDone: false)
        == .failed(
          reason: "its file cannot be moved: \(folder.path)/no: No such file or directory"))
    let path = "\(folder.path)/in/a"
    let status = try #require(FileStatus(path: path))
    // /dev/shm is a file system of its own wherever it is there.
    guard let other = FileStatus(path: "/dev/shm"), other.device != status.device else { return }
    let across = FileMove(
      file: TriggerFile(path: path, inode: status.inode, modified: status.modifiedNanoseconds),
      target: "/dev/shm", stamp: .now)
    #expect(
      try across.fetch(mayBeDone: false)
        == .failed(
          reason:
            "its file cannot be moved: /dev/shm is on another file system: a file can only be "
            + "moved within one"))
    #expect(folder.names("in") == ["a"])
  }
}
