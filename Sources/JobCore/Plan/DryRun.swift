// A run that only looks like one (contracts, ikasan.md 1.6 and 3.5).

/// How a dry run is to go.
struct DryRun: Hashable, Sendable {
  /// In milliseconds.
  private let least: Int
  private let most: Int
  private let fixed: Int
  /// Out of a hundred.
  private let errorPercentage: Double
  private let fails: Bool

  /// A day, in milliseconds.
  private static let longest = 86_400_000

  /// - Parameter fields: nil: it takes no time and succeeds.
  init(_ fields: LenientFields?) throws(DocumentError) {
    func time(_ key: String) throws(DocumentError) -> Int {
      guard let fields, let time = try fields.integer(key) else { return 0 }
      guard (0...DryRun.longest).contains(time) else {
        throw DocumentError(fields.field(key), "0 to \(DryRun.longest) milliseconds are allowed")
      }
      return time
    }
    least = try time("minExecutionTimeMillis")
    most = try time("maxExecutionTimeMillis")
    fixed = try time("fixedExecutionTimeMillis")
    fails = try fields?.flag("error") ?? false
    guard let fields, let json = fields["jobErrorPercentage"] else {
      errorPercentage = 0
      return
    }
    let number = json.number ?? json.string.flatMap { JSONNumber(text: $0) }
    guard let percentage = number?.double, (0...100).contains(percentage) else {
      throw DocumentError(fields.field("jobErrorPercentage"), "a number from 0 to 100 is expected")
    }
    errorPercentage = percentage
  }

  /// The command that takes the place of the job's own: it waits, and ends as was drawn.
  func command(_ random: inout some RandomNumberGenerator) -> [String] {
    var time = fixed
    if time == 0 { time = most > least ? Int.random(in: least..<most, using: &random) : least }
    let isFailing = fails || Double.random(in: 0..<100, using: &random) < errorPercentage
    let fraction = String(1000 + time % 1000).dropFirst()
    return [
      "/bin/sh", "-c", "sleep \"$1\"; exit \"$2\"", "dry-run", "\(time / 1000).\(fraction)",
      isFailing ? "1" : "0",
    ]
  }
}
