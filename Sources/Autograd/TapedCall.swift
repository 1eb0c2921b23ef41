import GraphIR

/// A call as its derivative sees it: what it read and made, and the gradients of what it made.
struct TapedCall {
  let node: OperatorNode
  /// The gradient of each output; nil where it is zero.
  let gradOutputs: [Tensor?]

  var op: Op { node.op }
  var attributes: ResolvedAttributes { ResolvedAttributes(node.op, node.attributes) }

  /// The gradient of the only output of an operator.
  var gradOutput: Tensor {
    guard let gradient = gradOutputs[0] else {
      preconditionFailure("\(op.rawValue) was differentiated without a gradient")
    }
    return gradient
  }

  /// The shape of an input, whatever became of its value.
  func shape(_ index: Int) -> Shape {
    guard let input = node.inputs[index] else { preconditionFailure("\(op.rawValue) has no input \(index)") }
    return input.tensor.shape
  }

  /// The shape of an input where the derivative needs numbers.
  ///
  /// - Throws: ``AutogradError`` where an extent is symbolic.
  func staticShape(_ index: Int) throws -> Shape {
    guard shape(index).isStatic else {
      throw AutogradError(
        .trace,
        """
        the derivative of \(op.rawValue) needs to know the extents of its input \(index), found \(shape(index)); \
        trace it with a static shape
        """)
    }
    return shape(index)
  }

  /// The element type of an input.
  func dtype(_ index: Int) -> DataType {
    guard let input = node.inputs[index] else { preconditionFailure("\(op.rawValue) has no input \(index)") }
    return input.tensor.dtype
  }

  /// An input's value as the operator read it.
  ///
  /// - Throws: ``AutogradError`` where it was changed in place since.
  func input(_ index: Int) throws -> Tensor { try node.input(index) }

  /// The integers of an input that holds axes or bounds; nil where it was left out.
  func integers(_ index: Int) throws -> [Int]? {
    guard index < node.inputs.count, node.inputs[index] != nil else { return nil }
    guard let value = try input(index).knownValue else {
      throw AutogradError(
        .trace, "the derivative of \(op.rawValue) needs the numbers of its input \(index), which a trace does not have")
    }
    return value.integers
  }

  /// An output, connected to the call that made it.
  func output(_ index: Int = 0) -> Tensor { node.output(index, node.outputs[index]) }
}
