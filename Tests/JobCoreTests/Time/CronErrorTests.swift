import JobCore
import Testing

/// The exact wording of every kind of refusal: text in, message out.
@Suite struct CronErrorTests {
  @Test(arguments: table)
  func refusalsNameFieldColumnAndRemedy(text: String, message: String) throws {
    let error = try #require(throws: CronError.self) { try CronExpression(text) }
    let remedy = error.remedy.map { " -> \($0)" } ?? ""
    #expect("\(error.field ?? "-") \(error.column): \(error.reason)\(remedy)" == message)
  }

  private static let shape = "second minute hour day-of-month month day-of-week [year]"

  static let table: [(String, String)] = [
    ("", "- 1: no fields; expected 6 or 7: \(shape)"),
    (
      "*/5 * * * *",
      "- 1: 5 fields; expected 6 or 7: \(shape) -> looks like a Unix cron line; put "
        + "seconds first: 0 */5 * * * ?"
    ),
    (
      "0 9 * * 1-5",
      "- 1: 5 fields; expected 6 or 7: \(shape) -> looks like a Unix cron line; put "
        + "seconds first: 0 0 9 ? * 2-6"
    ),
    (
      "0 9 * * 0,7",
      "- 1: 5 fields; expected 6 or 7: \(shape) -> looks like a Unix cron line; put "
        + "seconds first: 0 0 9 ? * 1,1"
    ),
    (
      "0 9 1 * 1",
      "- 1: 5 fields; expected 6 or 7: \(shape) -> looks like a Unix cron line; put seconds first"
    ),
    ("@daily", "- 1: 1 field; expected 6 or 7: \(shape) -> write 0 0 0 * * ?"),
    ("0 0 0", "- 6: 3 fields; expected 6 or 7: \(shape)"),
    ("0 0 0 * * ? * extra", "- 15: 8 fields; expected 6 or 7: \(shape)"),
    (
      "0 0 0 * * *",
      "day-of-week 11: neither day field is ?, and a day cannot be asked for in both "
        + "-> put ? in one of them: 0 0 0 * * ?"
    ),
    ("0 0 0 ? * ?", "day-of-week 11: both day fields are ? -> put * in one of them: 0 0 0 * * ?"),
    (
      "0 0 0 1 * MON",
      "day-of-week 11: neither day field is ?, and a day cannot be asked for in both "
        + "-> put ? in one of them, or write two expressions"
    ),
    (
      "0 0 0 * * MON",
      "day-of-month 7: neither day field is ?, and a day cannot be asked for in both "
        + "-> put ? in one of them: 0 0 0 ? * MON"
    ),
    (
      "0 0 0 1 * *",
      "day-of-week 11: neither day field is ?, and a day cannot be asked for in both "
        + "-> put ? in one of them: 0 0 0 1 * ?"
    ),
    ("60 0 0 * * ?", "second 1: 60 is out of range; expected 0-59 -> write 0"),
    ("0 60 0 * * ?", "minute 3: 60 is out of range; expected 0-59 -> write 0"),
    ("0 0 24 * * ?", "hour 5: 24 is out of range; expected 0-23 -> write 0 for midnight"),
    ("0 0 0 0 * ?", "day-of-month 7: 0 is out of range; expected 1-31"),
    ("0 0 0 32 * ?", "day-of-month 7: 32 is out of range; expected 1-31"),
    ("0 0 0 0W * ?", "day-of-month 7: 0 is out of range; expected 1-31"),
    ("0 0 0 32W * ?", "day-of-month 7: 32 is out of range; expected 1-31"),
    ("0 0 0 1 0 ?", "month 9: 0 is out of range; expected 1-12 or JAN-DEC"),
    ("0 0 0 1 13 ?", "month 9: 13 is out of range; expected 1-12 or JAN-DEC"),
    (
      "0 0 0 ? * 0",
      "day-of-week 11: 0 is out of range; expected 1-7 (1 is Sunday) or SUN-SAT -> "
        + "Sunday is 1 or SUN"
    ),
    ("0 0 0 ? * 8L", "day-of-week 11: 8 is out of range; expected 1-7 (1 is Sunday) or SUN-SAT"),
    ("0 0 0 ? * FRI#0", "day-of-week 15: 0 after # is out of range; expected 1-5"),
    ("0 0 0 ? * 6#6", "day-of-week 13: 6 after # is out of range; expected 1-5"),
    ("0 0 0 ? * 6#", "day-of-week 13: a number is missing after #; expected 1-5"),
    ("0 0 0 1 * ? 1969", "year 13: 1969 is out of range; expected 1970-2199"),
    ("0 0 0 1 * ? 2200", "year 13: 2200 is out of range; expected 1970-2199"),
    (
      "0 0 0 1 * ? 99999999999999999999",
      "year 13: 99999999999999999999 is out of range; expected 1970-2199"
    ),
    ("0 0 0 1 * ? 2030-2020", "year 13: years do not wrap round -> write 2020-2030"),
    ("0 0 0 L-31 * ?", "day-of-month 9: L-31 is out of range; expected L-0 to L-30"),
    ("0 0 0 L- * ?", "day-of-month 9: a number is missing after L-; expected 0-30"),
    ("0 0 0 L-W * ?", "day-of-month 9: a number is missing after L-; expected 0-30"),
    ("*/0 0 0 * * ?", "second 3: a step must be 1 or more"),
    ("*/60 0 0 * * ?", "second 3: step 60 is too large; expected 1-59"),
    ("0 0 0/24 * * ?", "hour 7: step 24 is too large; expected 1-23"),
    ("0 0 0 ? * 2/8", "day-of-week 13: step 8 is too large; expected 1-7"),
    ("5/ 0 0 * * ?", "second 3: a step is missing after /; expected a number of 1 or more"),
    ("*/-1 0 0 * * ?", "second 3: a step is missing after /; expected a number of 1 or more"),
    ("5-30/0 0 0 * * ?", "second 6: a step must be 1 or more"),
    ("5- 0 0 * * ?", "second 3: the end of the range is missing after -; expected 0-59"),
    ("-5 0 0 * * ?", "second 1: a number is missing before -; expected 0-59"),
    ("5,,6 0 0 * * ?", "second 3: an item is missing; expected 0-59"),
    ("5, 0 0 * * ?", "second 3: an item is missing; expected 0-59"),
    (",5 0 0 * * ?", "second 1: an item is missing; expected 0-59"),
    (
      "5x 0 0 * * ?",
      "second 2: unexpected 'x' after a complete item; expected a comma or the field's end"
    ),
    (
      "*5 0 0 * * ?",
      "second 2: unexpected '5' after a complete item; expected a comma or the field's end"
    ),
    (
      "** 0 0 * * ?",
      "second 2: unexpected '*' after a complete item; expected a comma or the field's end"
    ),
    (
      "5-3-1 0 0 * * ?",
      "second 4: unexpected '-' after a complete item; expected a comma or the field's end"
    ),
    ("5/2/2 0 0 * * ?", "second 4: a step goes with *, a number or a range, once"),
    ("? 0 0 * * ?", "second 1: ? has a meaning only in the two day fields -> write *"),
    ("0 0 0 ?,5 * ?", "day-of-month 7: ? must be the whole field"),
    ("0 0 0 5,? * ?", "day-of-month 9: ? must be the whole field"),
    ("0 0 0 ?5 * MON", "day-of-month 7: ? must be the whole field"),
    (
      "L 0 0 * * ?",
      "second 1: L goes only in the day fields: L, L-3 or LW in day-of-month, L or "
        + "FRIL in day-of-week"
    ),
    (
      "0 W 0 * * ?",
      "minute 3: W goes only with one day in the day-of-month field, as in 15W, LW or L-3W"
    ),
    ("0 0 6#3 * * ?", "hour 6: # goes only with one weekday in the day-of-week field, as in FRI#2"),
    ("0 0 0 15W/2 * ?", "day-of-month 10: a step goes with *, a number or a range, once"),
    (
      "0 0 0 1-5W * ?",
      "day-of-month 10: W goes only with one day in the day-of-month field, as in 15W, LW or L-3W"
    ),
    (
      "0 0 0 15L * ?",
      "day-of-month 9: L goes only in the day fields: L, L-3 or LW in day-of-month, L "
        + "or FRIL in day-of-week"
    ),
    ("0 0 0 L/2 * ?", "day-of-month 8: a step goes with *, a number or a range, once"),
    (
      "0 0 0 ? * 1-5L",
      "day-of-week 14: L goes only in the day fields: L, L-3 or LW in day-of-month, L "
        + "or FRIL in day-of-week"
    ),
    (
      "0 0 0 ? * MON-FRI#2",
      "day-of-week 18: # goes only with one weekday in the day-of-week field, as in FRI#2"
    ),
    (
      "0 0 0 ? * L-3",
      "day-of-week 12: unexpected '-' after a complete item; expected a comma or the field's end"
    ),
    (
      "0 0 0 ? * LW",
      "day-of-week 12: W goes only with one day in the day-of-month field, as in 15W, LW or L-3W"
    ),
    (
      "0 0 0 ? * 3W",
      "day-of-week 12: W goes only with one day in the day-of-month field, as in 15W, LW or L-3W"
    ),
    (
      "0 0 0 ? * #3",
      "day-of-week 11: # goes only with one weekday in the day-of-week field, as in FRI#2"
    ),
    (
      "0 0 0 ? * FRIDAY",
      "day-of-week 11: 'FRIDAY' is not a name here; names have three letters -> write FRI"
    ),
    (
      "0 0 0 ? * MON-FRIDAY",
      "day-of-week 15: 'FRIDAY' is not a name here; names have three letters -> write FRI"
    ),
    (
      "0 0 0 ? * MON-6",
      "day-of-week 15: a range goes from name to name or from number to number -> "
        + "write MON-FRI or 2-6"
    ),
    (
      "0 0 0 ? * 2-FRI",
      "day-of-week 13: a range goes from name to name or from number to number -> "
        + "write MON-FRI or 2-6"
    ),
    ("0 0 0 1 JUNE ?", "month 9: 'JUNE' is not a name here; names have three letters -> write JUN"),
    (
      "0 0 0 1 1-MAR ?",
      "month 11: a range goes from name to name or from number to number -> write JAN-MAR or 1-3"
    ),
    ("0 0 0 1 JA ?", "month 9: 'JA' has no meaning here; expected 1-12 or JAN-DEC"),
    (
      "0 0 0 ? * JAN",
      "day-of-week 11: 'JAN' has no meaning here; expected 1-7 (1 is Sunday) or "
        + "SUN-SAT -> JAN belongs in the month field"
    ),
    (
      "0 0 0 1 FRI ?",
      "month 9: 'FRI' has no meaning here; expected 1-12 or JAN-DEC -> FRI belongs in "
        + "the day-of-week field"
    ),
    (
      "0 0 FRI * * ?",
      "hour 5: 'FRI' has no meaning here; expected 0-23 -> FRI belongs in the day-of-week field"
    ),
    (
      "0 0 0 ? * XYZ",
      "day-of-week 11: 'XYZ' has no meaning here; expected 1-7 (1 is Sunday) or SUN-SAT"
    ),
    (
      "0 0 0 ? * FRIX",
      "day-of-week 11: 'FRIX' has no meaning here; expected 1-7 (1 is Sunday) or SUN-SAT"
    ),
    (
      "0 0 0 1–5 * ?",
      "day-of-month 8: unexpected '–' after a complete item; expected a comma or the "
        + "field's end -> write - (a plain hyphen)"
    ),
    ("0 0 ٣ * * ?", "hour 5: unexpected '٣'; expected 0-23"),
    (
      "0 0 1_2 * * ?",
      "hour 6: unexpected '_' after a complete item; expected a comma or the field's end"
    ),
    (
      "0 0 0 1 * ? 2020x",
      "year 17: unexpected 'x' after a complete item; expected a comma or the field's end"
    ),
    ("0 0 12 * ?", "- 11: 5 fields; expected 6 or 7: \(shape)"),
    (
      "0 0 0 1 * ? 99999999999999999999999",
      "year 13: 99999999999999999999999 is out of range; expected 1970-2199"
    ),
  ]

  @Test func theRenderedMessagePointsAtTheColumn() throws {
    let text = "0 0\t25 * * ?"
    let error = try #require(throws: CronError.self) { try CronExpression(text) }
    #expect(
      error.rendered(text) == """
        hour, column 5: 25 is out of range; expected 0-23
          0 0 25 * * ?
              ^
        """)
  }

  @Test func theRemedyIsTheLastLine() throws {
    let text = "0 0 0 * * *"
    let error = try #require(throws: CronError.self) { try CronExpression(text) }
    #expect(
      error.rendered(text) == """
        day-of-week, column 11: neither day field is ?, and a day cannot be asked for in both
          0 0 0 * * *
                    ^
        put ? in one of them: 0 0 0 * * ?
        """)
  }

  @Test func columnsCountCharactersNotBytes() throws {
    let text = "0 0 é * * ?"
    let error = try #require(throws: CronError.self) { try CronExpression(text) }
    #expect(error.column == 5)
    let later = try #require(throws: CronError.self) { try CronExpression("é 0 0 * * ? 1 2") }
    #expect(later.column == 15)
  }
}
