// Shell patterns, as the C library matches them.

internal import Glibc

/// Whether a text fits a shell pattern with `*`, `?` and `[...]` (fnmatch(3)).
public func matches(_ text: String, pattern: String) -> Bool {
  fnmatch(pattern, text, 0) == 0
}
