// A folder of a test's own, with files of any name and date.

import Foundation
import Glibc

/// A fresh folder, removed with all that is in it when the test is over.
final class Folder {
  let path = "/tmp/jobrun-folder-\(UUID().uuidString.prefix(13).lowercased())"

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func make(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: "\(path)/\(name)", withIntermediateDirectories: true)
  }

  /// Writes a file that was last modified so many seconds ago.
  func put(_ name: String, _ text: String = "x", age: Int = 0) throws {
    try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
    setAge(of: name, to: age)
  }

  func setAge(of name: String, to age: Int) {
    setDate(of: name, to: Int(Date().timeIntervalSince1970) - age)
  }

  /// Sets the date of a file's last modification, in seconds since 1970.
  func setDate(of name: String, to seconds: Int) {
    try? FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: Double(seconds))],
      ofItemAtPath: "\(path)/\(name)")
  }

  /// Makes a file whose name is any bytes.
  func put(bytes: [UInt8]) {
    var name = Array("\(path)/".utf8) + bytes + [0]
    name.withUnsafeMutableBufferPointer { buffer in
      buffer.withMemoryRebound(to: CChar.self) { chars in
        guard let start = chars.baseAddress else { return }
        let file = creat(start, 0o600)
        if file >= 0 { close(file) }
      }
    }
  }

  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: "\(path)/\(name)", withDestinationPath: target)
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: "\(path)/\(name)")
  }

  func text(_ name: String) -> String? {
    (try? Data(contentsOf: URL(filePath: "\(path)/\(name)"))).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  func names(_ name: String = ".") -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(name)")) ?? []).sorted()
  }
}
