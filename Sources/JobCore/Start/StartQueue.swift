// Who is next: the jobs that are due, by queue, and what those that run have taken: slots, locks
// and parts of pools. It holds no truth and can be made anew from the files. What a start costs
// does not grow with the number of jobs that wait: each is tried when its turn in its queue has
// come, and then only when something that it lacked may have become free.
//
// Nobody is overtaken for ever: who was tried in vain keeps its place at all that it needs, before
// all that come later. Of a queue that has no free slot, only one such job does, so that what the
// others need does not lie idle for as long as that queue is behind.

/// Jobs that are due or have begun, and what they share.
public struct StartQueue: Sendable {
  /// Something besides slots that jobs share.
  enum Resource: Hashable {
    case lock(String)
    case pool(String)
  }

  enum Stage {
    case due(StartPlace)
    /// It is due, and needs what no pool has.
    case impossible(at: Int64)
    /// It has what it needs; its slot is free again if its run has ended, unrecorded.
    case begun(hasSlot: Bool)
  }

  struct Member {
    /// With only those needs that are counted here.
    let request: StartRequest
    /// As it came.
    let asked: StartRequest
    let lane: Int
    /// Its run takes a slot of the daemon.
    let isLocal: Bool
    var stage: Stage
    /// It stands in its lane, and is tried when its turn comes.
    var isInLane = false
    /// It was tried in vain, and stands at the doors of what it needs.
    var isAtDoors = false
  }

  private(set) var config: SpoolConfig
  /// The first is that of all queues without settings; there are as many more as are set.
  private(set) var lanes: [StartLane] = []
  private var laneNumbers: [String: Int] = [:]
  private(set) var members: [String: Member] = [:]
  private(set) var holders: [String: String] = [:]
  /// Locks that somebody has who is in no queue.
  private(set) var outside: Set<String> = []
  private(set) var used: [String: Int] = [:]
  /// Who was tried in vain, by what they need and by lane. Places that no longer hold are passed
  /// over when their turn comes.
  private(set) var doors: [Resource: [Int: Heap<StartPlace>]] = [:]
  private var tickets = 0
  /// Slots of the daemon that are taken, in all queues together.
  public private(set) var slotsTaken = 0
  /// Something has become free since nobody could be taken.
  public private(set) var hasFreed = false
  /// How many jobs were tried, in vain or not.
  public private(set) var tries = 0

  public init(_ config: SpoolConfig = SpoolConfig()) {
    self.config = config
    makeLanes()
  }

  private mutating func makeLanes() {
    lanes = [StartLane(slots: .max, isPaused: false, engine: config.defaultEngine)]
    laneNumbers = [:]
    for (name, queue) in config.queues
    where queue.slots != nil || queue.isPaused || queue.engine != nil {
      laneNumbers[name] = lanes.count
      lanes.append(
        StartLane(
          slots: queue.slots ?? .max, isPaused: queue.isPaused,
          engine: config.engine(ofQueue: name)))
    }
  }

  /// A job in its lane.
  private func member(_ asked: StartRequest, _ stage: Stage) -> Member {
    let lane = lane(of: asked)
    let engine = asked.engine ?? lanes[lane].engine
    var request = asked
    request.needs = config.countedNeeds(asked.needs, on: engine)
    return Member(
      request: request, asked: asked, lane: lane, isLocal: engine == .local, stage: stage)
  }

  private func lane(of request: StartRequest) -> Int {
    laneNumbers[config.queue(named: request.queue, worker: request.worker)] ?? 0
  }

  /// Goes by other settings. What has begun goes on, beyond new limits too.
  public mutating func configure(_ new: SpoolConfig) {
    if new == config { return }
    config = new
    makeLanes()
    doors = [:]
    let all = members
    members = [:]
    used = [:]
    slotsTaken = 0
    for (id, old) in all {
      switch old.stage {
      case .due(let place): insert(old.asked, at: place.at)
      case .impossible(let at): insert(old.asked, at: at)
      case .begun(let hasSlot):
        let new = member(old.asked, .begun(hasSlot: false))
        members[id] = new
        for (pool, amount) in new.request.needs { used[pool, default: 0] += amount }
        if hasSlot { takeSlot(id) }
      }
    }
    hasFreed = true
  }

  /// Whether a job that is due cannot start before something else is set.
  public func isKeptBack(_ id: String) -> Bool {
    guard let member = members[id] else { return false }
    if case .impossible = member.stage { return true }
    return lanes[member.lane].isPaused
  }

  // MARK: Coming and going

  /// A job is due. One that was due at that time already keeps its place.
  public mutating func add(_ request: StartRequest, at: Int64) {
    if let member = members[request.id], member.asked == request {
      switch member.stage {
      case .due(let place) where place.at == at: return
      case .due, .impossible, .begun: break
      }
    }
    remove(request.id)
    insert(request, at: at)
  }

  private mutating func insert(_ asked: StartRequest, at: Int64) {
    var member = self.member(asked, .impossible(at: at))
    let (request, lane) = (member.request, member.lane)
    guard request.needs.allSatisfy({ $0.value <= config.pools[$0.key] ?? 0 }) else {
      members[request.id] = member
      return
    }
    tickets += 1
    let place = StartPlace(
      priority: request.priority, at: at, number: request.number, id: request.id, ticket: tickets)
    member.stage = .due(place)
    member.isInLane = true
    members[request.id] = member
    lanes[lane].places.insert(place)
  }

  /// A job has an attempt under way, whoever has started it.
  public mutating func begin(_ request: StartRequest) {
    if case .begun(let hasSlot)? = members[request.id]?.stage {
      if !hasSlot { takeSlot(request.id) }
      return
    }
    remove(request.id)
    let member = self.member(request, .begun(hasSlot: false))
    members[request.id] = member
    take(member.request)
  }

  /// A job does something else than wait for its start or run.
  public mutating func remove(_ id: String) {
    guard let member = members.removeValue(forKey: id) else { return }
    let request = member.request
    switch member.stage {
    case .impossible: return
    case .due(let place):
      if lanes[member.lane].claimant?.ticket == place.ticket { lanes[member.lane].claimant = nil }
      if !member.isAtDoors { return }
    case .begun(let hasSlot):
      if hasSlot { freeSlot(of: member) }
      for lock in request.locks where holders[lock] == id { holders[lock] = nil }
      for (pool, amount) in request.needs { used[pool, default: 0] -= amount }
    }
    wakeAll(request)
  }

  /// Puts a job back whose turn has come to nothing. That makes nothing free for others: it would
  /// be tried again at once.
  public mutating func putBack(_ request: StartRequest, at: Int64) {
    let before = hasFreed
    add(request, at: at)
    hasFreed = before
  }

  /// Frees the slot of a run that has ended before that is on record; its locks stay.
  public mutating func vacate(_ id: String) {
    guard let member = members[id], case .begun(hasSlot: true) = member.stage else { return }
    members[id]?.stage = .begun(hasSlot: false)
    freeSlot(of: member)
  }

  /// A job could not start because somebody outside has a lock: whoever needs it waits at its door,
  /// and the turn goes to others.
  public mutating func close(_ lock: String) {
    outside.insert(lock)
    hasFreed = true
  }

  /// Nobody outside has a lock any more.
  public mutating func open(_ lock: String) {
    if outside.remove(lock) != nil { wake(.lock(lock)) }
  }

  // MARK: Whose turn it is

  /// Takes the job that is to start next, with a slot of its queue and all that it needs.
  /// - Parameter hasSlot: whether the daemon has a slot left; what others run needs none.
  public mutating func popFirst(hasSlot: Bool = true) -> String? {
    while let lane = laneOfFirst(hasSlot: hasSlot), let place = lanes[lane].places.popFirst() {
      tries += 1
      members[place.id]?.isInLane = false
      guard let request = members[place.id]?.request else { continue }
      guard isFree(request, place) else {
        stand(request, place, lane)
        continue
      }
      if lanes[lane].claimant?.ticket == place.ticket { lanes[lane].claimant = nil }
      members[place.id]?.stage = .begun(hasSlot: false)
      take(request)
      // What is left of a pool may be enough for the next.
      for pool in request.needs.keys { wake(.pool(pool)) }
      return place.id
    }
    hasFreed = false
    return nil
  }

  private mutating func laneOfFirst(hasSlot: Bool) -> Int? {
    var best: (lane: Int, place: StartPlace)?
    for lane in lanes.indices where lanes[lane].isOpen && (hasSlot || !lanes[lane].isLocal) {
      while let first = lanes[lane].places.first, !isCurrent(first) {
        _ = lanes[lane].places.popFirst()
      }
      guard let first = lanes[lane].places.first else { continue }
      if best.map({ first < $0.place }) ?? true { best = (lane, first) }
    }
    return best?.lane
  }

  private func isCurrent(_ place: StartPlace) -> Bool {
    guard case .due(let current)? = members[place.id]?.stage else { return false }
    return current.ticket == place.ticket
  }

  private mutating func isFree(_ request: StartRequest, _ place: StartPlace) -> Bool {
    for resource in StartQueue.resources(of: request) {
      guard standing(of: request, at: resource, place).isFree else { return false }
    }
    return true
  }

  mutating func stand(_ request: StartRequest, _ place: StartPlace, _ lane: Int) {
    if lanes[lane].claimant.map({ place < $0 }) ?? true { lanes[lane].claimant = place }
    if members[place.id]?.isAtDoors != false { return }
    members[place.id]?.isAtDoors = true
    for resource in StartQueue.resources(of: request) {
      doors[resource, default: [:]][lane, default: Heap()].insert(place)
    }
  }

  static func resources(of request: StartRequest) -> [Resource] {
    request.locks.map { .lock($0) } + request.needs.keys.map { .pool($0) }
  }

  mutating func firstAtDoor(_ resource: Resource, _ lane: Int) -> StartPlace? {
    while let first = doors[resource]?[lane]?.first {
      if isCurrent(first) { return first }
      _ = doors[resource]?[lane]?.popFirst()
    }
    doors[resource]?[lane] = nil
    if doors[resource]?.isEmpty == true { doors[resource] = nil }
    return nil
  }

  // MARK: Taking and letting go

  private mutating func take(_ request: StartRequest) {
    takeSlot(request.id)
    for lock in request.locks { holders[lock] = request.id }
    for (pool, amount) in request.needs { used[pool, default: 0] += amount }
  }

  private mutating func takeSlot(_ id: String) {
    guard let member = members[id] else { return }
    members[id]?.stage = .begun(hasSlot: true)
    lanes[member.lane].taken += 1
    if member.isLocal { slotsTaken += 1 }
  }

  private mutating func freeSlot(of member: Member) {
    lanes[member.lane].taken -= 1
    if member.isLocal { slotsTaken -= 1 }
    hasFreed = true
  }

  private mutating func wakeAll(_ request: StartRequest) {
    for resource in StartQueue.resources(of: request) { wake(resource) }
  }

  /// Lets the first of each lane at a door try its luck.
  private mutating func wake(_ resource: Resource) {
    for lane in doors[resource].map({ Array($0.keys) }) ?? [] {
      guard let first = firstAtDoor(resource, lane), members[first.id]?.isInLane == false else {
        continue
      }
      members[first.id]?.isInLane = true
      lanes[lane].places.insert(first)
      hasFreed = true
    }
  }
}
