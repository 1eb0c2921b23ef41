import GraphIR
import Synchronization

/// One call on the tape: its inputs, outputs and derivative.
class TapeNode {
  /// An input, with its version at the time of the call.
  struct Input {
    let tensor: Tensor
    let version: Int
  }

  /// The number in order of time. The inputs of a node have smaller numbers.
  let sequence: Int
  private(set) var inputs: [Input?]
  let outputTypes: [TensorType]
  private(set) var isFreed = false
  /// The hooks of each output, by its index.
  var hooks: [Int: GradientHooks] = [:]
  /// The origin of the call; known in anomaly mode.
  var origin: CallOrigin?

  private static let counter = Atomic<Int>(0)

  init(inputs: [Tensor?], _ outputTypes: [TensorType]) {
    self.inputs = inputs.map { $0.map { Input(tensor: $0, version: $0.version) } }
    self.outputTypes = outputTypes
    sequence = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
  }

  /// A number between those of the earlier nodes and those of the later ones.
  static func nextSequence() -> Int { counter.wrappingAdd(1, ordering: .relaxed).newValue }

  /// Releases long chains step by step: nested `deinit`s overflow the stack at some 30,000 nodes.
  deinit {
    var inputs = takeInputs()
    Self.release(&inputs)
  }

  /// The name in messages.
  var name: String { preconditionFailure("a node of the tape has a name") }

  /// The gradient of each input, given those of the outputs; nil stands for zero.
  func derivatives(_ gradOutputs: [Tensor?]) throws -> [Derivative?] {
    preconditionFailure("\(name) has no derivative")
  }

  /// Releases the values that only the derivative needs.
  func dropValues() {}

  /// Drops the values that the derivative needs. The paths to leaves stay: with them a later pass can tell whether it
  /// needs the values.
  final func free() {
    dropValues()
    inputs = inputs.map { input in
      guard let input, input.tensor.requiresGrad else { return nil }
      return input.tensor.isLeaf ? input : Input(tensor: input.tensor.withoutValue(), version: input.version)
    }
    isFreed = true
  }

  /// An input's value at the time of the call.
  ///
  /// - Throws: ``AutogradError`` if it was changed in place since.
  final func input(_ index: Int) throws -> Tensor {
    guard let input = inputs[index] else { preconditionFailure("\(name) has no input \(index)") }
    guard input.tensor.version == input.version else {
      throw AutogradError(
        .inPlace,
        """
        input \(index) of \(name), a \(input.tensor.type), is needed for the gradient but was changed in place: \
        it is at version \(input.tensor.version), expected \(input.version). Differentiate before replace(with:), or \
        compute from a detached copy
        """)
    }
    return input.tensor
  }

  /// An output with its value, connected to this node.
  final func output(_ index: Int, _ payload: Tensor.Payload) -> Tensor {
    Tensor(payload, type: outputTypes[index], requiresGrad: true, node: self, outputIndex: index)
  }

  private func takeInputs() -> [Tensor] {
    // Values first: they may hold inputs too, and the inputs must be released last.
    dropValues()
    defer { inputs = [] }
    return inputs.compactMap { $0?.tensor }
  }

  /// Releases tensors, and everything that only they hold, without recursion.
  private static func release(_ tensors: inout [Tensor]) {
    while var tensor = tensors.popLast() {
      guard isKnownUniquelyReferenced(&tensor), var node = tensor.takeNode(), isKnownUniquelyReferenced(&node) else {
        continue
      }
      tensors.append(contentsOf: node.takeInputs())
    }
  }
}

/// A call of an operator.
final class OperatorNode: TapeNode {
  let op: Op
  let attributes: Attributes
  /// The outputs, which the derivative reads again; empty once the node is freed.
  private(set) var outputs: [Tensor.Payload]

  init(
    _ op: Op, _ attributes: Attributes, inputs: [Tensor?], outputs: [Tensor.Payload], _ outputTypes: [TensorType]
  ) {
    self.op = op
    self.attributes = attributes
    self.outputs = outputs
    super.init(inputs: inputs, outputTypes)
  }

  override var name: String { op.rawValue }

  override func derivatives(_ gradOutputs: [Tensor?]) throws -> [Derivative?] {
    try Autograd.derivatives(of: TapedCall(node: self, gradOutputs: gradOutputs))
  }

  override func dropValues() { outputs = [] }
}

/// A call of a function with its own derivative.
final class FunctionNode: TapeNode {
  /// The gradient of each input, given the node and the gradients of the outputs.
  typealias Backward = (FunctionNode, [Tensor?]) throws -> [Tensor?]

  private let title: String
  private var backward: Backward?

  init(_ title: String, inputs: [Tensor?], _ outputTypes: [TensorType], backward: @escaping Backward) {
    self.title = title
    self.backward = backward
    super.init(inputs: inputs, outputTypes)
  }

  override var name: String { title }

  override func derivatives(_ gradOutputs: [Tensor?]) throws -> [Derivative?] {
    guard let backward else { preconditionFailure("\(title) was freed") }
    return try backward(self, gradOutputs).map { gradient in gradient.map { gradient in { gradient } } }
  }

  override func dropValues() { backward = nil }
}
