// A set of the 230 years that expressions know, as four words of bits.

/// A set of years within `CronField.years`.
struct YearSet: Sendable {
  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  static let all: YearSet = {
    var set = YearSet()
    for year in CronField.years { set.insert(year) }
    return set
  }()

  /// Adds a year; it must be one of `CronField.years`.
  mutating func insert(_ year: Int) {
    let bit = year - CronField.years.lowerBound
    self[bit >> 6] |= 1 << UInt64(bit & 63)
  }

  func contains(_ year: Int) -> Bool {
    guard CronField.years ~= year else { return false }
    let bit = year - CronField.years.lowerBound
    return self[bit >> 6] >> UInt64(truncatingIfNeeded: bit & 63) & 1 != 0
  }

  /// The first year of the set that is not before `year`.
  func first(from year: Int) -> Int? {
    let bit = max(year - CronField.years.lowerBound, 0)
    guard bit < 256 else { return nil }
    var index = bit >> 6
    var word = self[index] & (~0 << UInt64(bit & 63))
    while word == 0 {
      index += 1
      guard index < 4 else { return nil }
      word = self[index]
    }
    return CronField.years.lowerBound + index << 6 + word.trailingZeroBitCount
  }

  private subscript(index: Int) -> UInt64 {
    get {
      switch index {
      case 0: words.0
      case 1: words.1
      case 2: words.2
      default: words.3
      }
    }
    set {
      switch index {
      case 0: words.0 = newValue
      case 1: words.1 = newValue
      case 2: words.2 = newValue
      default: words.3 = newValue
      }
    }
  }
}
