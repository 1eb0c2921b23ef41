import GraphIR
import TestSupport
import Testing

/// Passes on random graphs, compared with the reference kernels before and after.
@Suite("Passes preserve the meaning of random graphs")
struct RandomPassTests {
  /// A pass with the change to a value that it may cause.
  struct Pass: CustomStringConvertible, Sendable {
    let description: String
    /// The relative tolerance; nil if all bits must be equal.
    var tolerance: Double?
    /// The smallest number of graphs that it changes.
    var least = 100
    let run: @Sendable (Graph) throws -> Graph

    static let all = [
      Pass(description: "dead code") { $0.removingDeadCode() },
      Pass(description: "common subexpressions") { try $0.mergingCommonSubexpressions() },
      Pass(description: "constant folding") { try $0.foldingConstants() },
      Pass(description: "product fusion", tolerance: 1e-9) { try $0.fusingProducts() },
      Pass(description: "stacking", tolerance: 1e-9, least: 60) { try $0.stackingProducts() },
      Pass(description: "sums of products", tolerance: 1e-9) { try $0.fusingProducts().stackingProducts() },
      Pass(description: "parallel calls", least: 5) { try $0.mergingParallelCalls() },
      Pass(description: "parallel calls of stacks", tolerance: 1e-9, least: 60) {
        try $0.stackingProducts().mergingParallelCalls()
      },
      Pass(description: "all", tolerance: 1e-9) { try $0.optimized() },
    ]
  }

  @Test(arguments: Pass.all, [false, true])
  func keepsResults(_ pass: Pass, hasEmpty: Bool) throws {
    var changes = 0
    for seed in 0..<(hasEmpty ? 100 : 400) {
      var generator = SplitMix64(seed: UInt64(seed))
      let isExact = pass.tolerance == nil
      let dtype = isExact && seed % 2 == 0 ? DataType.float32 : .float64
      let (graph, feeds) = try RandomGraph.computing(
        &generator, dtype: dtype, hasSpecials: isExact, hasEmpty: hasEmpty)
      try graph.verify()
      let passed = try pass.run(graph)
      try passed.verify()
      changes += passed == graph ? 0 : 1
      #expect(passed.inputs == graph.inputs && passed.outputs == graph.outputs)
      let (found, expected) = (try Interpreter.run(passed, feeds), try Interpreter.run(graph, feeds))
      let difference =
        difference(found.outputs, expected.outputs, pass.tolerance)
        ?? difference(found.updates, expected.updates, pass.tolerance)
      #expect(difference == nil, "seed \(seed)")
      if difference != nil { print(graph, passed); return }
      #expect(try pass.run(passed) == passed || pass.tolerance != nil, "seed \(seed) twice")
    }
    #expect(changes > (hasEmpty ? 0 : pass.least), "\(changes)")
  }

  private func difference(
    _ found: [String: TensorValue], _ expected: [String: TensorValue], _ tolerance: Double?
  ) -> String? {
    guard found.keys.sorted() == expected.keys.sorted() else { return "\(found.keys), not \(expected.keys)" }
    for (name, value) in expected.sorted(by: { $0.key < $1.key }) {
      guard let other = found[name] else { continue }
      let place =
        tolerance.map { mismatch(other, value, relative: $0, absolute: $0) }
        ?? bitMismatch(other, value)
      if let place { return "\(name) \(place)" }
    }
    return nil
  }

  /// Compares as `mismatch(_:_:relative:absolute:)`, with 0 and -0 different.
  private func bitMismatch(_ found: TensorValue, _ expected: TensorValue) -> String? {
    if let place = mismatch(found, expected) { return place }
    let signs = zip(found.doubles, expected.doubles).map { $0.sign == $1.sign || $0.isNaN }
    return signs.contains(false) ? "has a zero of another sign: \(found), expected \(expected)" : nil
  }
}
