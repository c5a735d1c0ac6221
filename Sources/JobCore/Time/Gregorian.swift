// Day arithmetic of the proleptic Gregorian calendar (ISO 8601), without zones and without time
// of day. Every function is total for |year| < 2^40; callers stay far inside that.

/// Day arithmetic of the proleptic Gregorian calendar; day 0 is 1970-01-01.
enum Gregorian {
  static let daysPer400Years = 146_097
  static let secondsPerDay = 86_400

  /// The day number of a date; `day` may lie outside its month and then counts on.
  ///
  /// The year is taken to begin in March, so that the leap day is its last and month lengths
  /// follow one linear formula: no table, no branch on leap years.
  static func day(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = floorDivide(shifted, 400)
    let yearOfEra = shifted - era * 400
    let monthFromMarch = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * daysPer400Years + dayOfEra - 719_468
  }

  /// The date of a day number.
  static func date(day: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = floorDivide(shifted, daysPer400Years)
    let dayOfEra = shifted - era * daysPer400Years
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }

  static func isLeap(_ year: Int) -> Bool {
    year & 3 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  /// Days in a month, 28...31; `month` is 1...12.
  static func length(ofMonth month: Int, in year: Int) -> Int {
    if month == 2 { return isLeap(year) ? 29 : 28 }
    // 31 in odd months up to July, in even ones after it.
    return 30 | (month ^ (month >> 3))
  }

  /// The weekday of a day number, 0 = Sunday ... 6 = Saturday.
  static func weekday(ofDay day: Int) -> Int {
    // Day 0 was a Thursday.
    floorRemainder(day + 4, 7)
  }
}

/// Division that rounds towards negative infinity; `divisor` is positive.
@inline(__always)
func floorDivide(_ dividend: Int, _ divisor: Int) -> Int {
  let quotient = dividend / divisor
  return dividend % divisor < 0 ? quotient - 1 : quotient
}

/// The remainder that belongs to `floorDivide`: never negative; `divisor` is positive.
@inline(__always)
func floorRemainder(_ dividend: Int, _ divisor: Int) -> Int {
  let remainder = dividend % divisor
  return remainder < 0 ? remainder + divisor : remainder
}
