// From arguments to options and operands.

import Commands
import Testing

@Suite struct OptionParserTests {
  @Test(arguments: [
    (["submit", "--retry", "5", "x"], "5"), (["submit", "--retry=5", "x"], "5"),
    (["submit", "-n", "5", "x"], "5"), (["submit", "-n5", "x"], "5"),
    (["submit", "-n=5", "x"], "5"), (["submit", "-jqn5", "x"], "5"),
    (["submit", "-jn", "5", "x"], "5"), (["submit", "--retry", "-5", "x"], "-5"),
    (["submit", "--retry", "-.5", "x"], "-.5"), (["submit", "--retry=--x", "x"], "--x"),
    (["submit", "--retry=", "x"], ""), (["submit", "--retry", "", "x"], ""),
    (["submit", "--retry=a=b", "x"], "a=b"), (["submit", "--retry", "-", "x"], "-"),
  ])
  func readsAValueHoweverItIsWritten(arguments: [String], value: String) throws {
    let options = try parsed(arguments)
    #expect(options.value("retry") == value)
    #expect(options.operands == ["x"])
  }

  @Test func readsFlagsAloneAndInClusters() throws {
    let options = try parsed(["submit", "-jq", "--json", "x"])
    #expect(options.flag("json"))
    #expect(options.flag("quiet"))
    #expect(!options.flag("wait"))
    #expect(options.value("json") == nil)
  }

  @Test(
    arguments: [
      (["--wait"], nil), (["-w"], nil), (["-wq"], nil), (["--wait=status"], "status"),
      (["-w=status"], "status"), (["-qw=status"], "status"),
    ] as [([String], String?)])
  func readsAnOptionalValueOnlyBehindAnEqualsSign(arguments: [String], value: String?) throws {
    let options = try parsed(["submit"] + arguments + ["status"])
    #expect(options.flag("wait"))
    #expect(options.value("wait") == value)
    #expect(options.operands == ["status"])
  }

  @Test func keepsTheOrderOfRepeatedValues() throws {
    let options = try parsed(["submit", "--env", "A=1", "-e", "B", "--env=C=3", "x"])
    #expect(options.values("env") == ["A=1", "B", "C=3"])
  }

  @Test func endsParsingAtTheFirstWordOfACommand() throws {
    let options = try parsed(["submit", "-q", "sleep", "-n", "5", "--", "--help"])
    #expect(options.operands == ["sleep", "-n", "5", "--", "--help"])
    #expect(options.stop == 0)
    #expect(options.afterTerminator == nil)
    #expect(options.value("retry") == nil)
  }

  @Test func readsOnBehindFilesAndStandardInput() throws {
    let options = try parsed(["submit", "a.json", "-", "-n", "5", "b.ndjson", "-q"])
    #expect(options.operands == ["a.json", "-", "b.ndjson"])
    #expect(options.stop == nil)
    #expect(options.value("retry") == "5")
    #expect(options.flag("quiet"))
  }

  @Test func tellsWhereACommandBeginsBehindAFile() throws {
    let options = try parsed(["submit", "a.json", "sleep", "-q"])
    #expect(options.operands == ["a.json", "sleep", "-q"])
    #expect(options.stop == 1)
  }

  @Test func keepsWordsBehindTheTerminatorApart() throws {
    let options = try parsed(["submit", "-q", "a.json", "--", "-n", "--", "x.json"])
    #expect(options.operands == ["a.json"])
    #expect(options.afterTerminator == ["-n", "--", "x.json"])
    #expect(options.allOperands == ["a.json", "-n", "--", "x.json"])
    #expect(try parsed(["submit", "--"]).afterTerminator == [])
  }

  @Test func takesANegativeNumberForAnOperand() throws {
    #expect(try parsed(["cancel", "-5"]).operands == ["-5"])
  }

  @Test(arguments: [
    ["--spool", "/s", "status", "a"], ["status", "--spool", "/s", "a"],
    ["status", "a", "--spool=/s"],
  ])
  func takesOptionsOfTheProgramBeforeAndBehindTheVerb(arguments: [String]) throws {
    let options = try parsed(arguments)
    #expect(options.verb == "status")
    #expect(options.value("spool") == "/s")
    #expect(options.operands == ["a"])
  }

  @Test(
    arguments: [
      (["--help"], nil), (["-h"], nil), (["help"], nil), (["help", "help"], nil),
      (["--spool", "x", "--help", "submit"], nil), (["help", "submit"], "submit"),
      (["submit", "--help"], "submit"), (["submit", "-h"], "submit"),
      (["submit", "-qh"], "submit"),
      (["submit", "a.json", "-h"], "submit"),
    ] as [([String], String?)])
  func asksForHelp(arguments: [String], verb: String?) throws {
    guard case .help(let asked) = try sampleProgram.parse(arguments) else {
      Issue.record("no help")
      return
    }
    #expect(asked == verb)
  }

  @Test func asksForTheVersion() throws {
    guard case .version = try sampleProgram.parse(["--version"]) else {
      Issue.record("no version")
      return
    }
  }

  @Test func givesOperandsByWhatACommandTakes() throws {
    let one = try parsed(["cancel", "--", "-x"])
    #expect(try one.onlyOperand("ID") == "-x")
    #expect(try one.optionalOperand() == "-x")
    #expect(try one.someOperands("ID") == ["-x"])
    #expect(try parsed(["cancel"]).optionalOperand() == nil)
    #expect(throws: Never.self) { try parsed(["cancel"]).expectNoOperands() }
  }
}

/// The options of a command line of the sample program.
func parsed(_ arguments: [String]) throws -> ParsedOptions {
  switch try sampleProgram.parse(arguments) {
  case .run(_, let options): return options
  case .help, .version: throw UsageError(.missingVerb)
  }
}
