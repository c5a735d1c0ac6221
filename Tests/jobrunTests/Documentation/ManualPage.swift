// A man page in mdoc(7) source, as far as tests look into it: sections, subsections, tags of
// lists, and literal displays.

import Foundation

/// One page of man/.
struct ManualPage {
  let lines: [Substring]

  init(_ name: String) throws {
    lines = try PackageFiles.text("man/\(name)").split(
      separator: "\n", omittingEmptySubsequences: false)
  }

  private init(lines: some Sequence<Substring>) { self.lines = Array(lines) }

  var text: String { lines.joined(separator: "\n") }

  /// What stands under `.Sh title`; empty if there is no such section.
  func section(_ title: String) -> ManualPage {
    part(from: ".Sh \(title)") { $0.hasPrefix(".Sh ") }
  }

  /// What stands under `.Ss title`.
  func subsection(_ title: String) -> ManualPage {
    part(from: ".Ss \(title)") { $0.hasPrefix(".Sh ") || $0.hasPrefix(".Ss ") }
  }

  private func part(from head: String, until isEnd: (Substring) -> Bool) -> ManualPage {
    guard let start = lines.firstIndex(where: { $0 == head }) else { return ManualPage(lines: []) }
    return ManualPage(lines: lines[(start + 1)...].prefix { !isEnd($0) })
  }

  /// The words of all list tags (`.It`), without macros and punctuation.
  var tags: Set<String> {
    var tags: Set<String> = []
    for line in lines where line.hasPrefix(".It ") {
      let words = line.dropFirst(4).split { " ,*".contains($0) }.map(String.init)
      tags.formUnion(words.filter { !["Va", "Ev", "Cm", "Ns", "Pa", "Ar"].contains($0) })
    }
    return tags
  }

  /// The contents of all literal displays, as they are shown.
  var displays: [String] {
    var displays: [String] = []
    var current: [String]?
    for line in lines {
      if line.hasPrefix(".Bd -literal") {
        current = []
      } else if line == ".Ed", let finished = current {
        displays.append(finished.joined(separator: "\n"))
        current = nil
      } else if current != nil {
        current?.append(String(line).replacing("\\e", with: "\\").replacing("\\&", with: ""))
      }
    }
    return displays
  }

  /// The display that follows `.\" sample name`.
  func sample(_ name: String) throws -> String {
    struct Missing: Error { let sample: String }
    guard let start = lines.firstIndex(where: { $0 == ".\\\" sample \(name)" }),
      let display = ManualPage(lines: lines[start...]).displays.first
    else { throw Missing(sample: name) }
    return display
  }
}
