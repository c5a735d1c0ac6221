// Locks that vanish with their holder.

import Testing

@testable import LinuxIO

@Suite(.serialized) struct FileLockTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func open() throws -> Descriptor { try scratch.directory.open("lock", .updateOrCreate) }
  private func isFree() throws -> Bool {
    guard let lock = try FileLock(open()) else { return false }
    _ = consume lock
    return true
  }

  @Test func `one holder at a time, in this process too`() throws {
    guard let held = try FileLock(open()) else { throw SystemError("lock", "", code: 0) }
    #expect(try !isFree())
    _ = consume held
    #expect(try isFree())
  }

  @Test func `looking at a lock never takes it`() throws {
    let seen = try open()
    #expect(try !FileLock.isHeld(on: seen))
    #expect(try isFree())
    guard let held = try FileLock(open()) else { throw SystemError("lock", "", code: 0) }
    #expect(try FileLock.isHeld(on: seen))
    #expect(try FileLock.isHeld(on: scratch.directory.open("lock", .read)))
    _ = consume held
    #expect(try !FileLock.isHeld(on: seen))
    #expect(try isFree())
  }

  @Test func `a lock that could not be had is not released by trying`() throws {
    guard let held = try FileLock(open()) else { throw SystemError("lock", "", code: 0) }
    for _ in 0..<3 { #expect(try !isFree()) }
    #expect(try FileLock.isHeld(on: open()))
    _ = consume held
  }

  @Test func `a lock is free once dropped, although a forked child holds the descriptor`() throws {
    let null = try Directory(path: "/dev").open("null", .update)
    // The gated child closes only the descriptor it is told to; of this one it has a copy.
    guard let held = try FileLock(open()) else { throw SystemError("lock", "", code: 0) }
    let other = try scratch.directory.open("other", .updateOrCreate)
    let child = try GatedChild(
      .init(
        arguments: ["/bin/true"], environment: [], directory: "/", umask: 0, descriptorLimit: 0),
      input: null, output: null, error: null, closing: other)
    let pid = child.pid
    #expect(linkTarget(of: "/proc/\(pid)/fd/\(held.file.number)")?.hasSuffix("/lock") == true)
    _ = consume held
    #expect(try isFree())
    child.abandon()
    _ = try ended(pid)
  }

  @Test func `a file opened for reading cannot be locked, and that is an error`() throws {
    try scratch.put("", as: "lock")
    #expect(failure { _ = try FileLock(scratch.directory.open("lock", .read)) } != nil)
  }
}
