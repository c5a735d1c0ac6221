// Arguments in, exact sentence out.

import Commands
import Testing

@Suite struct UsageErrorTests {
  private enum Colour: String, CaseIterable { case red, green }

  @Test(
    arguments: [
      ([], nil, #"jobrun: a command is missing ("jobrun --help" lists the commands)"#),
      (
        ["stauts"], 0,
        #"jobrun: there is no command "stauts"; did you mean "status"? "#
          + #"("jobrun --help" lists the commands)"#
      ),
      (
        ["--spool", "/s", "frobnicate"], 2,
        #"jobrun: there is no command "frobnicate" ("jobrun --help" lists the commands)"#
      ),
      (
        ["help", "submti"], 1,
        #"jobrun: there is no command "submti"; did you mean "submit"? "#
          + #"("jobrun --help" lists the commands)"#
      ),
      (
        ["submit", "--retrys", "3"], 1,
        #"jobrun submit: unknown option "--retrys"; did you mean "--retry"? "#
          + #"("jobrun submit --help" lists the options)"#
      ),
      (
        ["submit", "-json"], 1,
        #"jobrun submit: unknown option "-json"; did you mean "--json"? "#
          + #"("jobrun submit --help" lists the options)"#
      ),
      (
        ["submit", "-qx"], 1,
        #"jobrun submit: unknown option "-x" ("jobrun submit --help" lists the options)"#
      ),
      (
        ["submit", "--ret", "3"], 1,
        #"jobrun submit: unknown option "--ret"; did you mean "--retry"? "#
          + #"("jobrun submit --help" lists the options)"#
      ),
      (
        ["submit", "--\u{1B}[2J"], 1,
        #"jobrun submit: unknown option "--\u{001B}[2J" "#
          + #"("jobrun submit --help" lists the options)"#
      ),
      (
        ["--spol", "x"], 0,
        #"jobrun: unknown option "--spol"; did you mean "--spool"? "#
          + #"("jobrun --help" lists the options)"#
      ),
      (
        ["--json", "status"], 0,
        #"jobrun: the option "--json" belongs to a command; write it behind the command"#
      ),
      (
        ["-j", "status"], 0,
        #"jobrun: the option "-j" belongs to a command; write it behind the command"#
      ),
      (
        ["submit", "x.json", "--retry"], 2,
        #"jobrun submit: the option "--retry" needs a value: --retry N"#
      ),
      (
        ["submit", "--tz", "--json"], 1,
        #"jobrun submit: the option "--tz" needs a value: --tz ZONE"#
      ),
      (["submit", "-n"], 1, #"jobrun submit: the option "--retry" needs a value: --retry N"#),
      (["--spool"], 0, #"jobrun: the option "--spool" needs a value: --spool DIR"#),
      (
        ["submit", "--json=yes"], 1,
        #"jobrun submit: the option "--json" takes no value, but has "yes""#
      ),
      (["submit", "-j=1"], 1, #"jobrun submit: the option "-j" takes no value, but has "1""#),
      (
        ["submit", "--help=x"], 1,
        #"jobrun submit: the option "--help" takes no value, but has "x""#
      ),
      (
        ["submit", "-n", "1", "--retry=2"], 3,
        #"jobrun submit: the option "--retry" stands twice; "#
          + "one of the two values would be lost: remove one"
      ),
      (
        ["--spool=a", "status", "--spool=b"], 2,
        #"jobrun status: the option "--spool" stands twice; "#
          + "one of the two values would be lost: remove one"
      ),
    ] as [([String], Int?, String)])
  func namesWhatIsWrongWithTheCommandLine(arguments: [String], index: Int?, message: String) {
    let error = #expect(throws: UsageError.self) { try sampleProgram.parse(arguments) }
    #expect(error?.message == message)
    #expect(error?.index == index)
  }

  @Test func namesAMissingOperand() throws {
    let options = try parsed(["cancel"])
    let error = #expect(throws: UsageError.self) { try options.someOperands("ID") }
    #expect(
      error?.message == #"jobrun cancel: ID is missing ("jobrun cancel --help" shows the usage)"#)
  }

  @Test func namesAnOperandTooMany() throws {
    let options = try parsed(["cancel", "a", "--run", "--", "b"])
    let error = #expect(throws: UsageError.self) { try options.onlyOperand("ID") }
    #expect(
      error?.message == #"jobrun cancel: "b" is one argument too many "#
        + #"("jobrun cancel --help" shows the usage)"#)
    #expect(error?.index == 4)
  }

  @Test func namesABadOperand() throws {
    let error = try parsed(["cancel", "--run", "x y"]).badOperand(0, "is no id")
    #expect(error.message == #"jobrun cancel: "x y" is no id"#)
    #expect(error.index == 2)
  }

  @Test func namesConflictingOptions() throws {
    let options = try parsed(["submit", "-q", "-j"])
    let error = #expect(throws: UsageError.self) {
      try options.expectAtMostOne(of: "json", "wait", "quiet")
    }
    #expect(
      error?.message
        == #"jobrun submit: the options "--quiet" and "--json" exclude each other: remove one"#)
    #expect(error?.index == 2)
    #expect(throws: Never.self) { try options.expectAtMostOne(of: "json", "wait") }
  }

  @Test func readsTypedValues() throws {
    let options = try parsed(["submit", "-n", "-3", "--tz=green", "-e1", "-e2", "x"])
    #expect(try options.value("retry", as: .integer(in: -5...5)) == -3)
    #expect(try options.value("tz", as: OptionValue<Colour>.choice) == .green)
    #expect(try options.values("env", as: .integer(in: 0...(.max))) == [1, 2])
    #expect(try options.value("priority", as: .integer(in: 0...1)) == nil)
    #expect(try options.value("retry", as: .nonEmpty) == "-3")
    #expect(try options.value("retry", as: OptionValue { .success($0.count) }) == 2)
  }

  @Test(arguments: ["6", "x", "", "1.0", "+1", "99999999999999999999"])
  func namesABadNumber(text: String) throws {
    let options = try parsed(["submit", "--retry=\(text)", "x"])
    let error = #expect(throws: UsageError.self) {
      try options.value("retry", as: .integer(in: 0...5))
    }
    #expect(
      error?.message == "jobrun submit: the option \"--retry\" cannot be \"\(text)\": "
        + "it must be a whole number from 0 to 5")
    #expect(error?.index == 1)
  }

  @Test func namesABadChoice() throws {
    let options = try parsed(["submit", "--tz", "gren", "x"])
    let error = #expect(throws: UsageError.self) {
      try options.value("tz", as: OptionValue<Colour>.choice)
    }
    #expect(
      error?.message == #"jobrun submit: the option "--tz" cannot be "gren": "#
        + #"it must be one of red, green; did you mean "green"?"#)
  }

  @Test func trapsWhenAskedForAnOptionThatTheTableLacks() async {
    await #expect(processExitsWith: .failure) {
      _ = try parsed(["status"]).flag("quiet")
    }
  }
}
