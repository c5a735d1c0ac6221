// Instants as people write them, in options and in requests alike.

extension TimeZoneRules {
  /// Reads an instant: RFC 3339, or a local date and time in this zone.
  public func instant(from text: String) throws(CivilTimeError) -> Instant {
    if let instant = Instant(rfc3339: text) { return instant }
    return firstInstant(of: try CivilTime(parsing: text))
  }

  /// Reads an instant, or a duration such as `24h` that is counted back from now.
  public func past(from text: String, now: Instant) throws(CivilTimeError) -> Instant {
    if let span = try? TimeSpan(parsing: text) { return now - span }
    return try instant(from: text)
  }
}

extension CivilTimeError {
  /// What is wrong and how to write it, to complete a sentence about the text: "is no date ...".
  public var explanation: String {
    "is no date and time: column \(column): \(reason); write \"2026-11-21 16:56:00\" or "
      + "2026-11-21T16:56:00+01:00"
  }
}
