// Many runs as one submission.

import Testing

@testable import JobCore

@Suite struct SlurmArrayTests {
  private func request(_ job: String, _ output: String) throws -> SlurmRequest {
    SlurmRequest(
      try Life(#""priority":5"#, at: "10:00").state, named: "jobrun-0badcafe-\(job)-1.1",
      config: try SpoolConfig(parsing: Array("{}".utf8)), output: output,
      program: ["/bin/job run", "go"], words: [job, "1.1"])
  }

  @Test func itsTasksBecomeTheRunsOneByOne() throws {
    let array = SlurmArray(
      named: "n+1", of: [try request("a", "/s/a/1.1/out"), try request("b", "/s/it's/%a")])
    #expect(
      array.arguments == [
        "--nice=-5", "--parsable", "--no-requeue", "--job-name=n+1", "--export=ALL",
        "--propagate=NONE", "--chdir=/", "--output=/dev/null", "--array=1-2",
      ])
    #expect(
      array.script == """
        #!/bin/sh
        case $SLURM_ARRAY_TASK_ID in
        1) set -- '/s/a/1.1/out' 'a' '1.1' ;;
        2) set -- '/s/it'\\''s/%a' 'b' '1.1' ;;
        *) exit 64 ;;
        esac
        unset SLURM_ARRAY_JOB_ID SLURM_ARRAY_TASK_COUNT SLURM_ARRAY_TASK_ID SLURM_ARRAY_TASK_MAX \
        SLURM_ARRAY_TASK_MIN SLURM_ARRAY_TASK_STEP
        exec >"$1" 2>&1
        shift
        exec '/bin/job run' 'go' "$@"

        """)
  }

  @Test func itsNameTellsItsFirstRunAndHowManyMoreThereAre() {
    #expect(
      SlurmArray.name(first: "jobrun-0badcafe-a-1.1", count: 12) == "jobrun-0badcafe-a-1.1+11")
  }

  @Test func aListTellsWhichTaskIsWhose() {
    let lines = """
      4_1|RUNNING|0|n1|None|a+1|
      4_2|PENDING|0||Resources|a+1|
      5|PENDING|0||None|a|
      6|PENDING|0||None|a+1|

      """
    let queue = SlurmQueue(SlurmJob.jobs(lines))
    func ids(_ names: SlurmName...) -> [String] { queue.jobs(names).map(\.id) }
    #expect(ids(SlurmName(job: "a+1", task: 1)) == ["4_1"])
    #expect(ids(SlurmName(job: "a+1", task: 2), SlurmName(job: "a")) == ["4_2", "5"])
    #expect(ids(SlurmName(job: "a+1", task: 3)) == [])
    #expect(queue.hasArray(of: SlurmName(job: "a+1", task: 3)))
    #expect(!queue.hasArray(of: SlurmName(job: "b+1", task: 3)))
  }
}
