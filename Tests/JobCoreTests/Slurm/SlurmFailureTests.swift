// What programs of Slurm say when they fail, and a pace that slows down.

import Testing

@testable import JobCore

@Suite struct SlurmFailureTests {
  @Test(arguments: [
    "sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)",
    "slurm_load_jobs error: Unable to contact slurm controller (connect failure)",
    "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation",
    "sbatch: error: If munged is up, restart with --num-threads=10\nsbatch: fatal: x",
    "sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying",
    "sbatch: fatal: Could not establish a configuration source",
  ])
  func knowsWhatPasses(text: String) { #expect(SlurmFailure(text).isPassing) }

  private static let refusals: [(String, String)] = [
    (
      "sbatch: error: invalid partition specified: nope\nsbatch: error: Batch job submission "
        + "failed: Invalid partition name specified\n", "Invalid partition name specified"
    ),
    (
      "sbatch: error: AssocMaxSubmitJobLimit\nsbatch: error: Batch job submission failed: Job "
        + "violates accounting/QOS policy (job submit limit, user's size and/or time limits)",
      "Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)"
    ),
    (
      "sbatch: error: Invalid generic resource (gres) specification",
      "Invalid generic resource (gres) specification"
    ), ("sbatch: unrecognized option '--x'", "sbatch: unrecognized option '--x'"),
    ("", "it gave no reason"),
  ]

  @Test(arguments: refusals)
  func tellsARefusalInSlurmsWords(text: String, words: String) {
    #expect(SlurmFailure(text).words == words)
    #expect(!SlurmFailure(text).isPassing)
  }

  @Test func aPaceSlowsDownUntilSomethingHappens() {
    var pace = SlowingPace(from: 1000, to: 5000)
    var waits: [Int64] = []
    for _ in 1...6 {
      waits.append(pace.wait)
      pace.slow()
    }
    #expect(waits == [1000, 1500, 2250, 3375, 5000, 5000])
    pace.quicken()
    #expect(pace.wait == 1000)
  }

  @Test func aStandingIsReadAsItWasWritten() throws {
    let standing = SlurmStanding(id: "7", state: "PENDING (Resources)")
    #expect(try SlurmStanding(parsing: standing.bytes) == standing)
    let task = SlurmStanding(id: "7_3", place: SlurmName(job: "a+4", task: 3))
    #expect(try SlurmStanding(parsing: task.bytes) == task)
    #expect(task.json == .object(["id": .string("7_3")]), "the rest is nobody else's business")
    let attempt = Attempt(run: 2, scheduledAt: Instant(milliseconds: 0), origin: .schedule)
    #expect(
      standing.sentence(attempt) == "run 2, attempt 1 is job 7 of Slurm, PENDING (Resources)")
    #expect(
      SlurmStanding().sentence(attempt) == "run 2, attempt 1 is being submitted to Slurm")
  }
}
