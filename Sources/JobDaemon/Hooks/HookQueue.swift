// Which hook is to run next. The hooks of one job run one after the other, so that it is told of a
// start before it is told of the end; those of many jobs run side by side.

internal import JobCore

/// Hooks that are to run, by job.
struct HookQueue {
  /// One hook of one event.
  struct Work {
    let job: String
    let event: PendingHook
    let hook: Hook
    var failures = 0
    /// Not before this instant of the boot clock.
    var at: Int64 = 0
  }

  /// An event of a job, and its hooks that have not ended.
  private struct Delivery {
    let event: PendingHook
    var works: [Work]
    var open: Int
    var failures: [String] = []
    /// When its end is to be recorded, once more if that came to nothing (boot clock).
    var recordAt: Int64 = 0
  }

  private struct Job {
    let number: Int
    var deliveries: [Delivery] = []
    var isRunning = false
  }

  /// Until the end of hooks is recorded once more, in milliseconds.
  private static let recordPause: Int64 = 1000

  private var jobs: [String: Job] = [:]
  /// Jobs that may have something to run now, the longest-waiting first, and whether they stand
  /// there.
  private var ready: [String] = []
  private var first = 0
  private var standing: Set<String> = []
  private var alarms = Alarms()
  /// Jobs with an event whose hooks have ended.
  private var ended: Set<String> = []

  var isEmpty: Bool { jobs.isEmpty }
  /// When something is to be done (boot clock); nil if nothing waits for a time.
  var next: Int64? { alarms.next }
  /// Whether some may be startable now.
  var hasReady: Bool { first < ready.count }
  /// Whether the end of some is to be recorded now.
  var hasEnded: Bool { !ended.isEmpty }

  func contains(_ id: String) -> Bool { jobs[id] != nil }

  /// Takes note of a job's state.
  /// - Parameter common: hooks of the spool.
  mutating func update(_ state: JobState, common: Hooks) {
    if state.pendingHooks.isEmpty { return forget(state.id) }
    var job = jobs[state.id] ?? Job(number: state.number)
    let known = job.deliveries
    job.deliveries = state.pendingHooks.map { event in
      if var delivery = known.first(where: { $0.event.serial == event.serial }) {
        // It still stands there: the record of its end has come to nothing.
        delivery.recordAt = 0
        return delivery
      }
      let works = (state.spec.hooks[event.event] + common[event.event]).map {
        Work(job: state.id, event: event, hook: $0)
      }
      return Delivery(event: event, works: works, open: works.count)
    }
    jobs[state.id] = job
    stand(state.id, at: 0)
  }

  mutating func forget(_ id: String) {
    guard jobs.removeValue(forKey: id) != nil else { return }
    alarms.clear(id)
    ended.remove(id)
  }

  /// Puts a job where its next hook, or the record of an end, waits.
  private mutating func stand(_ id: String, at boot: Int64) {
    guard let job = jobs[id] else { return }
    let records = job.deliveries.filter { $0.open == 0 }.map(\.recordAt)
    if records.contains(where: { $0 <= boot }) { ended.insert(id) }
    var next = records.filter { $0 > boot }.min()
    if !job.isRunning {
      let starts = job.deliveries.flatMap(\.works).map(\.at)
      if starts.contains(where: { $0 <= boot }) {
        if standing.insert(id).inserted { ready.append(id) }
      } else if let start = starts.min() {
        next = min(start, next ?? start)
      }
    }
    if let next { alarms.set(id, number: job.number, at: next) } else { alarms.clear(id) }
  }

  /// Puts what has waited long enough where it is taken from.
  mutating func ring(at boot: Int64) {
    while let id = alarms.pop(now: boot) { stand(id, at: boot) }
  }

  /// Takes the hook that is to run now; it is out of here until it has ended.
  mutating func pop(at boot: Int64) -> Work? {
    ring(at: boot)
    while first < ready.count {
      let id = ready[first]
      first += 1
      if first > 1000, first * 2 > ready.count {
        ready.removeFirst(first)
        first = 0
      }
      standing.remove(id)
      guard let job = jobs[id], !job.isRunning else { continue }
      for index in job.deliveries.indices {
        guard let place = job.deliveries[index].works.firstIndex(where: { $0.at <= boot }) else {
          continue
        }
        jobs[id]?.isRunning = true
        return jobs[id]?.deliveries[index].works.remove(at: place)
      }
    }
    return nil
  }

  /// A hook has ended for good.
  mutating func end(_ work: Work, failure: String?, at boot: Int64) {
    change(work, at: boot) { delivery in
      delivery.open -= 1
      if let failure { delivery.failures.append(failure) }
    }
  }

  /// A hook is to run again.
  mutating func putBack(_ work: Work, at boot: Int64) {
    change(work, at: boot) { $0.works.append(work) }
  }

  private mutating func change(_ work: Work, at boot: Int64, _ body: (inout Delivery) -> Void) {
    guard var job = jobs[work.job] else { return }
    job.isRunning = false
    if let index = job.deliveries.firstIndex(where: { $0.event.serial == work.event.serial }) {
      body(&job.deliveries[index])
    }
    jobs[work.job] = job
    stand(work.job, at: boot)
  }

  /// Takes events whose hooks have all ended. They come again after a while if the job still has
  /// them then.
  mutating func takeEnded(at boot: Int64, limit: Int) -> [(id: String, end: HookEnd)] {
    var taken: [(id: String, end: HookEnd)] = []
    while taken.count < limit, let id = ended.popFirst() {
      guard let job = jobs[id],
        let index = job.deliveries.firstIndex(where: { $0.open == 0 && $0.recordAt <= boot })
      else { continue }
      let delivery = job.deliveries[index]
      jobs[id]?.deliveries[index].recordAt = boot + HookQueue.recordPause
      taken.append(
        (id, HookEnd(serial: delivery.event.serial, failures: delivery.failures)))
      stand(id, at: boot)
      // One for each job at a time: the state that the next is decided on is not there yet.
      ended.remove(id)
    }
    return taken
  }
}
