// What the daemon makes of programs of Slurm that fail, forget, double or refuse. No Slurm is needed.

import Foundation
import Glibc
import Testing

@Suite struct SlurmStandInTests {
  private let mark = "echo ran >> ran"

  @Test func aSubmissionThatFailedAndWasTakenIsNotRepeated() async throws {
    try await JobrunFixture.with { spool in
      let slurm = try SlurmStandIn(
        spool,
        plan: """
          run; list RUNNING
          echo "sbatch: error: Batch job submission failed: Unable to contact slurm controller" >&2
          exit 1
          """)
      let daemon = try await slurm.daemon()
      let id = try await spool.submit("--shell", mark + "; sleep 3")
      try await spool.status(id, reaches: "succeeded")
      #expect(slurm.calls == 1)
      #expect(spool.lines("ran") == ["ran"])
      try await daemon.end()
    }
  }

  @Test func aJobThatWasForgottenIsSubmittedAgainAndRunsOnce() async throws {
    try await JobrunFixture.with { spool in
      // The first one starts late, beside the second.
      let slurm = try SlurmStandIn(
        spool, plan: "test $n = 1 || { run; list RUNNING; n=1; run; }; echo $n")
      let daemon = try await slurm.daemon()
      let id = try await spool.submit("--shell", mark)
      try await spool.status(id, reaches: "succeeded")
      #expect(slurm.calls == 2)
      #expect(spool.lines("ran") == ["ran"])
      #expect(
        try await spool.status(id).decisions.contains("launch 2: no supervisor had taken hold"))
      try await daemon.end()
    }
  }

  @Test func aForgottenJobWithALockTakesItAgain() async throws {
    try await JobrunFixture.with { spool in
      let slurm = try SlurmStandIn(spool, plan: "test $n = 1 || { run; list RUNNING; }; echo $n")
      let daemon = try await slurm.daemon()
      let id = try await spool.submit("--lock", "tape", "--shell", mark)
      try await spool.status(id, reaches: "succeeded")
      #expect(slurm.calls == 2, "\(daemon.err)")
      // The daemon lets go of it once it has seen the end.
      #expect(try await spool.jobrun("lock", "-t", "20s", "tape", "--", "true").code == 0)
      try await daemon.end()
    }
  }

  @Test func aRunThatCannotBeLookedAtDoesNotEndTheDaemon() async throws {
    try await JobrunFixture.with { spool in
      let slurm = try SlurmStandIn(spool, plan: "run; list RUNNING; echo $n")
      let daemon = try await slurm.daemon()
      let id = try await spool.submit("--shell", mark + "; while [ ! -e go ]; do sleep 0.02; done")
      try await spool.status(id, reaches: "running")
      func limit(_ count: String) async throws {
        let words = ["--pid", "\(daemon.pid)", "--nofile=\(count)"]
        #expect(try await spool.start(words, program: "/usr/bin/prlimit").finished().code == 0)
      }
      // Nothing more can be opened.
      try await limit("3:")
      try await eventually { daemon.err.contains("Slurm: openat ") }
      try await limit("1024:")
      try spool.write("", to: "go")
      try await spool.status(id, reaches: "succeeded")
      try await eventually { spool.names("done") == ["\(id).json"] }
      #expect(try await daemon.end().code == 0)
    }
  }

  @Test func aRefusalIsToldInItsWords() async throws {
    try await JobrunFixture.with { spool in
      let slurm = try SlurmStandIn(
        spool,
        plan: """
          echo "sbatch: error: QOSMaxSubmitJobPerUserLimit" >&2
          echo "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy" >&2
          exit 1
          """)
      let daemon = try await slurm.daemon()
      let id = try await spool.submit("--", "true")
      let status = try await spool.status(id, reaches: "failed")
      #expect(status.kind == "notStarted")
      #expect(status.reason == "sbatch: Job violates accounting/QOS policy")
      #expect(slurm.calls == 1)
      try await daemon.end()
    }
  }

  @Test func aScriptThatCannotBecomeASupervisorIsToldInItsWords() async throws {
    try await JobrunFixture.with { spool in
      let slurm = try SlurmStandIn(
        spool,
        plan: """
          for word; do case $word in --output=*) output=${word#*=} ;; esac; done
          echo "exec: jobrun: not found" > $output
          list FAILED; echo $n
          """)
      let daemon = try await slurm.daemon()
      let id = try await spool.submit("--", "true")
      #expect(
        try await spool.status(id, reaches: "failed").reason
          == "Slurm: FAILED: exec: jobrun: not found")
      try await daemon.end()
    }
  }

  @Test func nothingOfTheDaemonsEnvironmentGoesAlong() async throws {
    try await JobrunFixture.with { spool in
      let slurm = try SlurmStandIn(spool, plan: "run; list RUNNING; echo $n")
      let daemon = try await slurm.daemon()
      let id = try await spool.submit("--env", "OWN=1", "--shell", "env")
      try await spool.status(id, reaches: "succeeded")
      for text in [spool.read("bin/environment.1"), try await spool.jobrun("logs", id).out] {
        #expect(!text.contains("SBATCH_") && !text.contains("SECRET"), "\(text)")
      }
      #expect(try await spool.jobrun("logs", id).out.contains("OWN=1\n"))
      let words = spool.read("bin/words.1")
      #expect(words.contains("--no-requeue --job-name=jobrun-"))
      #expect(words.contains("-\(id)-1.1 "))
      try await daemon.end()
    }
  }

  @Test func whatIsTakenBackBeforeItBeganNeverStartsHoweverLateItsScriptIs() async throws {
    try await JobrunFixture.with { spool in
      let slurm = try SlurmStandIn(spool, plan: "list PENDING; echo $n")
      let daemon = try await slurm.daemon()
      let id = try await spool.submit("--shell", mark)
      try await eventually { try await spool.status(id).message.contains("job 1 of Slurm") }
      try await spool.jobrun("cancel", id)
      try await spool.status(id, reaches: "cancelled")
      try await eventually { spool.read("bin/cancelled").contains("--name=jobrun-") }
      let late = try spool.start([spool.path("bin/script.1")], program: "/bin/sh")
      #expect(try await late.finished().code == 0)
      #expect(spool.lines("ran").isEmpty)
      try await daemon.end()
    }
  }

  @Test func aDaemonWithoutSlurmRefusesToStartAndLaterSettingsWait() async throws {
    try await JobrunFixture.with { spool in
      let refused = try await spool.jobrun(
        "daemon", "--engine", "slurm", environment: ["PATH": spool.path("nowhere")])
      #expect(refused.code == 78)
      #expect(refused.err.contains("sbatch: it is not in PATH"))
      let queue = #"{"queues":{"big":{"engine":"slurm"}}}"#
      try spool.write(queue, to: "spool/config.json")
      let second = try await spool.jobrun("daemon", environment: ["PATH": spool.path("nowhere")])
      #expect(second.code == 78)
      try spool.write("{}", to: "spool/config.json")
      let daemon = try await spool.daemon(environment: ["PATH": spool.path("nowhere")])
      try spool.write(queue, to: "spool/config.json")
      try await eventually { daemon.err.contains("its settings are in force") }
      let id = try await spool.submit("--queue", "big", "--", "true")
      try await eventually {
        try await spool.jobrun("status", id).err.contains("sbatch is not in PATH")
      }
      #expect(try await spool.status(id).phase == "starting")
      let local = try await spool.submit("--", "/bin/true")
      try await spool.status(local, reaches: "succeeded")
      try await daemon.end()
    }
  }

  @Test func aDaemonThatIsKilledFindsItsRunsByName() async throws {
    try await JobrunFixture.with { spool in
      let slurm = try SlurmStandIn(spool, plan: "run; list RUNNING; echo $n")
      let first = try await slurm.daemon()
      let id = try await spool.submit("--shell", mark + "; while [ ! -e go ]; do sleep 0.02; done")
      try await spool.status(id, reaches: "running")
      try await first.end(SIGKILL)
      let second = try await slurm.daemon()
      try await eventually { second.err.contains("is waited for again") }
      try spool.write("", to: "go")
      try await spool.status(id, reaches: "succeeded")
      #expect(spool.lines("ran") == ["ran"] && slurm.calls == 1)
      try await second.end()
    }
  }
}
