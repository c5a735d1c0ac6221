// The users file on the disk: who may read it, and how a user gets into it.

import Foundation
import LinuxIO
import Testing

@testable import RESTService

@Suite final class UsersPlaceTests {
  private let folder = NSTemporaryDirectory() + "jobrun-users-\(UUID().uuidString)"
  private var path: String { folder + "/users" }
  private var place: UsersPlace { UsersPlace(path) }

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func write(_ text: String, mode: Int = 0o600) throws {
    try Data(text.utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  private func fault(_ body: () throws -> Void) -> UsersPlace.Fault? {
    do {
      try body()
      return nil
    } catch {
      return error as? UsersPlace.Fault
    }
  }

  @Test func addingMakesAFileForItsOwnerAlone() throws {
    #expect(try place.add("ann", password: Array("secret".utf8), roles: [.read]))
    #expect(try place.read().status.permissions == 0o600)
    #expect(try !place.add("ann", password: Array("other".utf8), roles: [.run]))
    let user = try #require(try place.read().file.users["ann"])
    #expect(user.roles == [.run] && Password.matches(Array("other".utf8), user.hash))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["users"])
  }

  @Test(arguments: [0o640, 0o604, 0o620, 0o602, 0o610])
  func aFileThatOthersMayTouchIsRefused(mode: Int) throws {
    try write("ann:\(slowHash):read\n", mode: mode)
    let reading = fault { _ = try place.read() }
    #expect(reading?.kind == .permissions)
    #expect(reading?.message.contains("run: chmod 600 \(path)") == true)
    #expect(fault { _ = try place.add("bob", password: [97], roles: [.run]) } != nil)
  }

  @Test func anErrorNamesFileAndLine() throws {
    try write("ann:\(slowHash):read\nbob\n")
    #expect(fault { _ = try place.read() }?.message == "\(path): line 2: must be name:hash:roles")
  }

  @Test func nothingIsWrittenToAFileThatIsWrong() throws {
    try write("bob\n")
    #expect(fault { _ = try place.add("ann", password: [97], roles: [.run]) }?.kind == .content)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "bob\n")
  }

  @Test func whatIsNoUsersFileIsRefused() throws {
    #expect(fault { _ = try place.read() }?.kind == .access)
    #expect(fault { _ = try UsersPlace(folder).read() }?.kind == .content)
    try write("# nobody\n")
    #expect(fault { try place.check() }?.message.contains("holds no user") == true)
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/link", withDestinationPath: path)
    let link = UsersPlace(folder + "/link")
    #expect(fault { _ = try link.add("ann", password: [97], roles: [.run]) }?.kind == .content)
  }

  @Test func twoAtATimeDoNotLoseAUser() throws {
    try write("# nobody\n")
    try Data().write(to: URL(filePath: folder + "/.users.new"))
    #expect(fault { _ = try place.add("ann", password: [97], roles: [.run]) }?.kind == .busy)
  }

  @Test func aChangedFileIsReadAgainAndABrokenOneIsComplainedOfOnce() throws {
    try write("ann:\(slowHash):read\n")
    var complaints: [String] = []
    let users = try Users(place) { complaints.append($0) }
    #expect(users.current().names == ["ann"])
    _ = try place.add("bob", password: [97], roles: [.run])
    #expect(users.current().names == ["ann", "bob"])
    try write("broken\n")
    for _ in 0..<3 { #expect(users.current().names == ["ann", "bob"]) }
    #expect(complaints == ["\(path): line 1: must be name:hash:roles; the users stay as they were"])
    try FileManager.default.removeItem(atPath: path)
    #expect(users.current().names == ["ann", "bob"] && complaints.count == 2)
    try write("cid:\(slowHash):run\n")
    #expect(users.current().names == ["cid"])
  }
}
