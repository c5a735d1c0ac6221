// Regular expressions for names of files, as the C library matches them (regcomp(3)).

internal import Glibc

/// A compiled POSIX extended regular expression. Bytes are matched, not characters.
public final class NamePattern {
  private var compiled = regex_t()

  /// What is wrong with an expression, in the words of regerror(3).
  public struct Fault: Error, Hashable, Sendable {
    /// The words.
    public let reason: String
  }

  /// Compiles an expression.
  public init(_ expression: String) throws(Fault) {
    let code = regcomp(&compiled, expression, REG_EXTENDED | REG_NOSUB)
    if code == 0 { return }
    var text = [CChar](repeating: 0, count: 256)
    regerror(code, &compiled, &text, text.count)
    // The text ends with a zero byte.
    throw Fault(reason: text.withUnsafeBufferPointer { Directory.text(of: $0) } ?? "\(code)")
  }

  deinit { regfree(&compiled) }

  /// Whether a name has a match in it.
  public func matches(_ name: FileName) -> Bool {
    name.raw.withUnsafeBufferPointer { regexec(&compiled, $0.baseAddress, 0, nil, 0) == 0 }
  }

  /// What is wrong with an expression; nil if nothing is.
  public static func fault(in expression: String) -> String? {
    do throws(Fault) {
      _ = try NamePattern(expression)
      return nil
    } catch {
      return error.reason
    }
  }
}
