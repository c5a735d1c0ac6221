import LinuxIO
import Testing

@Suite struct PasswordTests {
  @Test func aHashMatchesItsPasswordAndNoOther() throws {
    let hash = try Password.hash(Array("pä ss:word".utf8))
    #expect(hash.hasPrefix("$y$") && Password.isHash(hash))
    #expect(Password.matches(Array("pä ss:word".utf8), hash))
    for other in ["pä ss:wor", "pä ss:word ", "", "pä ss:word\0", "pä ss:word\0x"] {
      #expect(!Password.matches(Array(other.utf8), hash), "\(other.debugDescription)")
    }
  }

  @Test func twoHashesOfAPasswordDiffer() throws {
    #expect(try Password.hash([97]) != Password.hash([97]))
  }

  /// Vectors of other implementations: bcrypt of the crypt_blowfish tests, SHA-512 of its
  /// specification.
  @Test(arguments: [
    ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
    (
      "Hello world!",
      "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnI"
        + "FNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1"
    ),
  ])
  func hashesOfOtherProgramsAreKnown(password: String, hash: String) {
    #expect(Password.matches(Array(password.utf8), hash))
    #expect(!Password.matches(Array((password + "x").utf8), hash))
    #expect(Password.isHash(hash))
  }

  @Test(arguments: ["", "x", "*", "!", "ab01FAX.bQRSU", "$1$salt$x", "plain text", "$nothing$x"])
  func anOutdatedHashIsNone(hash: String) {
    #expect(!Password.isHash(hash))
  }
}
