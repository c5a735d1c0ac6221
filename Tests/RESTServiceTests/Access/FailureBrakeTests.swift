import Testing

@testable import RESTService

@Suite struct FailureBrakeTests {
  private typealias Brake = FailureBrake<String>

  /// When attempts may be made that all fail at once, as waits between them.
  private func waits(_ count: Int) -> [Int64] {
    var brake = Brake()
    var now: Int64 = 1_000_000
    return (0..<count).map { _ in
      guard case .at(let start) = brake.begin("a", at: now) else { return -1 }
      brake.failed("a", at: start)
      defer { now = start }
      return start - now
    }
  }

  @Test func delaysDoubleUpToALimit() {
    #expect(waits(12) == [0, 0, 0, 0, 250, 500, 1000, 2000, 4000, 8000, 8000, 8000])
  }

  @Test func anAddressHasOneTurnAfterTheOther() {
    var brake = Brake()
    for _ in 0..<6 { brake.failed("a", at: 0) }
    #expect(brake.begin("a", at: 0) == .at(1000))
    #expect(brake.begin("a", at: 0) == .at(2000))
    for _ in 0..<7 { _ = brake.begin("a", at: 0) }
    #expect(brake.begin("a", at: 0) == .at(10_000))
    #expect(brake.begin("a", at: 0) == .refused(retryIn: 11_000))
    #expect(brake.begin("a", at: 5000) == .at(11_000))
    #expect(brake.begin("b", at: 0) == .at(0))
  }

  @Test func timeHealsAndSuccessDoesNot() {
    var brake = Brake()
    for _ in 0..<9 { brake.failed("a", at: 0) }
    guard case .at(let turn) = brake.begin("a", at: 600_000) else { return }
    #expect(turn == 600_000)
    #expect(brake.begin("a", at: 600_000) == .at(608_000))
    #expect(brake.begin("a", at: 600_001) == .at(600_001))
  }

  @Test func itsMemoryIsBounded() {
    var brake = FailureBrake<Int>()
    for address in 0..<FailureBrake<Int>.capacity + 100 {
      for _ in 0..<5 { brake.failed(address, at: 0) }
    }
    let kept = (0..<FailureBrake<Int>.capacity + 100).count { brake.begin($0, at: 0) != .at(0) }
    #expect(kept == FailureBrake<Int>.capacity)
  }
}
