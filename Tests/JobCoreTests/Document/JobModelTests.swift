// Models: chosen by name, completed with values, and never a way to slip code into a shell.

import JobCore
import Testing

@Suite struct JobModelTests {
  private let models = [
    "greet": #"{"command":["/bin/echo","Hello {{user}}!","{{days}}"],"retryCount":2,"#
      + #""environment":{"A":"model","B":"model"},"labels":{"team":"x"},"#
      + #""parameters":{"user":{"required":true},"days":{"default":7},"note":{}}}"#,
    "shell": #"{"command":"echo $JOBRUN_VALUE_x {} {{ }}","parameters":{"x":{}}}"#,
    "unsafe": #"{"command":"echo {{x}}","parameters":{"x":{}}}"#,
    "hidden": #"{"command":"echo {{{x}}}","parameters":{"x":{}}}"#,
    "undeclared": #"{"command":["echo","{{x}}"]}"#,
    "braces": #"{"command":["a","{{}} {{ x }} {{1}} {x} {{x","{{{x}}}"],"parameters":{"x":{}}}"#,
  ]

  @Test(arguments: [#""model":"greet""#, #""name":"greet""#, #""name":"greet","command":null"#])
  func isChosenByModelOrByNameAlone(selection: String) throws {
    let spec = try Documents.spec(selection + #","values":{"user":"Ada"}"#, models: models)
    #expect(spec.command == .program(["/bin/echo", "Hello Ada!", "7"]))
    #expect(spec.model == "greet" && spec.name == "greet" && spec.retry.count == 2)
    #expect(spec.values == ["user": "Ada", "days": 7])
  }

  @Test func leavesNamesToJobsThatHaveACommand() throws {
    let spec = try Documents.spec(#""name":"greet","command":["/bin/true"]"#, models: models)
    #expect(spec.model == nil && spec.name == "greet" && spec.command == .program(["/bin/true"]))
  }

  @Test func letsTheDocumentWinKeyByKey() throws {
    let spec = try Documents.spec(
      #""model":"greet","name":"mine","retryCount":0,"environment":{"B":"own"},"#
        + #""labels":{"n":1},"values":{"user":"x"}"#, models: models)
    #expect(spec.environment == ["A": "model", "B": "own"])
    #expect(spec.labels == ["team": "x", "n": "1"])
    #expect(spec.retry.count == 0 && spec.name == "mine" && spec.model == "greet")
  }

  @Test(arguments: [
    (#""two words""#, "Hello two words!"), (#""$(rm -rf /)""#, "Hello $(rm -rf /)!"),
    (#""{{days}}""#, "Hello {{days}}!"), ("1.50", "Hello 1.50!"), ("true", "Hello true!"),
    ("null", "Hello !"), (#"{"b":[1, 2],"a":null}"#, #"Hello {"a":null,"b":[1,2]}!"#),
  ])
  func putsAValueInsideTheOneArgumentThatNamesIt(value: String, argument: String) throws {
    let spec = try Documents.spec(#""model":"greet","values":{"user":\#(value)}"#, models: models)
    #expect(spec.command.arguments == ["/bin/echo", argument, "7"])
  }

  @Test func takesOtherBracesAsPlainText() throws {
    let spec = try Documents.spec(#""model":"braces","values":{"x":"V"}"#, models: models)
    #expect(spec.command.arguments == ["a", "{{}} {{ x }} {{1}} {x} {{x", "{V}"])
  }

  @Test func fillsNothingIntoACommandOfTheDocumentsOwn() throws {
    let spec = try Documents.spec(
      #""model":"greet","command":["/bin/echo","{{user}}"],"values":{"user":"x"}"#, models: models)
    #expect(spec.command.arguments == ["/bin/echo", "{{user}}"])
  }

  @Test func allowsAShellLineWithoutPlaceholders() throws {
    let spec = try Documents.spec(#""model":"shell""#, models: models)
    #expect(spec.command == .shell("echo $JOBRUN_VALUE_x {} {{ }}"))
  }

  @Test(arguments: [
    (
      #""model":"hidden""#,
      "command: a placeholder in a shell line could run as code: make the command an array, or "
        + "use $JOBRUN_VALUE_name"
    ),
    (
      #""model":"unsafe""#,
      "command: a placeholder in a shell line could run as code: make the command an array, or "
        + "use $JOBRUN_VALUE_name"
    ),
    (
      #""model":"undeclared""#,
      "command[1]: {{x}}: model \"undeclared\" declares no such parameter"
    ),
    (#""model":"greet""#, "values.user: model \"greet\" requires this parameter"),
    (
      #""model":"greet","values":{"usr":"x"}"#,
      "values.usr: model \"greet\" declares no such parameter; did you mean \"user\"?"
    ),
    (
      #""model":"greet","values":{"user":"a\u0000"}"#,
      "values.user: it holds a NUL character, which no program can be given"
    ),
    (#""model":"gret""#, "model: there is no model \"gret\"; did you mean \"greet\"?"),
    (#""name":"gret""#, "name: there is no model \"gret\"; did you mean \"greet\"?"),
    (
      #""name":"nightly""#,
      "name: there is no model \"nightly\"; a job without a command takes it from the model of "
        + "that name"
    ),
    (#""model":"zzzzzzzz""#, "model: there is no model \"zzzzzzzz\""),
    (#""model":7"#, "model: a string is expected, not a number"),
  ])
  func refusesWhatItCannotFill(members: String, message: String) {
    #expect(Documents.fault(members, models: models) == message)
  }

  @Test(arguments: [
    ("[]", "a model is a JSON object, not an array"),
    (#"{"id":"x"}"#, "id: it belongs to one job and has no place in a model"),
    (#"{"values":{}}"#, "values: it belongs to one job and has no place in a model"),
    (#"{"comand":[]}"#, "comand: there is no such key; did you mean \"command\"?"),
    (#"{"parameters":7}"#, "parameters: an object is expected, not a number"),
    (
      #"{"parameters":{"x":7}}"#,
      "parameters.x: an object is expected: {\"required\": true} or {\"default\": ...}"
    ),
    (
      #"{"parameters":{"x":{"type":"int"}}}"#,
      "parameters.x.type: there is no such key; required, default and description are known"
    ),
    (#"{"parameters":{"x":{"required":"Y"}}}"#, "parameters.x.required: true or false is expected"),
    (
      #"{"parameters":{"x":{"required":true,"default":1}}}"#,
      "parameters.x: a required parameter has no default: keep one of the two"
    ),
  ])
  func isItselfChecked(text: String, message: String) throws {
    let document = try JSON(parsing: text)
    let error = #expect(throws: DocumentError.self) {
      try JobModel(name: "m", document: document)
    }
    #expect(error?.message == message)
  }

  @Test func makesNoJobThatTheSpoolCouldNotReadBack() throws {
    let placeholders = Array(repeating: #""{{x}}""#, count: 40).joined(separator: ",")
    let models = ["big": #"{"command":["a",\#(placeholders)],"parameters":{"x":{}}}"#]
    let value = String(repeating: "x", count: 500_000)
    let fault = Documents.fault(#""model":"big","values":{"x":"\#(value)"}"#, models: models)
    #expect(
      fault?.hasPrefix("command[1]: with its values it is longer than a program can be given")
        == true)
  }
}
