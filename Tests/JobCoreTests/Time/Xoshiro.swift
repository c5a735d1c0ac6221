// A small random generator whose seed reproduces a run; tests print or fix the seed.

struct Xoshiro: RandomNumberGenerator {
  private var state: (UInt64, UInt64)

  init(seed: UInt64) {
    state = (seed &* 0x9e37_79b9_7f4a_7c15 | 1, seed ^ 0xd1b5_4a32_d192_ed03)
    for _ in 0..<8 { _ = next() }
  }

  mutating func next() -> UInt64 {
    var x = state.0
    let y = state.1
    state.0 = y
    x ^= x << 23
    state.1 = x ^ y ^ (x >> 17) ^ (y >> 26)
    return state.1 &+ y
  }
}
