import Autograd
import GraphIR
import TestSupport
import Testing

@Suite("Operators on a device", .enabled(if: CPUPlugin.isAvailable, "\(CPUPlugin.missing)"))
struct OperatorTests {
  @Test("every example of an operator, in both precisions, against the reference kernels", arguments: Op.allCases)
  func examples(op: Op) throws {
    for double in OpExamples.examples(of: op) {
      try expectReference(double, 1e-13)
      try expectReference(double.withDtype(.float32), 2e-6)
    }
  }

  @Test("examples without elements", arguments: Op.allCases)
  func empty(op: Op) throws {
    for example in OpExamples.examples(of: op).flatMap({ $0.emptied(limit: 1) }) {
      // An index into nothing is an error of the reference kernels.
      guard (try? example.evaluate()) != nil else { continue }
      try expectReference(example, 1e-13)
    }
  }

  private func expectReference(_ example: OpExample, _ tolerance: Double) throws {
    let expected = try example.evaluate()
    let found = try CPUPlugin.run(example.graph(), example.feeds).outputs
    for (index, value) in expected.enumerated() {
      let output = try #require(found["y\(index)"])
      #expect(mismatch(output, value, relative: tolerance, absolute: tolerance) == nil, "\(example), output \(index)")
    }
  }

  static let smoothOps = Op.allCases.filter { op in
    op != .adamStep && OpExamples.examples(of: op).contains(where: \.isSmooth)
  }

  @Test("gradients, and gradients of the gradients' squared norm", arguments: smoothOps)
  func gradients(op: Op) throws {
    for example in OpExamples.examples(of: op) where example.isSmooth {
      let trace = Trace(name: "gradients")
      var feeds: [String: TensorValue] = [:]
      let arguments = try example.inputs.enumerated().map { index, value -> Tensor? in
        guard let value, example.floatingInputs.contains(index) else { return value.map { Tensor($0) } }
        feeds["x\(index)"] = value
        return try trace.input("x\(index)", value.type).detached(requiresGrad: true)
      }
      let leaves = example.floatingInputs.compactMap { arguments[$0] }
      let outputs = try apply(op, arguments, example.attributes, outputCount: example.outputCount)
      let chosen = example.differentiableOutputs.map { outputs[$0] }
      let first = try grad(chosen.map { $0.squared().sum() }, leaves, createGraph: true, allowUnused: true)
      let reached = first.compactMap { $0 }
      for gradient in reached { try trace.output(gradient) }
      if !reached.isEmpty, reached.contains(where: \.requiresGrad) {
        let norms = reached.filter(\.requiresGrad).map { $0.squared().sum() }
        for gradient in try grad(norms, leaves, allowUnused: true).compactMap({ $0 }) { try trace.output(gradient) }
      }
      guard !trace.graph.outputs.isEmpty else { continue }
      let expected = try Interpreter.run(trace.graph, feeds).outputs
      let found = try CPUPlugin.run(trace.graph, feeds).outputs
      for (name, value) in expected {
        let output = try #require(found[name])
        #expect(mismatch(output, value, relative: 1e-11, absolute: 1e-11 * (1 + largest(value))) == nil, "\(example)")
      }
    }
  }

  private func largest(_ value: TensorValue) -> Double { value.doubles.filter(\.isFinite).map(abs).max() ?? 0 }
}
