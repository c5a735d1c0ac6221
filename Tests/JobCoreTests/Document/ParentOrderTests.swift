// Parents first, whatever the order of the files.

import Testing

@testable import JobCore

@Suite struct ParentOrderTests {
  private func order(_ parents: KeyValuePairs<String, [String]>) -> Result<
    [String], ParentOrder.Circle
  > {
    let known = Dictionary(uniqueKeysWithValues: parents.map { ($0.key, $0.value) })
    return ParentOrder.of(parents.map(\.key)) { known[$0] ?? [] }
  }

  @Test func keepsTheOrderGivenWhereItCan() {
    #expect(order(["a": [], "b": ["a"], "c": []]) == .success(["a", "b", "c"]))
    #expect(
      order(["d": ["b", "c"], "b": ["a"], "c": ["a"], "a": []]) == .success(["a", "b", "c", "d"]))
    #expect(order(["b": ["elsewhere"], "a": []]) == .success(["b", "a"]))
  }

  @Test func namesACircle() {
    #expect(order(["a": ["a"]]) == .failure(.init(ids: ["a", "a"])))
    #expect(
      order(["x": ["a"], "a": ["b"], "b": ["c"], "c": ["a"]])
        == .failure(.init(ids: ["a", "b", "c", "a"])))
  }

  @Test func aLongChainIsNoTrouble() {
    let ids = (0..<20_000).map { "\($0)" }
    let result: Result<[String], ParentOrder.Circle> = ParentOrder.of(ids) { id in
      Int(id).map { $0 + 1 < 20_000 ? ["\($0 + 1)"] : [] } ?? []
    }
    #expect(result == .success(ids.reversed()))
  }
}
