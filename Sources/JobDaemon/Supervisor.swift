// The supervisor: one small process per run, whose only job is that run. It holds the run's
// lock, starts the command behind a gate, and leaves the outcome as a durable record. It
// needs no daemon: limits and cancels work while none is there.

internal import JobCore
internal import JobSpool
internal import LinuxIO

/// One run's supervisor.
public enum Supervisor {
  /// The private verb of one that is started by itself, and what ps shows of all.
  public static let verb = "supervise"

  /// Supervises one attempt to its end.
  /// - Parameter arguments: spool, job id, directory name of the attempt, and the numbers of the
  ///   descriptors that its named locks are held by.
  /// Standard input brings the daemon's permission to let the command go.
  /// Standard output is the daemon's witness: it is closed when the run is over, and is
  /// written to by nobody.
  /// - Returns: the exit code, which nobody reads: the record is what counts.
  public static func main(_ arguments: [String]) -> Int32 {
    guard arguments.count >= 3 else { return 64 }
    return supervise(
      arguments[1], arguments[2], in: arguments[0],
      locks: arguments.dropFirst(3).compactMap { Int32($0) })
  }

  /// Supervises one attempt to its end.
  /// - Parameters:
  ///   - opened: the spool, if this process has it open.
  ///   - numbers: of the descriptors that its named locks are held by.
  static func supervise(
    _ job: String, _ attemptName: String, in spoolPath: String, opened: Spool? = nil,
    locks numbers: [Int32]
  ) -> Int32 {
    // Taken over before anything is started: no command may keep them alive.
    let locks = numbers.compactMap(NamedLock.init(inherited:))
    CurrentProcess.setName("jobrun-run")
    do {
      let spool = try opened ?? Spool(path: spoolPath)
      guard let seat = try SupervisorSeat.take(in: spool, job: job, attemptName: attemptName)
      else { return 0 }
      // Without a readable plan nothing has run; the daemon sees that and starts again.
      guard let plan = try? seat.run.plan() else { return 65 }
      let run = try SupervisedRun(plan, seat, path: spool.runPath(plan.job, plan.attempt))
      try see(run, through: seat)
      for lock in locks { lock.release() }
      // The locks are free; now the word to the daemon that all is done. The rest of this
      // process takes its time: the kernel waits for all processors to close a watch.
      return withExtendedLifetime(run) {
        StandardStream.output.close()
        try? run.takeLateOutput()
        return 0
      }
    } catch is SupervisedRun.NotPermitted {
      return 0
    } catch {
      return 70
    }
  }

  /// The private verb that a batch script of Slurm becomes.
  public static let claimingVerb = "supervise-claimed"

  /// Supervises one attempt on a machine of a cluster. Nobody has to permit it: the attempt was
  /// durable before it was submitted, and whoever comes first claims it.
  /// - Parameter arguments: spool, job id, directory name of the attempt.
  /// - Returns: the command's exit code, or what stands for its end, for those who look at Slurm's
  ///   records.
  public static func claimingMain(_ arguments: [String]) -> Int32 {
    guard arguments.count == 3 else { return 64 }
    CurrentProcess.setName("jobrun-run")
    do {
      let spool = try Spool(path: arguments[0])
      let holder = "job \(Environment.value("SLURM_JOB_ID") ?? "-"), process \(CurrentProcess.pid)"
      guard
        let seat = try SupervisorSeat.claim(
          in: spool, job: arguments[1], attemptName: arguments[2], holder: holder),
        let plan = try seat.run.plan()
      else { return 0 }
      let run = try SupervisedRun(
        plan, seat, path: spool.runPath(plan.job, plan.attempt), in: .node)
      let record = try see(run, through: seat)
      try? run.takeLateOutput()
      // Nobody has judged it here: what the job's exit codes are worth is the daemon's business.
      if case .exited(let code) = record.outcome.kind { return Int32(code) }
      return record.outcome.exitCode
    } catch {
      _ = try? StandardStream.error.write(Array("jobrun: \(error)\n".utf8))
      return 70
    }
  }

  /// Waits for the end, records it, and gives up the seat.
  @discardableResult
  static func see(
    _ run: SupervisedRun, through seat: consuming SupervisorSeat
  ) throws(SystemError) -> ExitRecord {
    var seat = seat
    let record = try run.untilEnded(in: &seat)
    leave(record, in: seat)
    run.reap()
    return record
  }

  /// Writes the outcome, however long that takes: the run is not over before. Only where there
  /// is no place left for it, nobody waits: whoever finds the lock free calls the run lost.
  private static func leave(_ record: ExitRecord, in seat: borrowing SupervisorSeat) {
    var again = false
    while true {
      do throws(SystemError) {
        return try seat.recordEnd(record, again: again)
      } catch {
        if seat.isHomeless { return }
        again = true
        pause(milliseconds: 1000)
      }
    }
  }
}
