// Who is kept back by whom: what a queue can tell of a job that it has tried in vain.

extension StartQueue {
  /// How a job that is due stands at something that it needs.
  struct Standing: Hashable {
    /// It could have it now.
    let isFree: Bool
    /// The first of those that wait for it too, and come before.
    let first: String?
  }

  /// What those before a place keep for themselves.
  struct Claims {
    private(set) var amount = 0
    private(set) var areForAll = false
    private(set) var first: StartPlace?

    mutating func takeAll(_ place: StartPlace) {
      areForAll = true
      note(place)
    }

    mutating func take(_ part: Int, _ place: StartPlace) {
      amount += part
      if part > 0 { note(place) }
    }

    private mutating func note(_ place: StartPlace) {
      if first.map({ place < $0 }) ?? true { first = place }
    }
  }

  /// How a job stands at something; nil if it waits for nothing that the queue could give it.
  mutating func standing(of id: String, at resource: Resource) -> Standing? {
    guard let member = members[id], case .due(let place) = member.stage else { return nil }
    return standing(of: member.request, at: resource, place)
  }

  /// How a job stands at something that it needs, at its place among those that are due.
  mutating func standing(
    of request: StartRequest, at resource: Resource, _ place: StartPlace
  ) -> Standing {
    let claims = claims(on: resource, before: place)
    let isLeft =
      switch resource {
      case .lock(let lock): holders[lock] == nil && !outside.contains(lock)
      case .pool(let pool):
        used[pool, default: 0] + claims.amount + request.needs[pool, default: 0]
          <= config.pools[pool] ?? 0
      }
    return Standing(isFree: isLeft && !claims.areForAll, first: claims.first?.id)
  }

  /// What of something is claimed by those before a place.
  private mutating func claims(on resource: Resource, before place: StartPlace) -> Claims {
    var claims = Claims()
    for lane in doors[resource].map({ Array($0.keys) }) ?? [] {
      if lanes[lane].isOpen {
        if let first = firstAtDoor(resource, lane), first < place { claims.takeAll(first) }
      } else if !lanes[lane].isPaused, let claimant = lanes[lane].claimant, claimant < place,
        let request = members[claimant.id]?.request
      {
        switch resource {
        case .lock(let lock): if request.locks.contains(lock) { claims.takeAll(claimant) }
        case .pool(let pool): claims.take(request.needs[pool] ?? 0, claimant)
        }
      }
    }
    return claims
  }

  /// Which jobs share slots with a job, if all of these are taken.
  func fullLane(of id: String) -> Int? {
    guard let lane = members[id]?.lane, lanes[lane].taken >= lanes[lane].slots else { return nil }
    return lane
  }

  /// What a job needs besides a slot.
  func resources(of id: String) -> [Resource] {
    members[id].map { StartQueue.resources(of: $0.request) } ?? []
  }

  /// A job that is due was tried in vain, before its queue was full.
  mutating func noteTried(_ id: String) {
    guard let member = members[id], case .due(let place) = member.stage else { return }
    stand(member.request, place, member.lane)
  }
}
