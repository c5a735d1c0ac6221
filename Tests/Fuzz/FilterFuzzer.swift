// A libFuzzer target for filters. Not part of the package; build and run it with
//
//   swiftc -O -parse-as-library -sanitize=fuzzer -swift-version 6 -module-name FilterFuzzer \
//     Sources/JobCore/EditDistance.swift Sources/JobCore/{Filter,JSON,Time}/*.swift \
//     Tests/Fuzz/FilterFuzzer.swift -o /tmp/filterfuzzer
//   mkdir -p /tmp/filtercorpus && grep -o '"[^"]* eq [^"]*"' \
//     Tests/JobCoreTests/Filter/FilterTests.swift | tr -d '"' | split -a 4 -l 1 - /tmp/filtercorpus/
//   SWIFT_BACKTRACE=enable=no /tmp/filterfuzzer -max_total_time=180 -max_len=200 /tmp/filtercorpus
//
// Any trap is a finding; so is a refusal that points outside the text, a filter that fits together
// with its own negation, and one that fits without a value that it calls required.

private let properties = [
  FilterProperty("jobID", .text), FilterProperty("number", .number),
  FilterProperty("createdDate", .instant), FilterProperty("nothing", .text),
]

private let rows: [[FilterValue]] = [
  [.text("a"), .number(1), .instant(Instant(milliseconds: 0)), .null],
  [.text("it's Ada"), .number(12), .instant(Instant(milliseconds: 1_795_219_200_000)), .text("")],
  [.null, .null, .null, .null],
]

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  do {
    check(try Filter(text, properties: properties), text)
  } catch {
    precondition(!error.message.isEmpty)
    precondition(error.column >= 1 && error.column <= text.unicodeScalars.count + 1)
  }
  return 0
}

private func check(_ filter: Filter, _ text: String) {
  let negation = try? Filter("not (\(text))", properties: properties)
  let twice = try? Filter("(\(text)) or (\(text))", properties: properties)
  for row in rows {
    let fits = filter.fits { row[$0] }
    if let negation { precondition(!fits || !negation.fits { row[$0] }) }
    if let twice { precondition(fits == twice.fits { row[$0] }) }
    for place in row.indices where fits {
      if let values = filter.required(place) { precondition(values.contains(row[place])) }
    }
  }
}
