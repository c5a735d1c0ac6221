// Who reads standard output. A command that waits for something to print notices at once that
// nobody reads any more, and not only by its next line.

import LinuxIO

/// The reader of standard output, as something that a poller waits for.
struct OutputReader: ~Copyable {
  /// Exit code of a command whose reader has gone: that of a shell for SIGPIPE.
  static let goneCode = 128 + Signal.brokenPipe.rawValue
  /// Beyond those that commands number their descriptors by.
  private static let token = UInt64.max

  private let output: Descriptor

  /// Lets a poller wait for the reader to go, too. A file has none.
  init(_ poller: borrowing Poller) throws(SystemError) {
    output = try Descriptor.standard(1)
    _ = try? poller.add(output, for: [], token: OutputReader.token)
  }

  /// Whether it has gone, by what the poller has to tell.
  func isGone(_ events: [Poller.Event]) -> Bool {
    events.contains { $0.token == OutputReader.token }
  }
}
