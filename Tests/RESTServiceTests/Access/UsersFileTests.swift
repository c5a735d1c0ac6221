// Lines of a users file: what is accepted, and what is said of the rest.

import JobCore
import LinuxIO
import Testing

@testable import RESTService

/// Right for the password "secret"; SHA-512 with the fewest rounds, so that it is quick.
let quickHash =
  "$6$rounds=1000$jobrun$9a6H0ueKTQGwAxiL8pKjG0MQE4Y4XjL5LUrfTW"
  + "Cy5jwM2NLWlGi947be.ftONq.tD6g9VZvntCLFOjfLDtovq/"
/// Of no password that anybody knows; bcrypt at cost 12 takes a fifth of a second.
let slowHash = "$2b$12$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZabcde"

@Suite struct UsersFileTests {
  @Test func aLineIsNameHashAndRoles() throws {
    let file = try UsersFile(parsing: "# people\n\nann:\(slowHash):read,run\nbob:\(slowHash):admin")
    #expect(file.names == ["ann", "bob"])
    #expect(file.users["ann"]?.roles == [.read, .run])
    #expect(file.users["bob"]?.caller == Caller(name: "bob", roles: [.admin]))
  }

  @Test(arguments: [
    ("ann", "line 1: must be name:hash:roles"),
    ("\nann:\(slowHash)", "line 2: must be name:hash:roles"),
    ("ann:\(slowHash):read:x", "line 1: must be name:hash:roles"),
    ("ann:plain:read", "line 1: the hash of \"ann\" is by no method that crypt(5) lists as strong"),
    ("ann:$1$salt$x:read", "line 1: the hash of \"ann\" is by no method that"),
    (
      "ann:\(slowHash):raed",
      "\"raed\" is none of read, run, provision, admin; did you mean \"read\"?"
    ),
    ("ann:\(slowHash):", "line 1: the roles of \"ann\": \"\" is none of"),
    ("ann:\(slowHash):read,", "\"\" is none of"),
    ("ann:\(slowHash):read\r", "line 1: the roles of \"ann\""),
    ("a b:\(slowHash):read", "line 1: the name \"a b\" must be a letter or digit and then"),
    ("..:\(slowHash):read", "line 1: the name \"..\" must be"),
    (":\(slowHash):read", "line 1: the name \"\" must be"),
    ("a:\(slowHash):read\na:\(slowHash):run", "line 2: there is a user \"a\" already"),
  ])
  func anErrorNamesTheLine(text: String, message: String) {
    #expect {
      _ = try UsersFile(parsing: text)
    } throws: { error in
      guard let fault = error as? UsersFile.Fault else { return false }
      return fault.message.contains(message)
    }
  }

  @Test func addingKeepsTheOtherLinesAsTheyAre() throws {
    let text = "# people\nann:\(slowHash):read\n\nbob:\(slowHash):run\n"
    let file = try UsersFile(parsing: text)
    let user = UsersFile.User(name: "ann", hash: "$6$x$y", roles: [.admin, .read])
    #expect(file.text(with: user) == "# people\nann:$6$x$y:read,admin\n\nbob:\(slowHash):run\n")
    let cid = UsersFile.User(name: "cid", hash: "$6$x$y", roles: [.run])
    #expect(file.text(with: cid) == text + "cid:$6$x$y:run\n")
  }

  @Test func anUnknownNameIsCheckedAgainstTheSameHashEachTime() throws {
    let lines = (0..<5).map { "u\($0):$6$salt\($0)$x:read\n" }.joined()
    let file = try UsersFile(parsing: lines)
    let digest = KeyedDigest(key: [UInt8](repeating: 7, count: 16))
    var seen: Set<String> = []
    for number in 0..<50 {
      let hash = try #require(file.hash(for: "nobody\(number)", digest))
      #expect(file.hash(for: "nobody\(number)", digest) == hash)
      seen.insert(hash)
    }
    #expect(seen.count == 5)
    #expect(file.hash(for: "u3", digest) == "$6$salt3$x")
  }
}
