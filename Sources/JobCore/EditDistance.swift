// What somebody meant who mistyped a word: options, verbs and keys of documents are compared by the
// number of slips between them. Slips of the finger and of case count; abbreviations are met by the
// one word that begins like them.

/// The candidate that a mistyped word most likely means; nil if none is close, the first of several
/// that are equally close.
///
/// Close is up to one slip for three characters, at most three, where a slip is a character too
/// many, missing, wrong, or exchanged with its neighbour; case does not count.
public func nearest(_ word: String, in candidates: some Sequence<String>) -> String? {
  /// No option or key is longer, and the time taken grows with the square.
  let longestWord = 64
  let letters = Array(word.lowercased().unicodeScalars.prefix(longestWord + 1))
  guard letters.count > 1, letters.count <= longestWord else { return nil }
  let tolerance = min(3, (letters.count + 1) / 3)
  var best: (distance: Int, candidate: String)?
  var beginningsAlike: [String] = []
  for candidate in candidates {
    let candidateLetters = Array(candidate.lowercased().unicodeScalars)
    if letters.count >= 3, candidateLetters.starts(with: letters) {
      beginningsAlike.append(candidate)
    }
    guard abs(candidateLetters.count - letters.count) <= tolerance else { continue }
    let distance = editDistance(letters, candidateLetters)
    if distance <= tolerance, distance < best?.distance ?? .max { best = (distance, candidate) }
  }
  return best?.candidate ?? (beginningsAlike.count == 1 ? beginningsAlike.first : nil)
}

/// The least number of insertions, removals, replacements and exchanges of neighbours that make one
/// sequence the other, no place being changed twice (Damerau-Levenshtein, optimal alignment).
func editDistance<Letter: Equatable>(_ left: [Letter], _ right: [Letter]) -> Int {
  guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
  var beforePrevious: [Int] = []
  var previous = Array(0...right.count)
  for (row, letter) in left.enumerated() {
    var current = [row + 1]
    for (column, other) in right.enumerated() {
      var cost = min(
        previous[column] + (letter == other ? 0 : 1), previous[column + 1] + 1,
        current[column] + 1)
      if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
        cost = min(cost, beforePrevious[column - 1] + 1)
      }
      current.append(cost)
    }
    (beforePrevious, previous) = (previous, current)
  }
  return previous[right.count]
}
