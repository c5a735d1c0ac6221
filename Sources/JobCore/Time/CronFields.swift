// What an expression matches, as bit sets, as the parser finds it; CronCalendar makes of it what
// the search needs.

/// The matching values of every field.
struct CronFields {
  /// Bits 0...59.
  var seconds: UInt64 = 0
  /// Bits 0...59.
  var minutes: UInt64 = 0
  /// Bits 0...23.
  var hours: UInt64 = 0
  /// Bits 1...12.
  var months: UInt64 = 0
  var years = YearSet()
  var days = DayRule()

  /// Adds a value of a field; it must lie in the field's range.
  mutating func insert(_ value: Int, in field: CronField) {
    let bit: UInt64 = 1 << UInt64(truncatingIfNeeded: value)
    switch field {
    case .second: seconds |= bit
    case .minute: minutes |= bit
    case .hour: hours |= bit
    case .month: months |= bit
    case .year: years.insert(value)
    case .dayOfMonth: days.numbers |= UInt32(truncatingIfNeeded: bit >> 1)
    case .dayOfWeek: days.weekdays |= UInt32(truncatingIfNeeded: bit >> 1)
    }
  }
}
