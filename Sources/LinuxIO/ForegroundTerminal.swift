// A terminal that lends itself to one process group: commands that read from it would be stopped
// otherwise, once they are in a group of their own.

internal import CLinux
internal import Glibc

/// The terminal of this process, if this process is in front of it.
public final class ForegroundTerminal {
  private let descriptor: Descriptor
  private let own = getpgrp()

  /// Nil if there is no terminal, or somebody else is in front of it.
  public init?() {
    let number = clinux_openat(AT_FDCWD, "/dev/tty", O_RDWR | O_CLOEXEC, 0)
    guard number >= 0 else { return nil }
    descriptor = Descriptor(owning: number)
    guard tcgetpgrp(number) == own else { return nil }
    // Whoever takes it back is not in front of it then.
    clinux_ignore_signal(SIGTTOU)
  }

  /// Puts a group in front of it, unless somebody else has been put there.
  public func lend(to group: Int32) {
    if tcgetpgrp(descriptor.number) == own { tcsetpgrp(descriptor.number, group) }
  }

  /// Puts this process in front of it again.
  public func takeBack() { tcsetpgrp(descriptor.number, own) }

  /// Stops this process as its command was, so that the shell goes on, and comes back when the
  /// shell has it go on.
  public func stopToo() {
    takeBack()
    kill(getpid(), SIGSTOP)
  }
}
