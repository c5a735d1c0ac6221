// The columns of the table at every width of a terminal.

import JobCore
import Testing

@testable import Commands

@Suite struct StatusColumnsTests {
  private func columns(_ width: Int?, highest: Int = 12) -> StatusColumns {
    StatusColumns(width: width, highest: highest, zone: .utc, paint: Paint(isOn: false))
  }

  @Test func theLinesAreAsWideAsTheTerminalAtMost() {
    for width in 1...300 {
      let columns = columns(width)
      let total = columns.columns.reduce(-2) { $0 + ($1.width ?? 0) + 2 }
      if width >= 20 { #expect(total <= width, "\(width)") }
      // From there on nothing more is gained by width.
      if width >= 40 { #expect(total == width, "\(width)") }
      #expect(columns.head.width <= width)
      #expect(columns.head.text.utf8.count == columns.head.width)
    }
  }

  @Test(arguments: [
    (40, "NUMBER  NAME                PHASE"),
    (60, "NUMBER  NAME                PHASE         LAST OUTCOME"),
    (80, "NUMBER  NAME            PHASE         NEXT RUN          ATTEMPTS  LAST OUTCOME"),
    (
      120,
      "NUMBER  NAME                              PHASE         NEXT RUN             ATTEMPTS  "
        + "LAST OUTCOME"
    ),
  ])
  func asMuchIsShownAsThereIsRoomFor(width: Int, head: String) {
    #expect(columns(width).head.text == head)
  }

  @Test func nothingIsCutWhereThereIsNoTerminal() {
    #expect(
      columns(nil).head.text
        == "NUMBER  NAME                  PHASE         NEXT RUN             ATTEMPTS  LAST OUTCOME"
    )
    #expect(columns(nil).columns.map(\.width) == [6, 20, 12, 19, 8, nil])
    #expect(columns(nil, highest: 12_345_678).columns.first?.width == 8)
  }
}
