// Patterns for names of files: what the C library is given for them, and what is refused because
// it would take it for something else.

import Testing

@testable import JobCore

@Suite struct FilePatternTests {
  @Test(arguments: [
    ("a", "a"), (".*", ".*"), ("a|bc", "a|bc"), ("(a|b)+?x".replacing("?", with: ""), "(a|b)+x"),
    (#"report\.csv"#, #"report\.csv"#), (#"\d+"#, "[0-9]+"),
    (#"\w\W"#, "[A-Za-z0-9_][^A-Za-z0-9_]"),
    (#"\s\S\D"#, "[[:space:]][^[:space:]][^0-9]"), (#"a\-b\_\/"#, "a-b_/"), ("é+", "(é)+"),
    (#"\{x\}"#, #"\{x[}]"#), ("a{2}", "a{2}"), ("a{0,}b{1,100}", "a{0,}b{1,100}"), ("]", "[]]"),
    ("}", "[}]"), ("[abc]", "[abc]"), ("[^a-z0]", "[^a-z0]"), (#"[\d_]"#, "[0-9_]"),
    ("[]a]", "[]a]"), ("[^]-]", "[^]-]"), ("[-a]", "[a-]"), (#"[\^]"#, #"\^"#), (#"[\^-]"#, "[-^]"),
    (#"[\[.]"#, "[.[]"), (#"[\\\]]"#, #"[]\]"#), ("[[:alpha:]_]", "[[:alpha:]_]"),
    ("^a$", "^a$"), ("", ""),
  ])
  func translates(pattern: String, posix: String) throws {
    #expect(try FilePattern.posix(pattern, field: "f") == "^(\(posix))$")
  }

  @Test(arguments: [
    ("(?i)a", "column 1: groups that begin with (? are not known; only (...) is"),
    ("a(?=b)", "column 2: groups that begin with (? are not known; only (...) is"),
    (
      "a.*?", "column 4: a repetition is repeated: lazy and possessive ones (*?, *+) are not known"
    ),
    ("a++", "column 3: a repetition is repeated: lazy and possessive ones (*?, *+) are not known"),
    ("*.csv", "column 1: there is nothing in front of this to repeat"),
    ("(|+)", "column 3: there is nothing in front of this to repeat"),
    (
      #"\bx"#,
      #"column 1: \b is not known; of letters, only \d, \w, \s, \D, \W and \S are"#
    ),
    (#"(a)\1"#, #"column 4: \1 is not known; of letters, only \d, \w, \s, \D, \W and \S are"#),
    (#"\Qx\E"#, #"column 1: \Q is not known; of letters, only \d, \w, \s, \D, \W and \S are"#),
    ("a\\", "column 2: nothing follows this backslash"),
    ("a)b", "column 2: no group is open that this could close"),
    ("[ab", "column 1: this [ is not closed"), ("[", "column 1: this [ is not closed"),
    ("[^", "column 1: this [ is not closed"),
    ("[a-z&&[^b]]", "column 5: && inside brackets is not known"),
    (
      "[a[b]]",
      #"column 3: a [ inside brackets is \[, and a class such as [:digit:] has a known name"#
    ),
    (
      "[[:letter:]]",
      #"column 2: a [ inside brackets is \[, and a class such as [:digit:] has a known name"#
    ),
    ("[ä]", "column 2: inside brackets, only ASCII characters are known; write (ä|ö)"),
    (
      #"[\D]"#, #"column 2: inside brackets, only \d, \w, \s and a sign may follow a backslash"#
    ),
    ("[z-a]", "column 4: a range goes from a letter or digit to a later one"),
    ("[+-.]", "column 4: a range goes from a letter or digit to a later one"),
    (
      "a{x}",
      #"column 2: {n}, {n,} or {n,m} is expected, with numbers up to 100; a brace of a name is \{"#
    ),
    (
      "a{3,2}",
      #"column 2: {n}, {n,} or {n,m} is expected, with numbers up to 100; a brace of a name is \{"#
    ),
    (
      "a{,2}",
      #"column 2: {n}, {n,} or {n,m} is expected, with numbers up to 100; a brace of a name is \{"#
    ),
    ("a{2", "column 2: this { is not closed"),
    ("((a{9}){9})", "column 8: a count stands inside another"),
  ])
  func refuses(pattern: String, reason: String) {
    let error = #expect(throws: DocumentError.self) {
      try FilePattern.posix(pattern, field: "f")
    }
    #expect(error?.message == "f: \(reason)")
  }

  @Test func isBounded() {
    func isRefused(_ text: String) -> Bool { (try? FilePattern.posix(text, field: "")) == nil }
    func a(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
    #expect(!isRefused(a("a", 1000)) && isRefused(a("a", 1001)))
    #expect(!isRefused(a("(", 50) + a(")", 50)) && isRefused(a("(", 51) + a(")", 51)))
  }
}
