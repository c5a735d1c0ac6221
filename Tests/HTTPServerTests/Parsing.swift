import HTTPServer
import Testing

/// A POST with what comes behind its Host field.
func post(_ rest: String) -> String { "POST /p HTTP/1.1\r\nHost: h\r\n" + rest }

/// All requests and refusals that pieces of bytes amount to, up to the first refusal.
func outcomes(
  _ pieces: [[UInt8]], _ limits: RequestLimits = RequestLimits()
) -> [RequestParser.Outcome] {
  var parser = RequestParser(limits: limits)
  var all: [RequestParser.Outcome] = []
  for piece in pieces {
    var outcome = parser.consume(piece)
    while outcome != .needMore {
      all.append(outcome)
      if case .refusal = outcome { return all }
      outcome = parser.consume([])
    }
  }
  return all
}

/// All requests in a text.
func requests(_ text: String) -> [Request] {
  outcomes([Array(text.utf8)]).compactMap { outcome in
    if case .request(let request) = outcome { return request }
    return nil
  }
}

/// The status a text is refused with; 200 if it holds a request, 0 if that is not complete.
func status(_ text: String, _ limits: RequestLimits = RequestLimits()) -> Int {
  switch outcomes([Array(text.utf8)], limits).last {
  case .refusal(let refusal): refusal.status.rawValue
  case .request: 200
  case .needMore, nil: 0
  }
}
