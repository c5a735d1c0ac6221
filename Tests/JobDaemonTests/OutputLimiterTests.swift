// What is kept of a stream, byte by byte, against what was written.

import Glibc
import JobCore
import JobSpool
import LinuxIO
import Testing

@testable import JobDaemon

@Suite struct OutputLimiterTests {
  /// Writes a stream in pieces through a limiter, and returns what can be read of it.
  private func keep(
    _ bytes: [UInt8], limit: Int, pieces: (Int) -> Int
  ) throws -> (text: [UInt8], kept: Int) {
    let random = try Randomness.bytes(8).map { String($0, radix: 16) }.joined()
    let path = "/tmp/jobrun-limiter-\(random)"
    defer { _ = try? Directory(path: "/tmp").removeTree("jobrun-limiter-\(random)") }
    let spool = try Spool(path: path)
    let runs = try Directory(path: "\(path)/runs")
    try runs.makeDirectory("a")
    try Directory("a", in: runs).makeDirectory("1.1")
    let run = try #require(try spool.run("a", directoryName: "1.1"))
    let pipe = try Descriptor.pipe()
    let poller = try Poller()
    let limiter = try OutputLimiter(run, "stdout", limit: limit, reading: pipe.read)
    try limiter.watch(by: poller, token: 1)
    var rest = bytes[...]
    var number = 0
    while !rest.isEmpty {
      let piece = rest.prefix(max(1, pieces(number)))
      try pipe.write.write(piece)
      rest = rest.dropFirst(piece.count)
      number += 1
      limiter.take(poller)
      #expect(try size(run) <= limit)
    }
    #expect(limiter.isOpen)
    let log = try #require(try spool.log("a", "1.1", "stdout"))
    var text: [UInt8] = []
    while true {
      let more = try log.read()
      if more.isEmpty { break }
      text += more
    }
    return (text, try size(run))
  }

  private func size(_ run: RunDirectory) throws -> Int {
    var size = 0
    for name in try run.directory.names() {
      size += Int(try run.directory.status(of: name)?.size ?? 0)
    }
    return size
  }

  @Test func keepsEveryByteUpToTheLimit() throws {
    let bytes = (0..<1024).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    for piece in [1, 100, 1024] {
      #expect(try keep(bytes, limit: 1024) { _ in piece }.text == bytes)
    }
  }

  @Test func keepsHeadAndTailOfRandomStreams() throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("OutputLimiterTests: seed \(seed)")
    var state = seed | 1
    func next(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    for _ in 0..<40 {
      let limit = 1024 + next(5000)
      // Letters only, so that the mark can be told from them.
      let bytes = (0..<next(40_000)).map { _ in UInt8(97 + next(26)) }
      let (text, kept) = try keep(bytes, limit: limit) { _ in 1 + next(20_000) }
      if bytes.count <= limit - 3 {
        #expect(text == bytes, "seed \(seed)")
        continue
      }
      let words = String(decoding: text, as: UTF8.self).split(separator: "\n")
      if words.count == 1 {
        #expect(text == bytes, "seed \(seed)")
        continue
      }
      let (head, tail) = (Array(words[0].utf8), Array(words[2].utf8))
      #expect(head.count >= limit / 2 && bytes.starts(with: head), "seed \(seed)")
      #expect(tail.count >= limit / 4 && bytes.suffix(tail.count).elementsEqual(tail))
      #expect(head.count + tail.count == kept, "seed \(seed)")
      #expect(words[1] == "[jobrun: \(bytes.count - kept) bytes dropped]", "seed \(seed)")
    }
  }
}
