// The index of all jobs: filled in slices, kept by hints, and true again after any loss of them.

import Foundation
import JobCore
import LinuxIO
import Testing

@testable import JobSpool

@Suite struct JobIndexTests {
  private func complete(_ index: JobIndex) throws {
    var steps = 0
    while try !index.step() {
      steps += 1
      try #require(steps < 10_000)
    }
  }

  private func ids(_ index: JobIndex) -> [String] {
    index.first(1000, after: nil) { .init(key: 0, number: Int64($0.number), id: $0.id) }.map(\.id)
  }

  @Test func isFilledInSlices() throws {
    let fixture = try SpoolFixture()
    let made = try (0..<250).map { _ in try fixture.submit().id }
    let index = try JobIndex(fixture.spool)
    #expect(try !index.step())
    #expect(try !index.step())
    try complete(index)
    #expect(ids(index) == made)
    #expect(index.counts[.waiting] == 250)
  }

  @Test func followsWhatOthersDo() throws {
    let fixture = try SpoolFixture()
    let index = try JobIndex(fixture.spool)
    try complete(index)
    #expect(ids(index).isEmpty)
    let job = try fixture.submit()
    try complete(index)
    #expect(ids(index) == [job.id])
    try fixture.cancel(job.id)
    try complete(index)
    #expect(index.counts[.cancelled] == 1 && index.counts[.waiting] == 0)
    try fixture.spool.done.remove("\(job.id).json")
    try complete(index)
    #expect(ids(index).isEmpty && index.counts[.cancelled] == 0)
  }

  @Test func isTrueAgainWhenHintsWereLost() throws {
    let fixture = try SpoolFixture()
    let gone = try fixture.submit()
    let kept = try fixture.submit()
    let index = try JobIndex(fixture.spool)
    try complete(index)
    // More changes than the kernel keeps hints of.
    let limit = try String(
      contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
    let count = try #require(Int(limit.trimmingCharacters(in: .newlines)))
    try #require(count <= 1 << 20)
    for number in 0...count / 2 {
      let name = "none-\(number % 2)"
      try fixture.spool.jobs.open(name, .createNew).write([0], at: 0)
      try fixture.spool.jobs.remove(name)
    }
    try fixture.spool.jobs.remove("\(gone.id).json")
    let new = try fixture.submit()
    try complete(index)
    #expect(ids(index) == [kept.id, new.id])
    #expect(index.counts[.waiting] == 2)
  }

  @Test func aDamagedFileIsKnownAsOne() throws {
    let fixture = try SpoolFixture()
    let index = try JobIndex(fixture.spool)
    try fixture.spool.jobs.open("broken.json", .createNew).write(Array("{".utf8), at: 0)
    try complete(index)
    #expect(index.damaged == ["broken"])
    try fixture.spool.jobs.remove("broken.json")
    try complete(index)
    #expect(index.damaged.isEmpty)
  }

  @Test func aPageIsTheFirstOfThoseBehindAPlace() throws {
    let fixture = try SpoolFixture()
    let index = try JobIndex(fixture.spool)
    var random = SystemRandomNumberGenerator()
    let made = try (0..<60).map { _ in try fixture.submit() }
    try complete(index)
    // Any order with a key for each: those of all are the oracle.
    let keys = Dictionary(
      uniqueKeysWithValues: made.map { ($0.id, Int64.random(in: 0..<9, using: &random)) })
    func place(_ id: String, _ number: Int) -> JobIndex.Position {
      .init(key: keys[id] ?? 0, number: Int64(number), id: id)
    }
    let all = made.map { (place($0.id, $0.number), $0.id) }.sorted { $0.0 < $1.0 }
    for size in [1, 7, 60, 100] {
      var found: [String] = []
      var last: JobIndex.Position?
      while true {
        let page = index.first(size, after: last) { place($0.id, $0.number) }
        #expect(page.count <= size)
        guard let end = page.last else { break }
        found += page.map(\.id)
        last = end
      }
      #expect(found == all.map(\.1))
    }
  }
}
