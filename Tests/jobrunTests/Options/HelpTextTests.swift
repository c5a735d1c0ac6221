// Help pages as users see them.

import Commands
import Testing

@Suite struct HelpTextTests {
  @Test func listsTheCommands() throws {
    try expectGolden(HelpText(sampleProgram).page(), "sample-help.txt")
  }

  @Test(arguments: [sampleSubmit, sampleCancel])
  func explainsACommand(command: CommandSyntax) throws {
    try expectGolden(
      HelpText(sampleProgram).page(of: command), "sample-help-\(command.verb).txt")
  }

  @Test func staysWithinEightyColumns() {
    let pages =
      [HelpText(sampleProgram).page()]
      + sampleProgram.commands.map(HelpText(sampleProgram).page(of:))
    let lines = pages.flatMap { $0.split(separator: "\n") }
    #expect(lines.filter { $0.count > 80 && !$0.hasPrefix("    jobrun") } == [])
  }
}
