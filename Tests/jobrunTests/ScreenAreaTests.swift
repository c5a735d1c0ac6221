// Lines that are drawn again in place.

import Testing

@testable import Commands

@Suite struct ScreenAreaTests {
  private func lines(_ texts: [String]) -> [(text: String, width: Int)] {
    texts.map { ($0, $0.count) }
  }

  @Test func whatWasBeforeStaysAndWhatIsLeftOverGoes() {
    var area = ScreenArea()
    var output = "before\r\n"
    output += area.draw(lines(["one", "two", "three"]), columns: 20, rows: 10)
    #expect(Screen(columns: 20).showing(output) == ["before", "one", "two", "three"])
    output += area.draw(lines(["1", "2"]), columns: 20, rows: 10)
    #expect(Screen(columns: 20).showing(output) == ["before", "1", "2"])
    output += area.draw(lines(["a", "b", "c", "d"]), columns: 20, rows: 10)
    #expect(Screen(columns: 20).showing(output) == ["before", "a", "b", "c", "d"])
  }

  @Test func noMoreIsDrawnThanTheTerminalHas() {
    var area = ScreenArea()
    let output = area.draw(lines((0..<50).map(String.init)), columns: 20, rows: 5)
    #expect(Screen(columns: 20).showing(output) == ["0", "1", "2", "3"])
    #expect(area.draw(lines(["x"]), columns: 20, rows: 5).hasPrefix("\r\u{1B}[4A"))
  }

  @Test func linesThatANarrowerTerminalHasBrokenAreCountedAsItShowsThem() {
    var area = ScreenArea()
    _ = area.draw(lines([String(repeating: "x", count: 40), "y"]), columns: 40, rows: 24)
    #expect(area.draw(lines(["z"]), columns: 15, rows: 24).hasPrefix("\r\u{1B}[4A"))
    #expect(area.draw(lines(["z"]), columns: 15, rows: 24).hasPrefix("\r\u{1B}[1A"))
  }
}
