import CKernels
import GraphIR

/// An elementwise call as a step of a fused loop.
struct FusedStep {
  let function: ElementFunction
  let inputs: [String]
  let output: String
  /// The element types of the operands and of the result.
  let type, result: DataType

  /// Creates the step of a call; nil for a call that fused loops do not support.
  init?(_ node: Node, types: [String: TensorType]) {
    let operands = node.inputs.map { types[$0] }
    guard let result = types[node.outputs[0]]?.dtype, let last = operands.last, let dtype = last?.dtype,
      let function = Self.function(of: node, operands.compactMap { $0 }), operands.allSatisfy({ $0 != nil })
    else { return nil }
    self.function = function
    inputs = node.inputs
    output = node.outputs[0]
    self.result = result
    type = dtype
    guard type != .int64, result != .int64 else { return nil }
  }

  private static func function(of node: Node, _ operands: [TensorType]) -> ElementFunction? {
    let attributes = ResolvedAttributes(node.op, node.attributes)
    guard case .function(let function)? = KernelTable.kernel(of: node.op, attributes) else { return nil }
    // Max and Min have any number of inputs, and the types of Pow's inputs may differ.
    if case .binary = function, operands.count != 2 || operands[0].dtype != operands[1].dtype { return nil }
    return function
  }
}
