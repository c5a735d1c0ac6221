// Reading, writing and limits of open files.

import Glibc
import Testing

@testable import LinuxIO

@Suite struct DescriptorTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func fresh(_ name: String = "file") throws -> Descriptor {
    try scratch.directory.open(name, .createNew)
  }

  @Test func `bytes come back as they were written`() throws {
    let file = try fresh()
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
    try file.write(bytes)
    #expect(try file.contents(limit: 200_000) == bytes)
  }

  @Test func `a limit is exact`() throws {
    let file = try fresh()
    try file.write(Array("12345".utf8))
    #expect(try file.contents(limit: 5)?.count == 5)
    #expect(try file.contents(limit: 4) == nil)
    try file.truncate(to: 0)
    #expect(try file.contents(limit: 0) == [])
  }

  @Test func `files of the kernel that have no size are read to their end`() throws {
    let file = try Directory(path: "/proc/self").open("status", .read)
    #expect(try file.status().size == 0)
    #expect(try #require(try file.contents(limit: 1 << 20)).count > 100)
    #expect(try file.contents(limit: 10) == nil)
  }

  @Test func `writing at a position leaves the rest alone`() throws {
    let file = try fresh()
    try file.write(Array("aaaa".utf8))
    try file.write(Array("b".utf8), at: 1)
    try file.write(Array("c".utf8), at: 6)
    #expect(try file.contents(limit: 10) == Array("abaa".utf8) + [0, 0] + Array("c".utf8))
  }

  @Test func `reading at a position stops at the end of the file`() throws {
    let file = try fresh()
    try file.write(Array("hello".utf8))
    var buffer = [UInt8](repeating: 0, count: 10)
    let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0, at: 3) }
    #expect(count == 2)
    #expect(buffer.prefix(2).elementsEqual("lo".utf8))
  }

  @Test func `what is appended goes to the end, whoever else appends`() throws {
    let one = try scratch.directory.open("log", .append)
    let two = try scratch.directory.open("log", .append)
    try one.write(Array("1".utf8))
    try two.write(Array("2".utf8))
    try one.write(Array("3".utf8))
    #expect(try scratch.text("log") == "123")
  }

  @Test func `a lazy sequence is written whole`() throws {
    let file = try fresh()
    try file.write((0..<3).lazy.map { UInt8($0) })
    #expect(try file.contents(limit: 10) == [0, 1, 2])
  }

  @Test func `size and identity follow the file, not its name`() throws {
    let file = try fresh("a")
    try file.write([1, 2, 3])
    try scratch.directory.rename("a", to: "b", in: scratch.directory)
    let named = try #require(try scratch.directory.status(of: "b"))
    #expect(try file.status().isSameFile(as: named))
    #expect(named.size == 3 && named.permissions == 0o600 && named.links == 1)
    try scratch.directory.remove("b")
    #expect(try file.status().links == 0)
  }

  @Test func `space is reserved and then cut`() throws {
    let file = try fresh()
    try file.reserve(4096)
    #expect(try file.status().size == 4096)
    try file.truncate(to: 2)
    try file.syncData()
    try file.sync()
    file.startWriteBack()
    #expect(try file.contents(limit: 10) == [0, 0])
  }

  @Test func `a pipe ends when its last writer is gone`() throws {
    let pipe = try Descriptor.pipe()
    let reader = try pipe.read.duplicate()
    try pipe.write.write([7])
    var buffer = [UInt8](repeating: 0, count: 4)
    #expect(try buffer.withUnsafeMutableBytes { try reader.read(into: $0) } == 1)
    _ = consume pipe
    #expect(try buffer.withUnsafeMutableBytes { try reader.read(into: $0) } == 0)
  }

  @Test func `a non-blocking descriptor tells that it would wait`() throws {
    let pipe = try Descriptor.pipe()
    try pipe.read.setNonBlocking()
    var buffer = [UInt8](repeating: 0, count: 4)
    let error = failure { _ = try buffer.withUnsafeMutableBytes { try pipe.read.read(into: $0) } }
    #expect(error?.isWouldBlock == true && error?.isShortage == true)
  }

  @Test func `memory holds what it was given, from its start`() throws {
    let memory = try Descriptor.memory(Array("text".utf8), name: "stdin")
    var buffer = [UInt8](repeating: 0, count: 10)
    #expect(try buffer.withUnsafeMutableBytes { try memory.read(into: $0) } == 4)
  }

  @Test func `a duplicate is the same open file and closes by itself`() throws {
    let file = try fresh()
    do {
      let copy = try file.duplicate()
      #expect(copy.number > 2 && copy.number != file.number)
      try copy.write([1])
    }
    try file.write([2])
    #expect(try file.contents(limit: 10) == [1, 2])
  }

  @Test func `a descriptor is closed when it goes out of scope`() throws {
    let number = try fresh().number
    let name = "/proc/self/fd/\(number)"
    #expect(linkTarget(of: name)?.hasSuffix("/file") != true)
  }

  @Test func `writing to a file opened for reading is a typed error`() throws {
    try scratch.put("x", as: "file")
    let file = try scratch.directory.open("file", .read)
    let error = failure { try file.write([1]) }
    #expect(error?.call == "write" && error?.code == EBADF)
    #expect(error?.description == "write: Bad file descriptor")
  }
}
