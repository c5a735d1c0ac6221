// How wrong credentials slow their sender down. A value without clock and waiting: it says when the
// next attempt of an address may be made.

/// When attempts may be made, by address. Times are in milliseconds.
struct FailureBrake<Address: Hashable> {
  /// So many failures cost nothing: people mistype.
  static var freeFailures: Int { 3 }
  /// The first delay; each failure doubles it.
  static var firstDelay: Int64 { 250 }
  /// The longest delay: one attempt in 8 s and address are 4 million in a year.
  static var longestDelay: Int64 { 8_000 }
  /// An attempt that would have to wait longer is refused.
  static var patience: Int64 { 10_000 }
  /// After so long without a failure an address begins anew.
  static var forgetTime: Int64 { 600_000 }
  /// Addresses kept; one of IPv6 is a network, so that many cost an attacker something.
  static var capacity: Int { 16_384 }

  /// When an attempt may be made.
  enum Turn: Equatable {
    /// At that time, which may be now.
    case at(Int64)
    /// Not before so many milliseconds: ask again.
    case refused(retryIn: Int64)
  }

  private struct Record {
    var failures = 0
    var notBefore: Int64 = 0
    var lastFailure: Int64
  }

  private var records: [Address: Record] = [:]

  /// Asks for a turn, and takes it if there is one. Turns of an address that has failed often
  /// follow each other; those that were under way before its first failures are bounded by
  /// the queue of the checks alone, which is about what ten minutes of turns come to.
  mutating func begin(_ address: Address, at now: Int64) -> Turn {
    guard var record = records[address] else { return .at(now) }
    if now - record.lastFailure > Self.forgetTime {
      records[address] = nil
      return .at(now)
    }
    let start = max(now, record.notBefore)
    if start - now > Self.patience { return .refused(retryIn: start - now) }
    record.notBefore = start + Self.delay(record.failures)
    records[address] = record
    return .at(start)
  }

  /// Notes that an attempt has failed. A success takes no failure back: who knows one password
  /// could go on guessing others.
  mutating func failed(_ address: Address, at now: Int64) {
    if records[address] == nil && records.count >= Self.capacity { tidy(at: now) }
    var record = records[address] ?? Record(lastFailure: now)
    record.failures += 1
    record.lastFailure = now
    record.notBefore = max(record.notBefore, now + Self.delay(record.failures))
    records[address] = record
  }

  private static func delay(_ failures: Int) -> Int64 {
    if failures <= freeFailures { return 0 }
    let doublings = min(failures - freeFailures - 1, 16)
    return min(longestDelay, firstDelay << Int64(doublings))
  }

  private mutating func tidy(at now: Int64) {
    records = records.filter { now - $0.value.lastFailure <= Self.forgetTime }
    // All of them still fresh: some have to go, and any will do.
    while records.count >= Self.capacity, let address = records.keys.first {
      records[address] = nil
    }
  }
}
