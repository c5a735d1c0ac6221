// Lines of squeue as a real Slurm 22.05 has printed them, and what their states mean.

import Testing

@testable import JobCore

@Suite struct SlurmJobTests {
  @Test func readsWhatSqueuePrints() {
    let jobs = SlurmJob.jobs(
      """
      12|RUNNING|0|n1|None|jobrun-8adc20d7-backup-3.2|
      13|PENDING|0||ReqNodeNotAvail, UnavailableNodes:n[1-2]|a name|
      14|FAILED|768|n[1-2]|NonZeroExitCode|x|
      slurm_load_jobs error: Invalid job id specified

      """)
    #expect(
      jobs == [
        SlurmJob(id: "12", state: "RUNNING", hasNodes: true, name: "jobrun-8adc20d7-backup-3.2"),
        SlurmJob(
          id: "13", state: "PENDING", reason: "ReqNodeNotAvail, UnavailableNodes:n[1-2]",
          name: "a name"),
        SlurmJob(
          id: "14", state: "FAILED", reason: "NonZeroExitCode", status: 768, hasNodes: true,
          name: "x"),
      ])
    #expect(jobs[1].standing == "PENDING (ReqNodeNotAvail, UnavailableNodes:n[1-2])")
  }

  private func job(
    _ state: String, _ reason: String? = nil, status: Int = 0, hasNodes: Bool = false,
    id: String = "1"
  ) -> SlurmJob {
    SlurmJob(id: id, state: state, reason: reason, status: status, hasNodes: hasNodes, name: "n")
  }

  @Test(arguments: [
    "PENDING", "CONFIGURING", "RUNNING", "COMPLETING", "SUSPENDED", "REQUEUED", "STAGE_OUT",
  ])
  func waitsForWhatIsNotOver(state: String) {
    #expect(!job(state).isOver)
  }

  @Test(arguments: [
    "COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED",
    "BOOT_FAIL", "DEADLINE", "A_WORD_OF_TOMORROW",
  ])
  func takesEverythingElseForAnEnd(state: String) {
    #expect(job(state).isOver)
  }

  @Test func tellsWhatIsTheClustersOwnMishap() {
    for state in ["NODE_FAIL", "BOOT_FAIL", "PREEMPTED"] { #expect(job(state).isMishap) }
    for state in ["FAILED", "TIMEOUT", "OUT_OF_MEMORY", "COMPLETED", "CANCELLED"] {
      #expect(!job(state).isMishap)
    }
    #expect(job("CANCELLED", hasNodes: true).isMishap, "it could not be launched")
    let held = job("PENDING", "launch failed requeued held")
    #expect(held.isStuck && held.isOver && held.isMishap)
    #expect(job("PENDING", "launch_failed_requeued_held").isStuck)
    #expect(!job("PENDING", "JobHeldUser").isOver)
  }

  private static let ends: [(Int, String)] = [
    (768, "FAILED (R), exit code 3"), (9, "FAILED (R), signal 9"), (4021, "FAILED (R), error 4021"),
    (0, "FAILED (R)"),
  ]

  @Test(arguments: ends)
  func tellsHowAScriptEnded(status: Int, text: String) {
    #expect(job("FAILED", "R", status: status).end == text)
  }

  @Test func countsTheOneOfSeveralThatRuns() {
    let (old, run) = (job("COMPLETED", id: "1"), job("RUNNING", id: "2"))
    let (wait, last) = (job("PENDING", id: "3"), job("FAILED", id: "4"))
    #expect(SlurmJob.decisive([old, wait, run, last]) == run)
    #expect(SlurmJob.decisive([old, wait, last]) == wait)
    #expect(SlurmJob.decisive([old, last]) == last)
    #expect(SlurmJob.decisive([]) == nil)
  }
}
