// How long a failed attempt waits before the next.

import JobCore
import Testing

@Suite struct RetryPolicyTests {
  @Test(
    arguments: [
      (#""retryCount":0"#, []), (#""retryCount":2"#, [10_000, 10_000]),
      (#""retryCount":3,"retryDelay":"1s","retryBackoff":2"#, [1000, 2000, 4000]),
      (
        #""retryCount":4,"retryDelay":"1s","retryBackoff":10,"retryMaxDelay":"50s""#,
        [1000, 10_000, 50_000, 50_000]
      ),
      (#""retryCount":2,"retryDelay":"2h","retryBackoff":9"#, [7_200_000, 7_200_000]),
      (#""retryCount":2,"retryDelay":0,"retryBackoff":9"#, [0, 0]),
    ] as [(String, [Int64])])
  func growsByTheFactorUpToTheLongestDelay(members: String, waits: [Int64]) throws {
    let retry = try Documents.job(members).retry
    #expect(waits.indices.map { retry.wait(after: $0 + 1)?.milliseconds } == waits)
    #expect(retry.wait(after: waits.count + 1) == nil)
  }

  @Test func survivesTheLongestWaits() throws {
    let retry = try Documents.job(
      #""retryCount":1000000,"retryDelay":"9223372036854775807ms","retryBackoff":1000"#
    ).retry
    #expect(retry.wait(after: 1_000_000)?.milliseconds == .max)
  }
}
