// What a run does with its command's output beside keeping it, where somebody looks on.

internal import JobSpool
internal import LinuxIO

extension SupervisedRun {
  /// Begins to pass the output on.
  func shareOutput() throws(SystemError) {
    guard let output = host.output else { return }
    try poller.add(output.watch.descriptor, token: Token.logs.rawValue)
    for (stream, name, token) in SupervisedRun.streams {
      if let limiter = limiters[token] {
        limiter.mirror = { output.append($0, to: stream) }
      } else {
        try output.follow(stream, name, in: run, path: path)
      }
    }
  }

  /// Passes on what there is. Where somebody reads too slowly, a command whose output is limited
  /// waits for that, as it would without all this.
  /// - Returns: whether there is more at once.
  func passOutput() throws(SystemError) -> Bool {
    guard let output = host.output else { return false }
    let hasMore = output.pump(by: poller) { stream in
      (stream == .output ? Token.output : .error).rawValue
    }
    for (stream, _, token) in SupervisedRun.streams {
      if output.isFull(stream) {
        limiters[token]?.pause(poller)
      } else {
        try limiters[token]?.resume(poller, token: token.rawValue)
      }
    }
    return hasMore
  }

  /// Passes on the rest, however long its readers take, unless this process is told to end.
  /// - Returns: false if it was.
  @discardableResult
  func passRest() throws(SystemError) -> Bool {
    try host.output?.finish(unless: signals) ?? true
  }

  private static var streams: [(StandardStream, String, Token)] {
    [(.output, RunDirectory.Name.stdout, .stdout), (.error, RunDirectory.Name.stderr, .stderr)]
  }

  /// Goes on taking the output of processes that were left behind, until the last of them
  /// has closed it or this process is told to end: without a reader, their next line would
  /// be their end.
  func takeLateOutput() throws(SystemError) {
    guard limiters.values.contains(where: \.isOpen) else { return }
    let poller = try Poller()
    try poller.add(signals.descriptor, token: Token.signals.rawValue)
    for (token, limiter) in limiters where limiter.isOpen {
      try limiter.watch(by: poller, token: token.rawValue)
    }
    while limiters.values.contains(where: \.isOpen) {
      for event in try poller.wait() {
        guard let token = Token(rawValue: event.token) else { continue }
        limiters[token]?.take(poller)
        if try host.output?.finish(unless: signals) == false { return }
        if token != .signals { continue }
        if try signals.pending().contains(.terminate) { return }
        for child in strangers() { _ = try? Child.reap(child) }
      }
    }
  }
}
