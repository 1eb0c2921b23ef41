import GraphIR
import TestSupport
import Testing

/// Calls on the parts of a split, merged into one call before the split.
@Suite("Merging parallel calls")
struct ParallelCallTests {
  /// A graph that calls `example` on both halves of its inputs, which are stacked along the first axis. The inputs in
  /// `whole` are not split.
  private func graph(_ example: OpExample, whole: Set<Int> = []) throws -> (graph: Graph, feeds: [String: TensorValue])
  {
    var builder = GraphBuilder(name: "halves")
    var feeds: [String: TensorValue] = [:]
    var halves: [[String]] = [[], []]
    for (index, value) in example.inputs.enumerated() {
      let value = try #require(value)
      guard !whole.contains(index) else {
        let name = try builder.input("x\(index)", value.type)
        feeds[name] = value
        for half in 0..<2 { halves[half].append(name) }
        continue
      }
      let count = value.shape[0]
      let stacked = try OpExample(.concat, "", [value, value], ["axis": .int(0)]).evaluate()[0]
      feeds["x\(index)"] = stacked
      let name = try builder.input("x\(index)", stacked.type)
      let counts = builder.constant(TensorValue(integers: [count, count]))
      let parts = try builder.add(.split, [name, counts], ["axis": .int(0)], outputCount: 2)
      for half in 0..<2 { halves[half].append(parts[half]) }
    }
    for inputs in halves { try builder.output(try builder.add(example.op, inputs, example.attributes)) }
    return (builder.graph, feeds)
  }

  @Test("every elementwise operator", arguments: Op.allCases.filter(\.traits.isElementwise))
  func elementwise(op: Op) throws {
    let examples = OpExamples.examples(of: op).filter { example in
      let shapes = Set(example.inputs.map { $0?.shape })
      return shapes.count == 1 && shapes.first??.isEmpty == false
    }
    for example in examples {
      let (graph, feeds) = try graph(example)
      let merged = try graph.mergingParallelCalls().removingDeadCode()
      #expect(merged.nodes.count { $0.op == op } == 1, "\(example)")
      #expect(try Interpreter.run(merged, feeds).outputs == Interpreter.run(graph, feeds).outputs, "\(example)")
    }
    #expect(!examples.isEmpty)
  }

  @Test("calls with a scalar merge if the operator broadcasts it, and stay separate otherwise")
  func oneNumber() throws {
    let (part, number) = (TensorValue([2.5]), TensorValue([-3.0]))
    for (op, attributes, count) in [
      (.add, [:], 1), (.leakyReluGrad, [:], 2), (.prelu, [:], 2), (.mod, ["fmod": .int(1)], 1),
    ] as [(Op, Attributes, Int)] {
      for whole in 0..<2 {
        let inputs = whole == 0 ? [number, part] : [part, number]
        let (graph, feeds) = try graph(OpExample(op, "", inputs, attributes), whole: [whole])
        let merged = try graph.mergingParallelCalls().removingDeadCode()
        #expect(merged.nodes.count { $0.op == op } == count, "\(op.rawValue), input \(whole)")
        #expect(try Interpreter.run(merged, feeds).outputs == Interpreter.run(graph, feeds).outputs)
      }
    }
  }
}
