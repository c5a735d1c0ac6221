// How many jobs a turn of the loop decides on. What is committed together shares its syncs, and while
// it is, nobody else is heard: so as many as take about as long as others may be kept waiting.

/// The size of a turn, learned from those before.
struct TurnSize {
  static let most = 200
  static let least = 8
  /// What a turn is to take at most, in nanoseconds: half of what is promised, since disks vary.
  private static let target: Int64 = 25_000_000

  private(set) var count = 32

  /// Takes note of a turn.
  mutating func took(nanoseconds: Int64, deciding decided: Int) {
    if nanoseconds > TurnSize.target {
      let fitting = Int64(decided) * TurnSize.target / nanoseconds
      count = min(count, max(TurnSize.least, Int(fitting)))
    } else if nanoseconds < TurnSize.target / 2, decided >= count {
      count = min(TurnSize.most, 2 * count)
    }
  }
}
