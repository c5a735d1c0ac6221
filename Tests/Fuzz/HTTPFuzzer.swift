// A libFuzzer target for the HTTP request parser. Not part of the package; build and run it with
//
//   swiftc -O -parse-as-library -emit-module -emit-object -swift-version 6 -module-name LinuxIO \
//     Tests/Fuzz/LinuxIOStandIn.swift -emit-module-path /tmp/LinuxIO.swiftmodule -o /tmp/LinuxIO.o
//   swiftc -O -parse-as-library -sanitize=fuzzer -swift-version 6 -module-name HTTPFuzzer -I /tmp \
//     Sources/HTTPServer/{ByteQueue,ChunkedBody,FieldSection,Framing,HeaderFields,HostField}.swift \
//     Sources/HTTPServer/{Method,PercentDecoding,Refusal,Request*,Status,Syntax}.swift \
//     Tests/Fuzz/HTTPFuzzer.swift /tmp/LinuxIO.o -o /tmp/httpfuzzer
//   mkdir -p /tmp/httpcorpus && printf 'xGET /a?b=c HTTP/1.1\r\nHost: h\r\n\r\n' > /tmp/httpcorpus/get
//   SWIFT_BACKTRACE=enable=no /tmp/httpfuzzer -max_total_time=600 -max_len=1200 /tmp/httpcorpus
//
// The first byte says how the rest is split. Any trap is a finding; so are bytes that mean
// something else when they come in other pieces, a request beyond its limits, and a parser that
// holds more than its limits while it asks for more.

private let limits = {
  var limits = RequestLimits()
  limits.requestLineBytes = 200
  limits.headerBytes = 300
  limits.headerCount = 8
  limits.bodyBytes = 64
  limits.chunkLineBytes = 24
  return limits
}()

/// What a request may take on its way: empty lines, line, fields with trailers, body in chunks of
/// one byte with the longest size lines.
private let most =
  10 + limits.requestLineBytes + limits.headerBytes + 4
  + (limits.bodyBytes + 1) * (limits.chunkLineBytes + 3)

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let seed = bytes.first else { return 0 }
  let text = bytes.dropFirst()
  let whole = outcomes(text) { _ in text.count }
  precondition(whole == outcomes(text, isBytewise: true) { _ in 1 })
  var state = UInt64(seed)
  let split = outcomes(text) { left in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % min(left, 40) + 1
  }
  precondition(whole == split)
  for outcome in whole { check(outcome) }
  return 0
}

private func outcomes(
  _ text: ArraySlice<UInt8>, isBytewise: Bool = false, pieceSize: (Int) -> Int
) -> [RequestParser.Outcome] {
  var parser = RequestParser(limits: limits)
  var found: [RequestParser.Outcome] = []
  var rest = text
  var held = 0
  var head: Request?
  while !rest.isEmpty {
    let piece = rest.prefix(pieceSize(rest.count))
    rest = rest.dropFirst(piece.count)
    held += piece.count
    var outcome = parser.consume(piece)
    while outcome != .needMore {
      found.append(outcome)
      switch outcome {
      case .refusal:
        // Whatever comes then changes nothing.
        precondition(parser.consume(rest) == outcome && parser.stage == .idle)
        return found
      case .request(let request):
        if let head {
          precondition(head.headers == request.headers && head.target == request.target)
          precondition(head.method == request.method && head.body.isEmpty)
        }
        held = piece.count
        head = nil
      case .needMore: break
      }
      outcome = parser.consume([])
    }
    // Of longer pieces nobody can tell from outside how much belonged to the last request.
    if isBytewise { precondition(held <= most) }
    head = parser.takeHead() ?? head
    if parser.takeExpectation() { precondition(parser.stage == .body) }
  }
  return found
}

private func check(_ outcome: RequestParser.Outcome) {
  switch outcome {
  case .needMore: break
  case .refusal(let refusal):
    precondition((400...599).contains(refusal.status.rawValue) && !refusal.reason.isEmpty)
  case .request(let request):
    precondition(request.target.utf8.count < limits.requestLineBytes)
    precondition(request.body.count <= limits.bodyBytes)
    precondition(request.headers.fields.count <= limits.headerCount)
    let bytes = request.headers.fields.reduce(0) { $0 + $1.name.utf8.count + 2 }
    precondition(bytes <= limits.headerBytes)
    for field in request.headers.fields {
      precondition(!field.name.isEmpty)
      precondition(!field.value.utf8.contains { [0, 10, 13].contains($0) })
    }
    precondition(request.isAsterisk || request.target.hasPrefix("/") || request.host != nil)
  }
}
