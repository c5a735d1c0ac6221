// Numbers of things, in words.

extension Int {
  /// "1 run", "2 runs".
  public func counted(_ noun: String) -> String { self == 1 ? "1 \(noun)" : "\(self) \(noun)s" }
}
