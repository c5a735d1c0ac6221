// Which credentials were found right not long ago, so that a slow hash is paid once a minute and
// not with each request. Not the credentials are kept but digests under a key that this process has
// made for itself: SipHash-2-4, a keyed function made for short texts, of which 128 bits cannot be
// guessed without the key. Who can read the key out of this process can read passwords in it, too.

internal import JobCore
internal import LinuxIO

/// Digests of credentials that were right.
struct VerifiedCredentials {
  /// A digest of a name, a password and the hash that it was checked against: with another hash in
  /// the users file it is another one.
  typealias Digest = [UInt8]

  /// Milliseconds until a credential has to be checked again.
  static let time: Int64 = 60_000
  /// Beyond so many, those out of date are cleared away.
  private static let tidySize = 1024

  private var ends: [Digest: Int64] = [:]

  /// Whether a credential was right less than a minute ago.
  func contains(_ digest: Digest, at now: Int64) -> Bool {
    ends[digest].map { now < $0 } ?? false
  }

  /// Remembers that a credential was right.
  mutating func insert(_ digest: Digest, at now: Int64) {
    if ends.count >= VerifiedCredentials.tidySize { ends = ends.filter { now < $0.value } }
    ends[digest] = now + VerifiedCredentials.time
  }
}
