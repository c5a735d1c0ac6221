// Instants as HTTP writes them (RFC 9110 section 5.6.7).

/// The fixed-length date format of HTTP.
public enum HTTPDate {
  private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// "Sun, 06 Nov 1994 08:49:37 GMT" for an instant in seconds since 1970 UTC, not before it.
  public static func text(_ seconds: Int64) -> String {
    let instant = max(seconds, 0)
    let day = Int(instant / 86400)
    let second = Int(instant % 86400)
    let date = civil(day)
    let clock = [second / 3600, second / 60 % 60, second % 60].map(padded)
    return "\(days[day % 7]), \(padded(date.day)) \(months[date.month - 1]) \(date.year) "
      + clock.joined(separator: ":") + " GMT"
  }

  /// The Gregorian date of a day counted from 1970. Counts years from March, so that the
  /// leap day comes last.
  private static func civil(_ day: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let march = (5 * dayOfYear + 2) / 153
    let month = march < 10 ? march + 3 : march - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * march + 2) / 5 + 1
    )
  }

  private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
