// What a daemon asks of its launcher, and what it is told.

internal import JobSpool
internal import LinuxIO

/// One supervisor, to be started.
struct LaunchRequest {
  let job: String
  let attemptName: String
  /// Numbers of its descriptors: standard input, standard output, and those of its named locks.
  /// Those of a request that was received are this process's to close.
  let descriptors: [Int32]

  init(
    _ job: String, _ attemptName: String, input: borrowing Descriptor,
    output: borrowing Descriptor, locks: [Int32]
  ) {
    self.job = job
    self.attemptName = attemptName
    descriptors = [input.number, output.number] + locks
  }

  /// The request in a message; nil if it holds none.
  init?(_ message: MessageSocket.Message) {
    let words = message.bytes.split(separator: 0, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard words.count == 2, message.descriptors.count >= 2 else { return nil }
    job = words[0]
    attemptName = words[1]
    descriptors = message.descriptors
  }

  /// Neither can hold a NUL.
  var bytes: [UInt8] { Array("\(job)\0\(attemptName)".utf8) }

  var locks: [Int32] { Array(descriptors.dropFirst(2)) }

  /// Makes the first two the standard streams of this process.
  func takeStreams() throws(SystemError) {
    try StandardStream.input.take(Descriptor(owning: descriptors[0]))
    try StandardStream.output.take(Descriptor(owning: descriptors[1]))
  }

  /// Closes the descriptors.
  func close() { for number in descriptors { _ = Descriptor(owning: number) } }
}

/// What became of a request.
enum LaunchAnswer {
  /// The supervisor, by its number.
  case started(Int32)
  /// The copy could not be made; the error number (fork(2)).
  case failed(Int32)

  init?(_ message: MessageSocket.Message) {
    guard let number = Int32(String(decoding: message.bytes, as: UTF8.self)) else { return nil }
    self = number > 0 ? .started(number) : .failed(-number)
  }

  var bytes: [UInt8] {
    switch self {
    case .started(let pid): Array(String(pid).utf8)
    case .failed(let code): Array(String(-code).utf8)
    }
  }
}
