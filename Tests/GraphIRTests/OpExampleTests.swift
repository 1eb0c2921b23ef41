import GraphIR
import TestSupport
import Testing

@Suite("The examples that other tests enumerate")
struct OpExampleTests {
  @Test("an ordinal is the position among all operators") func ordinals() {
    #expect(Op.allCases.map(\.ordinal) == Array(Op.allCases.indices))
  }

  @Test("every operator has examples that set each attribute and use each input", arguments: Op.allCases)
  func coverage(op: Op) {
    let examples = OpExamples.examples(of: op)
    let signature = op.definition.signature
    #expect(!examples.isEmpty)
    for attribute in signature.attributes {
      #expect(examples.contains { $0.attributes[attribute.name] != nil }, "no example sets \(attribute.name)")
    }
    for index in signature.inputs.indices {
      #expect(
        examples.contains { $0.inputs.count > index && $0.inputs[index] != nil }, "no example uses input \(index)")
    }
    #expect(examples.contains { $0.outputCount == signature.outputs.count })
    #expect(Set(examples.map(\.label)).count == examples.count, "labels differ")
  }

  @Test("examples evaluate to the inferred types, in both precisions, and as graphs", arguments: Op.allCases)
  func evaluates(op: Op) throws {
    for double in OpExamples.examples(of: op) {
      let single = double.withDtype(.float32)
      #expect(single.inputs.allSatisfy { $0?.dtype != .float64 })
      for example in [double, single] {
        let values = try example.evaluate()
        #expect(try values.map(\.type) == example.outputTypes(), "\(example)")
        let graph = try example.graph()
        try graph.verify()
        let outputs = try Interpreter.run(graph, example.feeds).outputs
        for (index, value) in values.enumerated() { #expect(outputs["y\(index)"] == value, "\(example)") }
      }
    }
  }
}
