// How wide texts are on a terminal, and that nothing in them moves its cursor.

import JobCore
import Testing

@Suite struct TerminalTextTests {
  @Test(arguments: [
    ("", 0), ("backup", 6), ("été", 3), ("e\u{301}te\u{301}", 3), ("日本", 4), ("ｱ", 1), ("Ａ", 2),
    ("한국", 4), ("\u{1112}\u{1161}\u{11AB}", 2), ("👍", 2), ("👍🏽", 2), ("👩‍👩‍👧", 2), ("❤️", 2),
    ("🇫🇷", 2), ("a\u{200B}b", 2), ("a\u{AD}b", 3), ("क्षि", 3), ("\u{FF5E}", 2), ("─", 1),
  ])
  func textsAreMeasuredInColumns(text: String, columns: Int) {
    #expect(TerminalText.width(text) == columns, "\(text)")
  }

  @Test func whatIsCutFitsAndSaysSo() {
    #expect(TerminalText.cut("backup", to: 6) == "backup")
    #expect(TerminalText.cut("backups", to: 6) == "bac...")
    #expect(TerminalText.cut("日本語の", to: 8) == "日本語の")
    // A wide character is cut whole, and a column stays empty.
    #expect(TerminalText.cut("日本語の", to: 7) == "日本...")
    #expect(TerminalText.cut("日本語の", to: 6) == "日...")
    #expect(TerminalText.cut("e\u{301}te\u{301}s", to: 3) == "...")
    #expect(TerminalText.cut("backup", to: 2) == "..")
    #expect(TerminalText.cut("backup", to: 0) == "")
    #expect(TerminalText.cut("backup", to: -1) == "")
    for columns in 0...12 {
      #expect(TerminalText.width(TerminalText.cut("日x本👩‍👩‍👧語ab", to: columns)) <= columns)
    }
  }

  @Test func aPaddedTextTakesItsColumns() {
    #expect(TerminalText.padded("ab", to: 4) == "ab  ")
    #expect(TerminalText.padded("日", to: 4) == "日  ")
    #expect(TerminalText.padded("abcde", to: 4) == "abcde")
  }

  @Test func aCharacterCarriesOnlySoManyMarks() {
    let many = "e" + String(repeating: "\u{301}", count: 100_000) + "f"
    #expect(TerminalText.visible(many).unicodeScalars.count == 18)
    for text in ["e\u{301}te\u{301}", "👩‍👩‍👧", "क्षि", "\u{1F3F4}\u{E0067}\u{E0062}\u{E007F}"] {
      #expect(TerminalText.visible(text) == text)
    }
  }

  @Test func nothingMovesTheCursor() {
    let hostile = "a\u{1B}[31mb\tc\r\nd\u{7F}e\u{9B}2Jf\u{202E}g\u{2028}h"
    #expect(TerminalText.visible(hostile) == "a [31mb c  d e 2Jf g h")
    #expect(TerminalText.visible("a\u{61C}b") == "a b")
    #expect(TerminalText.visibleLines("a\u{1B}b\nc\td\n") == "a b\nc d\n")
    for value in UInt32(0)...0x300 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let shown = TerminalText.visible(String(scalar)).unicodeScalars
      #expect(shown.allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0 ~= $0.value) })
    }
  }
}
