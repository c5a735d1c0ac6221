import HTTPServer
import Testing

/// Each limit: the last request that passes and the first that does not.
@Suite("Limits of one request")
struct RequestLimitsTests {
  private var limits: RequestLimits {
    var limits = RequestLimits()
    limits.requestLineBytes = 30
    limits.headerBytes = 60
    limits.headerCount = 4
    limits.bodyBytes = 10
    limits.chunkLineBytes = 12
    return limits
  }

  @Test("request line")
  func requestLine() {
    // "GET /" and " HTTP/1.1\r\n" are 16 bytes.
    let fits = "GET /\(String(repeating: "x", count: 14)) HTTP/1.1\r\nHost: h\r\n\r\n"
    let long = "GET /\(String(repeating: "x", count: 15)) HTTP/1.1\r\nHost: h\r\n\r\n"
    #expect(status(fits, limits) == 200)
    #expect(status(long, limits) == 414)
    #expect(status("GET /\(String(repeating: "x", count: 25))", limits) == 414)
    #expect(status(String(repeating: "M", count: 30), limits) == 501)
  }

  @Test("header bytes")
  func headerBytes() {
    // "Host: h\r\n" is 9 bytes, "A: " and "\r\n" 5.
    let fits = "GET / HTTP/1.1\r\nHost: h\r\nA: \(String(repeating: "x", count: 46))\r\n\r\n"
    let long = "GET / HTTP/1.1\r\nHost: h\r\nA: \(String(repeating: "x", count: 47))\r\n\r\n"
    #expect(status(fits, limits) == 200)
    #expect(status(long, limits) == 431)
    #expect(status(String(long.dropLast(4)) + "xxxxxxx", limits) == 431)
  }

  @Test("header count")
  func headerCount() {
    #expect(status("GET / HTTP/1.1\r\nHost: h\r\nA:\r\nA:\r\nA:\r\n\r\n", limits) == 200)
    #expect(status("GET / HTTP/1.1\r\nHost: h\r\nA:\r\nA:\r\nA:\r\nA:\r\n\r\n", limits) == 431)
  }

  @Test("trailers share the limits of headers")
  func trailers() {
    let head = post("Transfer-Encoding: chunked\r\n\r\n0\r\n")
    var limits = limits
    limits.headerBytes = 1000
    #expect(status(head + "A:\r\nA:\r\n\r\n", limits) == 200)
    #expect(status(head + "A:\r\nA:\r\nA:\r\n\r\n", limits) == 431)
  }

  @Test("body by length")
  func length() {
    #expect(status(post("Content-Length: 10\r\n\r\n0123456789"), limits) == 200)
    #expect(status(post("Content-Length: 11\r\n\r\n"), limits) == 413)
    let huge = String(repeating: "9", count: 30)
    #expect(status(post("Content-Length: \(huge)\r\n\r\n"), limits) == 413)
  }

  @Test("body in chunks")
  func chunks() {
    let head = "Transfer-Encoding: chunked\r\n\r\n"
    #expect(status(post(head + "5\r\n01234\r\n5\r\n01234\r\n0\r\n\r\n"), limits) == 200)
    #expect(status(post(head + "5\r\n01234\r\n6\r\n"), limits) == 413)
    #expect(status(post(head + "ffffffff\r\n"), limits) == 413)
    var unlimited = RequestLimits()
    unlimited.bodyBytes = .max
    #expect(status(post(head + "ffffffffffffffff\r\n"), unlimited) == 413)
    #expect(status(post(head + "0000000001\r\n"), limits) == 0)
    #expect(status(post(head + "00000000001\r\n"), limits) == 400)
  }

  @Test("a length is wanted of methods that have a body, unless told otherwise")
  func lengthRequired() {
    var limits = limits
    #expect(status(post("\r\n"), limits) == 411)
    limits.methodsWithLength = []
    #expect(status(post("\r\n"), limits) == 200)
  }
}
