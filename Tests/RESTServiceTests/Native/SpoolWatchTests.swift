// One inotify instance for many: who is told what, and what the kernel is left with.

import Foundation
import HTTPServer
import LinuxIO
import Testing

@testable import RESTService

@Suite struct SpoolWatchTests {
  private let loop: EventLoop
  private let watch: SpoolWatch
  private let folder: Folder

  /// A directory that goes with the test.
  final class Folder {
    let path = NSTemporaryDirectory() + "jobrun-watch-\(UUID().uuidString)"
    init() throws { try make("") }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func make(_ name: String) throws {
      try FileManager.default.createDirectory(
        atPath: "\(path)/\(name)", withIntermediateDirectories: true)
    }

    func remove(_ name: String) throws {
      try FileManager.default.removeItem(atPath: "\(path)/\(name)")
    }

    func write(_ name: String) throws {
      let file = try Directory(path: path).open(name, .append)
      try file.write([1])
    }

    func move(_ name: String, to new: String) throws {
      let directory = try Directory(path: path)
      try directory.rename(name, to: new, in: directory)
    }
  }

  /// What was told, in order.
  final class Notes {
    var names: [String?] = []
  }

  init() throws {
    loop = try EventLoop()
    watch = SpoolWatch(loop: loop)
    folder = try Folder()
  }

  private func register(
    _ name: String = "", for interest: FileWatch.Interest = .created, in notes: Notes
  ) throws -> SpoolWatch.Registration {
    try watch.register("\(folder.path)/\(name)", for: interest) { notes.names.append($0) }
  }

  /// Lets all hints come that there are.
  private func turn() throws { try loop.turn(timeout: 0) }

  @Test func whoRegistersIsToldUntilItLeaves() throws {
    let notes = Notes()
    let registration = try register(in: notes)
    try turn()
    #expect(notes.names == [])
    try folder.write("a")
    try folder.write("b")
    try turn()
    #expect(notes.names == ["a", "b"])
    watch.unregister(registration)
    watch.unregister(registration)
    try folder.write("c")
    try turn()
    #expect(notes.names == ["a", "b"])
  }

  @Test func interestsInTheSameDirectoryAddUpWhateverItsPath() throws {
    let (one, other) = (Notes(), Notes())
    _ = try register(for: .created, in: one)
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/link", withDestinationPath: folder.path)
    let second = try register("link", for: .movedIn, in: other)
    try turn()
    try folder.write("a")
    try folder.move("a", to: "b")
    try turn()
    #expect(one.names.suffix(2) == ["a", "b"] && other.names.suffix(2) == ["a", "b"])
    // The one that is left goes on being told.
    watch.unregister(second)
    try folder.write("c")
    try turn()
    #expect(one.names.last == "c" && other.names.last == "b")
    #expect(try kernelWatches(of: folder.path) == [1])
  }

  @Test func theKernelsWatchGoesWithTheLastRegistration() throws {
    let notes = Notes()
    let registrations = try (0..<50).map { _ in try register(in: notes) }
    #expect(try kernelWatches(of: folder.path) == [1])
    for registration in registrations.dropLast() { watch.unregister(registration) }
    #expect(try kernelWatches(of: folder.path) == [1])
    watch.unregister(registrations[49])
    #expect(try kernelWatches(of: folder.path) == [])
    // What the kernel says of its end is nothing to those who come after.
    _ = try register(in: notes)
    try turn()
    try folder.write("a")
    try turn()
    #expect(notes.names == ["a"])
  }

  @Test func aHintThatComesOftenIsToldOnceATurn() throws {
    let notes = Notes()
    _ = try register(for: .modified, in: notes)
    for _ in 0..<100 {
      try folder.write("a")
      try folder.write("b")
    }
    try turn()
    #expect(notes.names == ["a", "b"])
  }

  @Test func aDirectoryThatIsNotThereIsWatchedOnceItIs() throws {
    let (notes, other) = (Notes(), Notes())
    _ = try register("later", in: notes)
    try folder.make("later")
    // Any hint leads to another look.
    _ = try register(in: other)
    try folder.write("x")
    try turn()
    #expect(notes.names == [nil])
    try folder.write("later/a")
    try turn()
    #expect(notes.names == [nil, "a"])
  }

  @Test func aDirectoryThatIsMadeAnewIsWatchedAnew() throws {
    try folder.make("d")
    let notes = Notes()
    let first = try register("d", in: notes)
    try folder.remove("d")
    try folder.make("d")
    try turn()
    #expect(notes.names == [nil])
    try folder.write("d/a")
    try turn()
    #expect(notes.names == [nil, "a"])
    // Gone, told, and back: the next hint takes the old registration along.
    try folder.remove("d")
    try turn()
    #expect(notes.names == [nil, "a", nil])
    try folder.make("d")
    let second = Notes()
    _ = try register("d", in: second)
    try folder.write("d/b")
    try turn()
    #expect(second.names == ["b"] && notes.names == [nil, "a", nil, nil])
    try folder.write("d/c")
    try turn()
    #expect(second.names == ["b", "c"] && notes.names.last == "c")
    watch.unregister(first)
    try folder.write("d/d")
    try turn()
    #expect(second.names.last == "d" && notes.names.last == "c")
  }

  @Test func anActionMayEndOthersAndItself() throws {
    var calls = 0
    var registrations: [SpoolWatch.Registration] = []
    for _ in 0..<2 {
      registrations.append(
        try watch.register(folder.path, for: .created) { [watch] _ in
          calls += 1
          for registration in registrations { watch.unregister(registration) }
        })
    }
    try folder.write("a")
    try folder.write("b")
    try turn()
    #expect(calls == 1)
  }

  @Test func whenHintsAreLostAllAreTold() throws {
    let limit = try String(
      contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
    let most = try #require(Int(limit.filter(\.isNumber)))
    let (notes, other) = (Notes(), Notes())
    _ = try register(for: .movedIn, in: notes)
    try folder.make("quiet")
    _ = try register("quiet", in: other)
    try folder.write("a")
    let directory = try Directory(path: folder.path)
    for index in 0...most {
      let (old, new) = index.isMultiple(of: 2) ? ("a", "b") : ("b", "a")
      try directory.rename(old, to: new, in: directory)
    }
    try turn()
    #expect(notes.names == ["b", "a", nil] && other.names == [nil])
  }
}

/// How many inotify instances of this process watch a directory, each with its watches for it.
func kernelWatches(of path: String) throws -> [Int] {
  var status = stat()
  #expect(stat(path, &status) == 0)
  let inode = " ino:\(String(status.st_ino, radix: 16)) "
  return try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fdinfo").compactMap {
    // Closed since it was listed, perhaps.
    let info = (try? String(contentsOfFile: "/proc/self/fdinfo/\($0)", encoding: .utf8)) ?? ""
    let count = info.split(separator: "\n").count { $0.contains(inode) }
    return count > 0 ? count : nil
  }
}
