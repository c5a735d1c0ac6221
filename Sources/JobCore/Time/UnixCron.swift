// Remedies for people who know crontab(5): what a line of five fields or a macro would be here.

/// Crontab's notation, as far as it is needed to say what to write instead.
enum UnixCron {
  /// The expression that means what a crontab macro means; nil if it is none, or has no time.
  static func expression(forMacro text: String) -> String? {
    switch text.lowercased() {
    case "@yearly", "@annually": "0 0 0 1 1 ?"
    case "@monthly": "0 0 0 1 * ?"
    case "@weekly": "0 0 0 ? * 1"
    case "@daily", "@midnight": "0 0 0 * * ?"
    case "@hourly": "0 0 * * * ?"
    default: nil
    }
  }

  /// The expression that means what five crontab fields mean; nil if one cannot say it.
  static func expression(for fields: [String]) -> String? {
    var fields = ["0"] + fields
    if fields[5] == "*" {
      fields[5] = "?"
    } else if fields[3] == "*", let weekdays = weekdays(fields[5]) {
      fields[3] = "?"
      fields[5] = weekdays
    } else {
      // Crontab takes the union of two day fields: that needs two expressions.
      return nil
    }
    let text = fields.joined(separator: " ")
    // A remedy that is refused in turn would be worse than none.
    return (try? CronExpression(text)) == nil ? nil : text
  }

  /// Crontab counts Sunday as 0 or 7, Quartz as 1. Steps are left to the author.
  private static func weekdays(_ text: String) -> String? {
    var converted = ""
    for character in text.unicodeScalars {
      switch character {
      case "0"..."6": converted += "\(character.value - 47)"
      case "7": converted += "1"
      case "/", "8", "9": return nil
      default: converted.unicodeScalars.append(character)
      }
    }
    return converted
  }
}
