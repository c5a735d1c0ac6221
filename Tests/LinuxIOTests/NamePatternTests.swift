// Regular expressions of the C library on names as the kernel has them.

import LinuxIO
import Testing

@Suite struct NamePatternTests {
  @Test(arguments: [
    ("^(a[0-9]+)$", "a12", true), ("^(a[0-9]+)$", "a12x", false), ("^(.*)$", "any name\n", true),
    (#"^(a\.b)$"#, "a.b", true), (#"^(a\.b)$"#, "axb", false), ("^((ä)+)$", "ää", true),
    ("^(.)$", "ä", false), ("^([]^[-])$", "^", true), ("^([]^[-])$", "]", true),
    ("^(a[}]{2})$", "a}}", true), ("^()$", "", true),
  ])
  func matches(expression: String, name: String, does: Bool) throws {
    #expect(try NamePattern(expression).matches(FileName(name)) == does)
  }

  @Test func saysWhatIsWrong() {
    #expect(NamePattern.fault(in: "a") == nil)
    #expect(NamePattern.fault(in: "(a") == "Unmatched ( or \\(")
    #expect(NamePattern.fault(in: "[[:no:]]") == "Invalid character class name")
    #expect(throws: NamePattern.Fault.self) { try NamePattern("(") }
  }
}
