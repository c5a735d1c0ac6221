// The five fields of a crontab line: their ranges are those of Quartz, but for weekdays, which
// crontab(5) counts from Sunday as 0 and ends with Sunday as 7.

/// One field of a crontab line, in the order of writing.
enum CrontabField: Int, CaseIterable {
  case minute, hour, dayOfMonth, month, dayOfWeek

  /// The field of a quartz expression that it becomes.
  var quartz: CronField {
    switch self {
    case .minute: .minute
    case .hour: .hour
    case .dayOfMonth: .dayOfMonth
    case .month: .month
    case .dayOfWeek: .dayOfWeek
    }
  }

  /// The name used in messages.
  var name: String { quartz.name }

  /// Accepted numbers; day-of-week 0 and 7 are Sunday.
  var range: ClosedRange<Int> { self == .dayOfWeek ? 0...7 : quartz.range }

  /// Names in full and in upper case, for numbers from the range's start on.
  var names: [String] { quartz.names }

  /// What a plain value looks like, for messages.
  var expected: String {
    switch self {
    case .dayOfWeek: "0-7 (0 and 7 are Sunday) or SUN-SAT"
    case .minute, .hour, .dayOfMonth, .month: quartz.expected
    }
  }
}

/// What one field of a line matches.
struct CrontabValues: Hashable {
  /// Every `step`-th number from `first` to `last`.
  struct Item: Hashable {
    var first: Int
    var last: Int
    var step: Int
  }

  let field: CrontabField
  /// Whether the text begins with `*`, which cron asks of the two day fields.
  let beginsWithStar: Bool
  let items: [Item]

  /// The numbers; Sunday is 0 only.
  var numbers: Set<Int> {
    var numbers: Set<Int> = []
    for item in items {
      for number in stride(from: item.first, through: item.last, by: item.step) {
        numbers.insert(field == .dayOfWeek ? number % 7 : number)
      }
    }
    return numbers
  }

  /// Whether every value of the field matches, however it is written.
  var isEverything: Bool {
    numbers.count == (field == .dayOfWeek ? 7 : field.range.count)
  }

  /// The same field in a quartz expression, item by item as its author wrote it.
  var quartz: String {
    isEverything ? "*" : items.map(quartz).joined(separator: ",")
  }

  private func quartz(_ item: Item) -> String {
    if item.step > item.last - item.first { return quartz(item.first) }
    // From 0 to 7 a step meets Sunday at both ends or at the first; so does Quartz from 1 to 7.
    if item.first == field.range.lowerBound, item.last == field.range.upperBound {
      return "*/\(item.step)"
    }
    let span = "\(quartz(item.first))-\(quartz(item.last))"
    return item.step == 1 ? span : "\(span)/\(item.step)"
  }

  /// Weekdays by name: numbers mean other days to people who know crontab(5).
  private func quartz(_ number: Int) -> String {
    field == .dayOfWeek ? CrontabValues.weekday(number) : String(number)
  }

  /// `SUN` to `SAT` of a number.
  static func weekday(_ number: Int) -> String {
    String(CrontabField.dayOfWeek.names[number % 7].prefix(3))
  }
}
