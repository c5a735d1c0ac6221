// What can be known of the page without a browser: that it is whole, asks for nothing else, and
// keeps to its own policy. How it behaves in one is tested by jobrunTests/PageTests.

import Foundation
import Page
import Testing

@Suite struct PageFileTests {
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources/Page/Static")
  private static let paths = Set(PageFile.all.map(\.path))
  private static let scripts = PageFile.all.filter { $0.path.hasSuffix(".js") }

  @Test func everyFileOfTheFolderIsInTheTable() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    #expect(Set(names.map { $0 == "index.html" ? "/" : "/page/\($0)" }) == Self.paths)
    for file in PageFile.all {
      let name = file.path == "/" ? "index.html" : String(file.path.dropFirst("/page/".count))
      #expect(Data(file.bytes) == (try Data(contentsOf: Self.folder.appending(path: name))))
    }
  }

  @Test func whatFilesAskForIsThere() {
    for match in text(PageFile.all[0]).matches(of: /(?:src|href)="(\/[^"]*)"/) {
      #expect(Self.paths.contains(String(match.1)), "index.html asks for \(match.1)")
    }
    for script in Self.scripts {
      for match in text(script).matches(of: /from "\.\/([^"]+)"/) {
        #expect(Self.paths.contains("/page/\(match.1)"), "\(script.path) imports \(match.1)")
      }
    }
  }

  @Test func nothingComesFromElsewhere() {
    for file in PageFile.all {
      let addresses = text(file).matches(of: /https?:\/\/[^\s"']+/).map { String($0.0) }
      // Names of the vocabulary, which nobody fetches.
      #expect(addresses.allSatisfy { $0 == "http://www.w3.org/2000/svg" }, "\(file.path)")
    }
  }

  @Test func noMarkupIsMadeOfData() {
    let makers = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|srcdoc/
    for script in Self.scripts {
      #expect(text(script).firstMatch(of: makers) == nil, "\(script.path)")
    }
    let inline = /<script>|<style|\sstyle=|\son\w+=/
    #expect(text(PageFile.all[0]).firstMatch(of: inline) == nil)
  }

  @Test func filesAreShortAndSayWhatTheyOwn() {
    for script in Self.scripts {
      let lines = text(script).split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count <= 250, "\(script.path) has \(lines.count) lines")
      #expect(lines[0].hasPrefix("// "), "\(script.path)")
    }
  }

  @Test func thePolicyAllowsTheSameOriginOnly() {
    #expect(PageFile.contentSecurityPolicy.hasPrefix("default-src 'none'; "))
    #expect(!PageFile.contentSecurityPolicy.contains("unsafe"))
    #expect(PageFile.headers.first?.value == PageFile.contentSecurityPolicy)
  }

  private func text(_ file: PageFile) -> String { String(decoding: file.bytes, as: UTF8.self) }
}
