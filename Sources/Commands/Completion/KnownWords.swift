// Words that the spool knows, for the scripts of the shells. A shell asks at every press of the
// key, so this is quick, makes nothing and complains of nothing: no words are an answer, too.

import JobCore
import JobSpool
import LinuxIO

/// A sort of words that a spool knows.
enum KnownWords: String, CaseIterable {
  case jobs, models, plans, queues

  /// The verb by which the scripts ask: the sort, the beginning of the word, and the command line
  /// so far, in which the spool may be named. Not in the table: nobody types it.
  static let verb = "complete-words"

  /// Names of so many live jobs are read, and not of more: each is a file.
  private static let mostNames = 2000
  /// Nobody chooses from more; of so many, a few more letters are wanted first.
  private static let mostWords = 1000

  /// Prints the words that begin as one does, one a line.
  static func main(_ arguments: [String]) -> Int32 {
    guard arguments.count >= 2, let sort = KnownWords(rawValue: arguments[0]) else {
      return ExitCode.usage
    }
    let path = SpoolLocation.path(option: spool(in: arguments.dropFirst(2)))
    let words = (try? sort.words(in: path, beginning: arguments[1])) ?? []
    let text = words.map { $0 + "\n" }.joined()
    try? StandardStream.output.write(Array(text.utf8))
    return ExitCode.success
  }

  /// The spool that a command line names; shells cut `--spool=DIR` at the sign or leave it whole.
  private static func spool(in words: some Collection<String>) -> String? {
    var path: String?
    var isNext = false
    for word in words {
      if isNext, word != "=" {
        path = word
        isNext = false
      } else if word.hasPrefix("--spool=") {
        path = String(word.dropFirst("--spool=".count))
      } else if word == "--spool" {
        isNext = true
      }
    }
    guard let path, path.hasPrefix("~/") else { return path }
    return Environment.home + path.dropFirst()
  }

  private func words(in path: String, beginning: String) throws -> [String] {
    // Opening a spool would make it.
    _ = try Directory(path: path + "/jobs")
    let spool = try Spool(path: path)
    let words: Set<String>
    switch self {
    case .jobs: words = try KnownWords.jobs(in: spool, beginning: beginning)
    case .models: words = Set(spool.modelNames() + spool.planModelNames())
    case .queues: words = Set(try spool.config().queues.keys)
    case .plans: words = Set(try spool.allPlans { _ in }.map(\.name))
    }
    let fitting = words.filter { $0.hasPrefix(beginning) && KnownWords.isPlain($0) }
    return fitting.count > KnownWords.mostWords ? [] : fitting.sorted()
  }

  /// Ids of jobs, and names that one live job alone has. Of too many ids, those of live jobs.
  private static func jobs(in spool: Spool, beginning: String) throws -> Set<String> {
    let live = try spool.liveIdentifiers()
    var words = Set(try spool.allIdentifiers().filter { $0.hasPrefix(beginning) })
    if words.count > mostWords { words = Set(live.filter { $0.hasPrefix(beginning) }) }
    guard live.count <= mostNames else { return words }
    var names: [String: Int] = [:]
    try spool.forEachJob(includingFinished: false) { job in
      names[job.state.spec.name, default: 0] += 1
      return true
    }
    words.formUnion(names.filter { $0.value == 1 }.keys)
    return words
  }

  /// Whether a shell takes a word as it is. Others would have to be quoted, by each in its way.
  private static func isPlain(_ word: String) -> Bool {
    word.utf8.first != UInt8(ascii: "-")
      && word.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "._-/+@%,".utf8.contains(byte)
        }
      }
  }
}
