import Testing

@testable import HTTPServer

@Suite("Responses as bytes")
struct ResponseSerializerTests {
  private func head(
    _ response: Response, _ framing: ResponseSerializer.Framing = .length(2)
  ) throws(ResponseSerializer.Fault) -> String {
    String(
      decoding: try ResponseSerializer.head(
        response, framing: framing, connection: "close", date: "D"), as: UTF8.self)
  }

  @Test("status line, date, own fields, framing, connection, empty line")
  func head() throws {
    let response = Response(.ok, headers: ["X": "1", "x": "ä"])
    #expect(
      try head(response) == "HTTP/1.1 200 OK\r\nDate: D\r\nX: 1\r\nx: ä\r\n"
        + "Content-Length: 2\r\nConnection: close\r\n\r\n")
  }

  @Test(
    "a header that could start another one never goes out",
    arguments: [
      ("A", "1\r\nB: 2"), ("A", "1\n"), ("A", "\r"), ("A", "\0"), ("A", "\u{1B}"), ("A", "\r\n"),
      ("A:", "1"), ("A\r\nB", "1"), ("", "1"), ("A B", "1"),
      ("content-length", "1"), ("Transfer-Encoding", "x"), ("Connection", "x"), ("Date", "x"),
    ])
  func hostile(name: String, value: String) {
    #expect(throws: ResponseSerializer.Fault.self) {
      try head(Response(.ok, headers: [name: value]))
    }
  }

  @Test("the framing follows status, body and version")
  func framing() {
    let stream = BodyStream { _ in .end }
    let cases: [(Response, Version, ResponseSerializer.Framing)] = [
      (Response(.ok, body: [1]), .http11, .length(1)), (Response(.noContent), .http11, .none),
      (Response(.notModified, body: [1]), .http11, .none),
      (Response(.ok, stream: stream), .http11, .chunked),
      (Response(.ok, stream: stream), .http10, .close),
      (Response(.ok, stream: BodyStream(length: 9) { _ in .end }), .http10, .length(9)),
    ]
    for (response, version, expected) in cases {
      #expect(ResponseSerializer.framing(of: response, version: version) == expected)
    }
  }

  @Test(
    "dates are those of the Gregorian calendar",
    arguments: [
      (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
      (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
      (1_767_225_599, "Wed, 31 Dec 2025 23:59:59 GMT"),
      (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
    ] as [(Int64, String)])
  func dates(seconds: Int64, text: String) {
    #expect(HTTPDate.text(seconds) == text)
  }
}
