// Programs run to their end, with what they print.

import Foundation

/// A program that has ended.
struct Launch {
  let status: Int32
  let output: String
  let error: String

  /// Runs a program to its end. Output goes through files: a full pipe could stop it.
  static func run(
    _ program: String, _ arguments: [String], environment: [String: String]? = nil,
    directory: URL? = nil
  ) throws -> Launch {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "jobrun-launch-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func file(_ name: String) throws -> FileHandle {
      let path = folder.appending(path: name)
      try Data().write(to: path)
      return try FileHandle(forWritingTo: path)
    }
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.environment = environment ?? ProcessInfo.processInfo.environment
    process.currentDirectoryURL = directory
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try file("out")
    process.standardError = try file("err")
    try process.run()
    process.waitUntilExit()
    func text(_ name: String) throws -> String {
      try String(decoding: Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
    }
    return Launch(
      status: process.terminationStatus, output: try text("out"), error: try text("err"))
  }
}
