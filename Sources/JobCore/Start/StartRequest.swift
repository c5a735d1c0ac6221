// What has to be known of a job to choose who starts next.

/// What one job needs to start, and what its place depends on besides the time. There is one for
/// each live job, and nearly all ask for nothing special: that is kept once, for all of them.
public struct StartRequest: Equatable, Sendable {
  private struct Wishes: Equatable, Sendable {
    var priority = 0
    var queue: String?
    var worker: String?
    var locks: [String] = []
    var needs: [String: Int] = [:]
    var engine: EngineName?
  }

  private final class Kept: Sendable {
    let wishes: Wishes

    init(_ wishes: Wishes) { self.wishes = wishes }

    static let none = Kept(Wishes())
  }

  /// Id and number of the job.
  public let id: String
  public let number: Int
  private var kept: Kept

  /// The wishes of a job.
  public init(_ state: JobState) {
    let spec = state.spec
    self.init(
      state.id, state.number,
      Wishes(
        priority: spec.priority, queue: spec.queue, worker: spec.worker, locks: spec.locks,
        needs: spec.needs, engine: state.phase.liveAttempt?.engine))
  }

  /// The wishes of a job that needs no locks and no parts of pools.
  init(id: String, number: Int, priority: Int, queue: String?, worker: String?) {
    self.init(id, number, Wishes(priority: priority, queue: queue, worker: worker))
  }

  private init(_ id: String, _ number: Int, _ wishes: Wishes) {
    self.id = id
    self.number = number
    kept = wishes == Wishes() ? .none : Kept(wishes)
  }

  /// Higher starts first.
  public var priority: Int { kept.wishes.priority }
  var queue: String? { kept.wishes.queue }
  var worker: String? { kept.wishes.worker }
  var locks: [String] { kept.wishes.locks }
  /// Who runs the attempt that is under way; nil if none is.
  var engine: EngineName? { kept.wishes.engine }
  var needs: [String: Int] {
    get { kept.wishes.needs }
    set {
      if newValue == kept.wishes.needs { return }
      var wishes = kept.wishes
      wishes.needs = newValue
      kept = Kept(wishes)
    }
  }

  public static func == (left: StartRequest, right: StartRequest) -> Bool {
    left.id == right.id && left.number == right.number && left.kept.wishes == right.kept.wishes
  }
}

/// A place among those that are due: first by priority, then by time, then by number.
struct StartPlace: Comparable, Sendable {
  let priority: Int
  /// When it came due, in milliseconds since 1970.
  let at: Int64
  let number: Int
  let id: String
  /// Tells it from earlier places of the same job, which may still stand somewhere.
  let ticket: Int

  static func < (left: StartPlace, right: StartPlace) -> Bool {
    (right.priority, left.at, left.number) < (left.priority, right.at, right.number)
  }
}
