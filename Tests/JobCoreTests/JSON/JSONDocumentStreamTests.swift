// What a stream of documents holds, whatever pieces it arrives in.

import JobCore
import Testing

@Suite struct JSONDocumentStreamTests {
  @Test(arguments: streamCases)
  func splitsAStreamIntoDocuments(sample: StreamCase) {
    #expect(elements(of: sample.bytes, cutEvery: .max) == sample.elements)
  }

  @Test(arguments: streamCases)
  func doesNotDependOnWhereTheStreamIsCut(sample: StreamCase) {
    for position in 0...sample.bytes.count {
      var stream = JSONDocumentStream(limits: sample.limits)
      stream.append(sample.bytes[..<position])
      var found: [JSONDocumentStream.Element] = []
      while let element = stream.next(endOfInput: false) { found.append(element) }
      stream.append(sample.bytes[position...])
      while let element = stream.next(endOfInput: true) { found.append(element) }
      #expect(found.map(StreamCase.short) == sample.elements, "cut at \(position)")
    }
    #expect(elements(of: sample.bytes, cutEvery: 1, limits: sample.limits) == sample.elements)
  }

  @Test func handsOutALineAsSoonAsItEnds() {
    var stream = JSONDocumentStream()
    stream.append(Array("{\"a\":1}".utf8))
    #expect(stream.next(endOfInput: false) == nil)
    stream.append(Array("\n".utf8))
    #expect(stream.next(endOfInput: false) == .document(["a": 1], line: 1))
  }

  @Test func handsOutAnElementAsSoonAsItsCommaIsThere() {
    var stream = JSONDocumentStream()
    stream.append(Array("[{\"a\":1},".utf8))
    #expect(stream.next(endOfInput: false) == .document(["a": 1], line: 1))
    #expect(stream.next(endOfInput: false) == nil)
  }

  @Test func reportsAnEndlessLineOnce() {
    var stream = JSONDocumentStream(limits: JSONLimits(bytes: 1000))
    var found: [JSONDocumentStream.Element] = []
    for piece in 0..<1000 {
      stream.append(Array((piece == 0 ? "{\"a\":\"" : "xxxxxxxxxx").utf8))
      while let element = stream.next(endOfInput: false) { found.append(element) }
    }
    stream.append(Array("\"}\n{\"b\":2}\n".utf8))
    while let element = stream.next(endOfInput: true) { found.append(element) }
    #expect(
      found.map(StreamCase.short) == [
        "1! 1:1001 the document is longer than 1000 bytes", "2 {\"b\":2}",
      ])
  }

  @Test func readsManyDocumentsInLinearTime() {
    let line = Array("{\"command\":[\"true\"],\"name\":\"x\"}\n".utf8)
    var stream = JSONDocumentStream()
    var count = 0
    for _ in 0..<100 {
      stream.append(Array(repeatElement(line, count: 1000).joined()))
      while case .document = stream.next(endOfInput: false) { count += 1 }
    }
    #expect(count == 100_000)
    #expect(stream.next(endOfInput: true) == nil)
  }

  private func elements(
    of bytes: [UInt8], cutEvery size: Int, limits: JSONLimits = StreamCase.limits
  ) -> [String] {
    var stream = JSONDocumentStream(limits: limits)
    var found: [String] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      stream.append(rest.prefix(size))
      rest = rest.dropFirst(size)
      while let element = stream.next(endOfInput: false) { found.append(StreamCase.short(element)) }
    }
    while let element = stream.next(endOfInput: true) { found.append(StreamCase.short(element)) }
    return found
  }
}
