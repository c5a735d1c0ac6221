// The help pages of the program itself.

import Testing

@testable import Commands

@Suite struct HelpTests {
  @Test(arguments: Program.syntax.commands.map(\.verb))
  func explainsACommand(verb: String) async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.jobrun(verb, "--help")
      #expect(done.code == 0)
      #expect(done.err == "")
      try expectGolden(done.out, "help-\(verb).txt")
      // Asking for help touches nothing.
      #expect(spool.names("") == [])
    }
  }

  @Test func namesWhatWasMeant() async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.jobrun("sumbit")
      #expect(done.code == 64)
      #expect(
        done.err == "jobrun: there is no command \"sumbit\"; did you mean \"submit\"? "
          + "(\"jobrun --help\" lists the commands)\n")
      #expect(try await spool.jobrun("--version").out.hasPrefix("jobrun "))
      #expect(try await spool.jobrun().out.hasPrefix("NUMBER"))
    }
  }
}
