// A libFuzzer target for the JSON reader and the stream of documents. Not part of the package;
// build and run it with
//
//   swiftc -O -parse-as-library -sanitize=fuzzer -swift-version 6 -module-name JSONFuzzer \
//     Sources/JobCore/JSON/*.swift Tests/Fuzz/JSONFuzzer.swift -o /tmp/jsonfuzzer
//   mkdir -p /tmp/jsoncorpus && cp spool/examples/*.json /tmp/jsoncorpus
//   SWIFT_BACKTRACE=enable=no /tmp/jsonfuzzer -max_total_time=600 -max_len=400 /tmp/jsoncorpus
//
// Any trap is a finding; so is a value that is another one after it was written and read again, a
// second writing that differs from the first, an error that points outside the text, and a stream
// that depends on how it is cut.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    check(try JSON(parsing: bytes))
  } catch {
    precondition(error.position.line >= 1 && error.position.column >= 1)
    precondition(error.position.line <= bytes.count + 1)
    precondition(error.position.column <= bytes.count + 1)
    precondition(!"\(error)".isEmpty)
  }
  let whole = elements(of: bytes, pieceSize: max(1, count))
  precondition(whole == elements(of: bytes, pieceSize: 1))
  precondition(whole == elements(of: bytes, pieceSize: 1 + Int(bytes.first ?? 0) % 13))
  return 0
}

private func check(_ value: JSON) {
  let written = value.serialized()
  guard let again = try? JSON(parsing: written, limits: JSONLimits(bytes: .max)) else {
    preconditionFailure("what was written cannot be read")
  }
  precondition(again == value)
  precondition(again.serialized() == written)
  let kept = value.serialized(keepingOrder: true)
  guard let ordered = try? JSON(parsing: kept, limits: JSONLimits(bytes: .max)) else {
    preconditionFailure("what was written in its own order cannot be read")
  }
  precondition(ordered == value && ordered.serialized(keepingOrder: true) == kept)
  let pretty = try? JSON(parsing: Array(value.prettyText().utf8), limits: JSONLimits(bytes: .max))
  precondition(pretty == value)
  if let number = value.number, let whole = number.int64 {
    precondition(number.double == Double(whole))
  }
}

private func elements(of bytes: [UInt8], pieceSize: Int) -> [JSONDocumentStream.Element] {
  var stream = JSONDocumentStream(limits: JSONLimits(depth: 4, bytes: 60))
  var found: [JSONDocumentStream.Element] = []
  var rest = bytes[...]
  while !rest.isEmpty {
    stream.append(rest.prefix(pieceSize))
    rest = rest.dropFirst(pieceSize)
    while let element = stream.next(endOfInput: false) { found.append(element) }
  }
  while let element = stream.next(endOfInput: true) { found.append(element) }
  return found
}
