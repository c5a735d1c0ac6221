// The environment and the terminal of this process.

internal import CLinux
internal import Glibc

/// Environment variables of this process.
public enum Environment {
  /// The value of a variable; nil if it is not set or not UTF-8.
  public static func value(_ name: String) -> String? {
    guard let raw = getenv(name) else { return nil }
    return String(validatingCString: raw)
  }

  /// All variables whose names and values are UTF-8.
  public static var all: [String: String] {
    var all: [String: String] = [:]
    var next = clinux_environment()
    while let entry = next?.pointee {
      if let text = String(validatingCString: entry), let equals = text.firstIndex(of: "=") {
        all[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      next = next?.advanced(by: 1)
    }
    return all
  }

  /// The home directory: $HOME, else the root directory.
  public static var home: String {
    if let home = value("HOME"), home.hasPrefix("/") { return home }
    return "/"
  }
}

/// Facts about a terminal.
public enum Terminal {
  /// Whether a standard descriptor is a terminal.
  public static func isTerminal(_ number: Int32) -> Bool { isatty(number) == 1 }

  /// Columns and rows of the terminal that a standard descriptor is; nil if it is none, or does
  /// not know its size.
  public static func size(_ number: Int32) -> (columns: Int, rows: Int)? {
    var size = winsize()
    guard clinux_window_size(number, &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return nil
    }
    return (Int(size.ws_col), Int(size.ws_row))
  }
}

/// Where a symbolic link points, or nil if it is not one.
public func linkTarget(of path: String) -> String? {
  var buffer = [CChar](repeating: 0, count: 4096)
  let count = readlink(path, &buffer, buffer.count)
  guard count >= 0 else { return nil }
  return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
