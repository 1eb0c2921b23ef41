import GraphIR
import Synchronization

/// One call on the tape: what an operator read and made.
final class TapeNode {
  /// An input as it was when the operator read it.
  struct Input {
    let tensor: Tensor
    let version: Int
  }

  let op: Op
  let attributes: Attributes
  /// Calls in order of time: a node's inputs always have smaller numbers.
  let sequence: Int
  private(set) var inputs: [Input?]
  /// What it made, to be read again by the derivative; empty once the node is freed.
  private(set) var outputs: [Tensor.Payload]
  let outputTypes: [TensorType]
  private(set) var isFreed = false

  private static let counter = Atomic<Int>(0)

  init(
    _ op: Op, _ attributes: Attributes, inputs: [Tensor?], outputs: [Tensor.Payload], _ outputTypes: [TensorType]
  ) {
    self.op = op
    self.attributes = attributes
    self.inputs = inputs.map { $0.map { Input(tensor: $0, version: $0.version) } }
    self.outputs = outputs
    self.outputTypes = outputTypes
    sequence = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
  }

  /// Long chains are taken apart step by step: nested `deinit`s overflow the stack at some 30,000 nodes.
  deinit {
    var inputs = takeInputs()
    Self.release(&inputs)
  }

  /// Drops the values that the derivative needs. The ways to leaves stay, so that a later pass can tell whether it would have
  /// needed them.
  func free() {
    inputs = inputs.map { input in
      guard let input, input.tensor.requiresGrad else { return nil }
      return input.tensor.isLeaf ? input : Input(tensor: input.tensor.withoutValue(), version: input.version)
    }
    outputs = []
    isFreed = true
  }

  private func takeInputs() -> [Tensor] {
    defer { inputs = [] }
    return inputs.compactMap { $0?.tensor }
  }

  /// Lets go of tensors, and of everything that only they held, without recursion.
  private static func release(_ tensors: inout [Tensor]) {
    while var tensor = tensors.popLast() {
      guard isKnownUniquelyReferenced(&tensor), var node = tensor.takeNode(), isKnownUniquelyReferenced(&node) else {
        continue
      }
      tensors.append(contentsOf: node.takeInputs())
    }
  }
}
