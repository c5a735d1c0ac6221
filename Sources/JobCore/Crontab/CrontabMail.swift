// MAILTO: cron mails whatever a command writes, to these addresses. Here output is kept, and a hook
// mails that a run has failed.

/// Whom to tell of runs that failed.
struct CrontabMail: Hashable {
  /// In the order of writing, without blanks around them.
  private let addresses: [String]

  /// Reads what stands behind `MAILTO=`: addresses with commas between them.
  /// - Returns: nil if one of them cannot be written into the head of a mail.
  init?(_ text: String) {
    addresses = text.split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
    if addresses.isEmpty || !addresses.allSatisfy(CrontabMail.isAddress) { return nil }
  }

  /// No more than what keeps the head of a mail in one piece; who they are is sendmail's business.
  private static func isAddress(_ text: String) -> Bool {
    !text.hasPrefix("-")
      && !text.unicodeScalars.contains { $0.properties.isWhitespace || $0.isUnsafeOnTerminal }
  }

  /// The addresses, for people and for a mail.
  var text: String { addresses.joined(separator: ", ") }

  /// The `hooks` of a job. A line of shell, in which an address is only ever a word in quotes.
  var hooks: JSON {
    let words = "\(shellWord(text)) \"$JOBRUN_NAME\" \"$JOBRUN_MESSAGE\""
    let head = "printf 'To: %s\\nSubject: %s: %s\\n\\n' \(words)"
    return .object([
      HookEvent.onFailure.rawValue: .object(["command": .string("(\(head); cat) | sendmail -t")])
    ])
  }
}
