import HTTPServer
import LinuxIO
import Testing

@Suite("Answers that come later")
struct LaterAnswerTests {
  @Test("an event on another descriptor of the loop completes an answer")
  func otherDescriptor() throws {
    var waiting: [Responder] = []
    let fixture = try ServerFixture { _, responder in waiting.append(responder) }
    let pipe = try Descriptor.pipe()
    let token = try fixture.loop.add(pipe.read) { _ in
      for responder in waiting { responder.answer(.text(.ok, "checked")) }
      waiting = []
    }
    let client = try fixture.client(last)
    #expect(try fixture.turn { waiting.count == 1 })
    try pipe.write.write([1])
    #expect(try fixture.turn { try client.poll() })
    #expect(client.text.hasSuffix("checked"))
    fixture.loop.remove(token, pipe.read)
  }

  @Test("others are served meanwhile, and the same client in order")
  func order() throws {
    var waiting: [Responder] = []
    let fixture = try ServerFixture { request, responder in
      if request.path == ["a"] {
        waiting.append(responder)
      } else {
        ServerFixture.echo(request, responder)
      }
    }
    let first = try fixture.client(simple + last)
    #expect(try fixture.turn { waiting.count == 1 })
    #expect(try fixture.conversation(last).hasSuffix("GET /z "))
    #expect(try !first.poll() && first.received.isEmpty)
    waiting.removeFirst().answer(.text(.ok, "late"))
    #expect(try fixture.turn { try first.poll() })
    #expect(first.text.contains("lateHTTP/1.1") && first.text.hasSuffix("GET /z "))
  }

  @Test("only the first answer counts")
  func once() throws {
    var outcomes: [Bool] = []
    let fixture = try ServerFixture { _, responder in
      for text in ["one", "two"] { outcomes.append(responder.answer(.text(.ok, text))) }
    }
    #expect(try fixture.conversation(last).hasSuffix("one"))
    #expect(outcomes == [true, false])
  }

  @Test("an answer to a client that has left is dropped, and the log says so")
  func gone() throws {
    var waiting: [Responder] = []
    let fixture = try ServerFixture { _, responder in waiting.append(responder) }
    do {
      let client = try fixture.client(simple)
      #expect(try fixture.turn { waiting.count == 1 })
      _ = try client.poll()
    }
    #expect(try fixture.turn { fixture.server.connectionCount == 0 })
    #expect(waiting.first?.isWaiting == false)
    #expect(waiting.first?.answer(.text(.ok, "late")) == false)
    #expect(fixture.log.map(\.isComplete) == [false] && fixture.logged(nil) == 1)
  }

  @Test("a handler that takes too long is answered for with 503")
  func answerTime() throws {
    var limits = ServerLimits()
    limits.answerTime = 30
    var waiting: [Responder] = []
    let fixture = try ServerFixture(limits) { _, responder in waiting.append(responder) }
    #expect(try fixture.conversation(last).hasPrefix("HTTP/1.1 503 "))
    #expect(waiting.first?.isWaiting == false)
  }
}
