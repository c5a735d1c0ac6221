import Testing

@testable import JobCore

/// What is wrong with a line, where, and what to do.
@Suite struct CrontabErrorTests {
  @Test(arguments: [
    ("0 25 * * * x", "column 3: hour: 25 is out of range; expected 0-23"),
    ("60 * * * * x", "column 1: minute: 60 is out of range; expected 0-59; write 0"),
    ("0 0 0 * * x", "column 5: day-of-month: 0 is out of range; expected 1-31"),
    ("99999999999999999999 * * * * x", "column 1: minute: 99999999999999999999 is out of range"),
    ("0 0 * jan jan x", "JAN belongs in the month field"),
    ("0 0 * MARCH * x", "names have three letters: write MAR"),
    ("0 0 * * fri-sun x", "column 9: day-of-week: a range goes upward; write 5-7: 7 is Sunday too"),
    ("0 0 * * sat-mon x", "a range goes upward; write 6-6,0-1"),
    ("50-10 * * * * x", "column 1: minute: a range goes upward; write 50-59,0-10"),
    ("5/10 * * * * x", "a step goes with * or with a range; write 5-59/..."),
    ("*/0 * * * * x", "column 3: minute: a step must be 1 or more"),
    ("*/ * * * * x", "column 3: minute: a step is missing after /"),
    ("1,,2 * * * * x", "column 3: minute: an item is missing"),
    ("1, * * * * x", "column 3: minute: an item is missing"),
    ("*5 * * * * x", "column 2: minute: unexpected '5' after a complete item"),
    ("0 0 ? * MON x", "column 5: day-of-month: unexpected '?'"),
    ("0 0 L * * x", "\"L\" has no meaning here"),
    ("0~30 * * * * x", "column 2: minute: ~ lets cron choose a number when it starts; choose one"),
    ("~ * * * * x", "~ lets cron choose"),
    ("é * * * * x", "column 1: minute: unexpected 'é'"),
    ("0 0 * *", "column 8: day-of-week: the line ends here"),
    ("0 0 * * * ", "column 11: command: there is nothing to run"),
    ("0 0 * * * %x", "column 11: command: there is nothing to run"),
    ("0 0 * * * \u{b}\t%x", "there is nothing to run"),
    ("0 0 * * * * x", "column 11: command: a * is no command; a line has five fields"),
    ("@dayly x", "column 1: cron knows no \"@dayly\"; write @daily"),
    ("@Daily x", "write @daily"), ("@every x", "write one of @yearly"),
    ("PATH /bin", "column 1: minute: \"PATH\" has no meaning here"),
    ("A = \"x", "column 5: the quote that begins here has no end"),
    ("A = 'x' y", "column 9: something follows the closing quote; quote the whole value"),
    (" = x", "column 2: a name is missing before ="),
    ("JOBRUN_X = 1", "names that begin with JOBRUN_ are set by jobrun itself"),
    ("HOME = here", "HOME must be a path from the root"),
    ("RANDOM_DELAY = soon", "\"soon\" is no number of minutes"),
    ("@reboot x", "let the service manager run it"),
  ])
  func aFaultHasItsPlaceAndARemedy(line: String, message: String) {
    let crontab = Crontab.reading("# first\n\(line)\n@daily fine\n")
    #expect(crontab.remarks.map(\.isLoss) == [true])
    #expect(crontab.remarks.first?.line == 2)
    let text = crontab.remarks.first?.text ?? ""
    #expect(text.hasPrefix("line 2") && text.contains(message), "\(text)")
    #expect(crontab.jobs.map(\.line) == [3], "the others cost nothing")
  }

  @Test func bytesThatAreNoTextAreNamedWithTheirColumn() {
    let bytes = Array("0 0 * * * écho caf".utf8) + [0xe9, 0x0a]
    #expect(
      Crontab.reading(bytes).remarks.map(\.text).first?.hasPrefix("line 1, column 19: ") == true)
    #expect(Crontab.reading("* * * * * a\0b\n").remarks.map(\.isLoss) == [true])
    #expect(Crontab.reading(Array("# caf".utf8) + [0xe9, 0x0a]).remarks.isEmpty)
  }

  @Test func aLineThatNoProgramCouldBeGivenIsRefused() {
    let long = String(repeating: "x", count: 131_060)
    #expect(Crontab.reading("@daily echo \(long)\n").remarks.map(\.isLoss) == [true])
    #expect(Crontab.reading("@daily \(long)\n").jobs.count == 1)
  }

  @Test func theJobsBelowAZoneThatIsNoneAreNotGuessedAt() {
    let crontab = Crontab.reading(
      "@daily a\nCRON_TZ=Mars/Base\n@daily b\nCRON_TZ=UTC\n@daily c\n")
    #expect(crontab.jobs.map(\.line) == [1, 5])
    #expect(crontab.remarks.map(\.line) == [2, 3])
    #expect(crontab.remarks.allSatisfy { $0.isLoss })
  }
}
