// Everything a process waits for: timers, polls, watches, signals.

import Glibc
import Testing

@testable import LinuxIO

@Suite struct TimerTests {
  private func fires(_ timer: borrowing Timer, within milliseconds: Int32) throws -> Bool {
    let poller = try Poller()
    try poller.add(timer.descriptor, token: 1)
    return try !poller.wait(timeout: milliseconds).isEmpty
  }

  @Test(arguments: [Clock.real, .boot])
  func `an instant that has passed goes off at once`(clock: Clock) throws {
    let timer = try Timer(clock: clock)
    for past in [Int64.min, -1, 0, 1, clock.milliseconds - 1000] {
      try timer.set(at: past)
      #expect(try fires(timer, within: 5000))
      timer.acknowledge()
      #expect(try !fires(timer, within: 0))
    }
  }

  @Test(arguments: [Clock.real, .boot])
  func `an instant soon to come goes off then`(clock: Clock) throws {
    let timer = try Timer(clock: clock)
    let instant = clock.milliseconds + 20
    try timer.set(at: instant)
    #expect(try fires(timer, within: 5000))
    #expect(clock.milliseconds >= instant)
  }

  @Test(arguments: [Clock.real, .boot])
  func `the far future and no instant are quiet`(clock: Clock) throws {
    let timer = try Timer(clock: clock)
    try timer.set(at: .max)
    #expect(try !fires(timer, within: 0))
    try timer.set(at: 1)
    try timer.set(at: nil)
    #expect(try !fires(timer, within: 0))
  }
}

@Suite struct PollerTests {
  @Test func `events come with the token they were added under`() throws {
    let one = try Descriptor.pipe()
    let two = try Descriptor.pipe()
    let poller = try Poller()
    try poller.add(one.read, token: 7)
    try poller.add(two.read, token: .max)
    #expect(try poller.wait(timeout: 0).isEmpty)
    try two.write.write([1])
    let events = try poller.wait(timeout: 5000)
    #expect(events.map(\.token) == [.max])
    #expect(events.first?.isReadable == true && events.first?.isHangUp == false)
  }

  @Test func `a removed descriptor is quiet, a modified one tells what it is asked`() throws {
    let pipe = try Descriptor.pipe()
    let poller = try Poller()
    try poller.add(pipe.write, for: [], token: 1)
    #expect(try poller.wait(timeout: 0).isEmpty)
    try poller.modify(pipe.write, for: .write, token: 2)
    #expect(try poller.wait(timeout: 5000).first?.isWritable == true)
    try poller.remove(pipe.write)
    #expect(try poller.wait(timeout: 0).isEmpty)
    #expect(failure { try poller.remove(pipe.write) }?.isNotFound == true)
  }

  @Test func `the end of a pipe is a hang-up`() throws {
    let pipe = try Descriptor.pipe()
    let reader = try pipe.read.duplicate()
    let poller = try Poller()
    try poller.add(reader, token: 1)
    _ = consume pipe
    #expect(try poller.wait(timeout: 5000).first?.isHangUp == true)
  }

  @Test func `no more events come than asked for, and the rest next time`() throws {
    let one = try Descriptor.pipe()
    let two = try Descriptor.pipe()
    let poller = try Poller()
    try poller.add(one.write, for: .write, token: 1)
    try poller.add(two.write, for: .write, token: 2)
    let first = try poller.wait(timeout: 0, limit: 1).map(\.token)
    let second = try poller.wait(timeout: 0, limit: 1).map(\.token)
    #expect(Set(first + second) == [1, 2])
  }
}

@Suite struct FileWatchTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test func `each kind of change is a hint with its name`() throws {
    let watch = try FileWatch()
    let number = try watch.add(
      path: scratch.path, for: [.created, .movedIn, .removed, .written])
    #expect(try watch.hints().isEmpty)
    try scratch.put("x", as: "a")
    try scratch.directory.rename("a", to: "b", in: scratch.directory)
    try scratch.directory.remove("b")
    let hints = try watch.hints()
    #expect(
      hints == [
        .changed(watch: number, name: "a", removed: false),
        .changed(watch: number, name: "a", removed: false),
        .changed(watch: number, name: "a", removed: true),
        .changed(watch: number, name: "b", removed: false),
        .changed(watch: number, name: "b", removed: true),
      ])
  }

  @Test func `of what is made only directories are told where that is asked for`() throws {
    let watch = try FileWatch(silentOnNewFiles: true)
    let number = try watch.add(path: scratch.path, for: [.created, .movedIn, .written])
    let file = try scratch.directory.open("a", .createNew)
    #expect(try watch.hints().isEmpty)
    try scratch.directory.makeDirectory("d")
    #expect(try watch.hints() == [.changed(watch: number, name: "d", removed: false)])
    _ = consume file
    // A child that another test has just forked holds a copy until it executes something.
    var hints: [FileWatch.Hint] = []
    try eventually("the close is told") {
      hints += try watch.hints()
      return !hints.isEmpty
    }
    #expect(hints == [.changed(watch: number, name: "a", removed: false)])
    watch.remove(number)
    try scratch.directory.makeDirectory("e")
    #expect(try watch.hints().isEmpty)
  }

  @Test func `only what was asked for is told`() throws {
    let watch = try FileWatch()
    _ = try watch.add(path: scratch.path, for: .movedIn)
    try scratch.put("x", as: "a")
    #expect(try watch.hints().isEmpty)
  }

  @Test func `when hints are lost, that is told`() throws {
    let limit = try Directory(path: "/proc/sys/fs/inotify").open("max_queued_events", .read)
    let text = String(decoding: try #require(try limit.contents(limit: 64)), as: UTF8.self)
    let most = try #require(Int(text.filter(\.isNumber)))
    let watch = try FileWatch()
    _ = try watch.add(path: scratch.path, for: .movedIn)
    try scratch.put("x", as: "a")
    for index in 0...most {
      let (old, new) = index.isMultiple(of: 2) ? ("a", "b") : ("b", "a")
      try scratch.directory.rename(old, to: new, in: scratch.directory)
    }
    let hints = try watch.hints()
    #expect(hints.last == .overflow, "\(hints.count) of \(most)")
    #expect(try watch.hints().isEmpty)
  }

  @Test func `a directory that is not there cannot be watched`() throws {
    let watch = try FileWatch()
    let error = failure { _ = try watch.add(path: "\(scratch.path)/none", for: .created) }
    #expect(error?.isNotFound == true)
  }

  @Test func `a watched directory that is removed says nothing more`() throws {
    try scratch.directory.makeDirectory("d")
    let watch = try FileWatch()
    _ = try watch.add(path: "\(scratch.path)/d", for: [.created, .removed])
    try scratch.directory.removeDirectory("d")
    #expect(try watch.hints().isEmpty)
  }
}

@Suite struct SignalTests {
  @Test func `a blocked signal arrives on the descriptor`() throws {
    let queue = try SignalQueue([.hangUp, .resume])
    #expect(try queue.pending().isEmpty)
    // raise: sent to this very thread, the only one of the test process that blocks it.
    #expect(raise(SIGHUP) == 0 && raise(SIGHUP) == 0 && raise(SIGCONT) == 0)
    #expect(try Set(queue.pending()) == [.hangUp, .resume])
    #expect(try queue.pending().isEmpty)
  }

  @Test func `signals have their usual names`() {
    #expect(SignalName.name(of: 15) == "SIGTERM")
    #expect(SignalName.name(of: 9) == "SIGKILL")
    #expect(SignalName.name(of: 63) == "signal 63")
    #expect(Signal.allCases.allSatisfy { SignalName.name(of: $0.rawValue).hasPrefix("SIG") })
  }
}
