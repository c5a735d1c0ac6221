// How texts get into lines of shell that are made here: always as one word, of which the shell
// reads nothing.

/// A text as one word of a line for `/bin/sh`, whatever is in it.
func shellWord(_ text: String) -> String {
  "'\(text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
}
