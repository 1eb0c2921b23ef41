import Autograd
import Foundation
import GraphIR
import TestSupport
import Testing

/// Every operator's derivative against finite differences in float64, at orders 1, 2 and 3.
@Suite("gradcheck of every operator")
struct GradcheckTests {
  /// The operators without a derivative: a derivative is an error that names them.
  static let notDifferentiable: [Op] = [.adamStep]

  /// Whether the signature has something to differentiate: a floating input that is not a setting of the call, and a
  /// floating output.
  private static func isReal(_ op: Op) -> Bool {
    func isFloating(_ formals: [Formal]) -> Bool { formals.contains { $0.types.contains(.float64) } }
    // Its derivative is zero by definition, and not that of its function.
    if op == .stopGradient { return false }
    return isFloating(op.definition.signature.inputs.filter { !$0.isKnown })
      && isFloating(op.definition.signature.outputs)
  }

  private static func check(_ example: OpExample, order: Int) throws {
    let varied = example.inputs.indices.filter { example.inputs[$0] != nil && !example.isKnown($0) }
    try gradcheck(varied.compactMap { example.inputs[$0] }, order: order) { tensors in
      var inputs = example.inputs.map { value in value.map { Tensor($0) } }
      for (index, tensor) in zip(varied, tensors) { inputs[index] = tensor }
      return try apply(example.op, inputs, example.attributes, outputCount: example.outputCount)
    }
  }

  /// The examples that finite differences can check.
  private static func examples(of op: Op) -> [OpExample] { OpExamples.examples(of: op).filter(\.isSmooth) }

  /// The order up to which every example passes.
  private static func certificate(of op: Op) throws -> Certificate {
    guard isReal(op) else { return Certificate(op: op, order: nil, examples: 0) }
    let examples = examples(of: op)
    #expect(!examples.isEmpty, "\(op.rawValue) has no example that can be differentiated")
    guard !notDifferentiable.contains(op) else {
      for example in examples { expectError(.notDifferentiable, op.rawValue) { try check(example, order: 1) } }
      return Certificate(op: op, order: 0, examples: examples.count)
    }
    for order in 1...3 {
      for example in examples {
        do {
          try check(example, order: order)
        } catch {
          Issue.record("\(example), order \(order): \(error)")
          return Certificate(op: op, order: order - 1, examples: examples.count)
        }
      }
    }
    return Certificate(op: op, order: 3, examples: examples.count)
  }

  /// If `ZOO_CERTIFICATES` names a folder, the certificate is written there; `script/certify` generates the table from
  /// these files.
  @Test("orders 1 to 3 of every example agree with the certificate", arguments: Op.allCases)
  func certified(op: Op) throws {
    let found = try Self.certificate(of: op)
    if let folder = ProcessInfo.processInfo.environment["ZOO_CERTIFICATES"] {
      try JSONEncoder().encode(found).write(to: URL(filePath: folder).appending(path: "\(op.rawValue).json"))
    } else {
      #expect(Certificate.all[op] == found, "the table of certificates is old: run script/certify")
    }
  }

  @Test("operators without floating inputs or outputs are not recorded", arguments: Op.allCases.filter { !isReal($0) })
  func notReal(op: Op) throws {
    for example in OpExamples.examples(of: op) {
      let outputs = try apply(op, example.leaves, example.attributes, outputCount: example.outputCount)
      #expect(outputs.allSatisfy { !$0.requiresGrad && $0.isLeaf }, "\(example)")
    }
  }

  @Test("gradcheck notices a derivative that is wrong at its own order only", arguments: 1...3)
  func planted(wrongOrder: Int) throws {
    // The value is zero everywhere. But the tape sees (x - x₀)ⁿ/n! with a detached x₀. Its n-th derivative is 1.
    func function(_ inputs: [Tensor]) -> [Tensor] {
      let difference = inputs[0] - inputs[0].detached()
      return [(1...wrongOrder).reduce(constant([1])) { $0 * difference * (1 / Double($1)) }]
    }
    let input = [TensorValue([0.7, -1.2])]
    for order in 1..<wrongOrder { try gradcheck(input, order: order, function) }
    expectError(.gradcheck) { try gradcheck(input, order: wrongOrder, function) }
  }
}
