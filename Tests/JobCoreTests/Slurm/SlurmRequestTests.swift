// What sbatch is asked for, and what people may not ask for in its place.

import Testing

@testable import JobCore

@Suite struct SlurmRequestTests {
  private static let fixed = [
    "--parsable", "--no-requeue", "--job-name=name", "--export=ALL", "--propagate=NONE",
    "--chdir=/", "--output=/spool/slurm.out",
  ]

  private func request(
    _ members: String, _ config: String = "{}", output: String = "/spool/slurm.out",
    command: [String] = ["/bin/jobrun"]
  ) throws -> SlurmRequest {
    let life = try Life(members, at: "10:00")
    return SlurmRequest(
      life.state, named: "name", config: try SpoolConfig(parsing: Array(config.utf8)),
      output: output, program: command, words: [])
  }

  private static let needs: [(String, [String])] = [
    ("", []), (#""priority":5"#, ["--nice=-5"]), (#""priority":-7"#, ["--nice=7"]),
    (#""needs":{"cpu":4}"#, ["--cpus-per-task=4"]), (#""needs":{"cpus":2}"#, ["--cpus-per-task=2"]),
    (#""needs":{"tape":1,"gpu":2}"#, ["--gres=gpu:2,tape:1"]),
    (#""maxExecutionTime":"90s","killGrace":"10s""#, ["--time=3"]),
    (#""maxExecutionTime":"2h","killGrace":"10s""#, ["--time=122"]),
  ]

  @Test(arguments: needs)
  func putsNeedsIntoSlurmsWords(members: String, options: [String]) throws {
    #expect(try request(members).arguments == options + Self.fixed)
  }

  @Test func poolsOfTheSpoolAreCountedHereAndProcessorsNever() throws {
    let config = #"{"pools":{"license":3,"cpu":8}}"#
    let members = #""needs":{"license":1,"cpu":2,"gpu":1}"#
    #expect(
      try request(members, config).arguments
        == ["--cpus-per-task=2", "--gres=gpu:1"] + Self.fixed)
    let settings = try SpoolConfig(parsing: Array(config.utf8))
    let needs = ["license": 1, "cpu": 2, "gpu": 1]
    #expect(settings.countedNeeds(needs, on: .slurm) == ["license": 1])
    #expect(settings.countedNeeds(needs, on: .local) == needs)
  }

  @Test func optionsOfTheQueueStandBetween() throws {
    let config =
      #"{"queues":{"big":{"engine":"slurm","sbatch":["--partition=x","--mem=4G"]}}}"#
    #expect(
      try request(#""queue":"big","priority":1"#, config).arguments
        == ["--nice=-1", "--partition=x", "--mem=4G"] + Self.fixed)
  }

  @Test func theScriptBecomesTheCommandWhateverStandsInItsWords() throws {
    let odd = try request("", output: "/a 100%/%j", command: ["/a b", "it's", "$x"])
    #expect(odd.script == "#!/bin/sh\nexec '/a b' 'it'\\''s' '$x'\n")
    #expect(odd.arguments.last == "--output=/a 100%%/%%j")
    #expect(try request("", output: "/a\\b").arguments.last == "--output=/dev/null")
  }

  @Test func aNameTellsSpoolJobAndAttempt() {
    let attempt = Attempt(run: 3, scheduledAt: Instant(milliseconds: 0), origin: .schedule)
    #expect(
      SlurmRequest.name("backup", attempt, tag: "0badcafe") == "jobrun-0badcafe-backup-3.1")
  }

  @Test func requestsAreAlikeIfAllButTheRunIsTheSame() throws {
    let config = #"{"queues":{"big":{"engine":"slurm","sbatch":["--mem=4G"]}}}"#
    let plain = try request("", config)
    #expect(try plain.isLike(request("", config, output: "/other")))
    #expect(try plain.isLike(request(#""environment":{"A":"b"},"workingDirectory":"/x""#, config)))
    for other in [
      #""priority":1"#, #""needs":{"cpu":2}"#, #""maxExecutionTime":"2h""#, #""queue":"big""#,
    ] {
      #expect(try !plain.isLike(request(other, config)), "\(other)")
    }
    #expect(try !plain.isLike(request("", config, command: ["/bin/newer"])))
  }

  private static let faults: [(String, String)] = [
    ("-p x", "as \"--name=value\""), ("x", "as \"--name=value\""), ("--", "is no option"),
    ("--a b=c", "is no option"), ("--array=1-9", "jobrun sets --array itself"),
    ("--job-name=x", "jobrun sets --job-name itself"), ("--requeue", "jobrun sets --requeue"),
  ]

  @Test(arguments: faults)
  func refusesOptionsThatWouldMakeSomethingElseOfIt(option: String, reason: String) {
    #expect(SlurmRequest.fault(ofOption: option)?.contains(reason) == true)
  }

  @Test(arguments: ["--partition=x", "--mem=4G", "--exclusive", "--constraint=a&b", "--nice=0"])
  func takesOthers(option: String) {
    #expect(SlurmRequest.fault(ofOption: option) == nil)
  }
}
