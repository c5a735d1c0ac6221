// The same work done by several programs in turns, so that what else the machine does meets all of
// them alike.

import Foundation
import Testing

/// Somebody who can do one round of a work.
struct Entrant {
  let name: String
  /// Does round n, and tells how long it took, in nanoseconds.
  let round: (Int) throws -> Int64

  /// - Parameter round: the whole of it is measured.
  static func timed(_ name: String, _ round: @escaping (Int) throws -> Void) -> Entrant {
    Entrant(name: name) { number in try Bench.time { try round(number) } }
  }
}

/// Lets entrants do some rounds in turns, and prints a row for each: median, 99th percentile, and
/// how many times as long as that the first of them takes.
/// - Parameter pieces: jobs in a round, to print jobs a second.
/// - Returns: the figures, in the order of the entrants.
@discardableResult
func contest(
  _ title: String, rounds: Int, pieces: Int = 1, _ entrants: [Entrant]
) throws -> [Figures] {
  var figures = [Figures](repeating: Figures(), count: entrants.count)
  for round in 0..<rounds {
    for (index, entrant) in entrants.enumerated() {
      figures[index].add(try entrant.round(round))
    }
  }
  print("\n\(title) (\(rounds) rounds)")
  for (entrant, own) in zip(entrants, figures) {
    var row = "  \(entrant.name): \(own.text)"
    if pieces > 1 { row += String(format: ", %.0f/s", Double(pieces) / own.at(0.5) * 1e9) }
    if entrant.name != entrants[0].name {
      let ratio = figures[0].at(0.5) / own.at(0.5)
      row += String(format: "; %@ takes %.2f of that", entrants[0].name, ratio)
    }
    print(row)
  }
  return figures
}
