import GraphIR

/// A call as seen by its derivative: inputs, outputs, and the gradients of the outputs.
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

  /// The shape of an input, also if its value was freed.
  func shape(_ index: Int) -> Shape {
    guard let input = node.inputs[index] else { preconditionFailure("\(op.rawValue) has no input \(index)") }
    return input.tensor.shape
  }

  /// The shape of an input, for derivatives that need its extents.
  ///
  /// - Throws: ``AutogradError`` if an extent is symbolic.
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

  /// An input's value at the time of the call.
  ///
  /// - Throws: ``AutogradError`` if it was changed in place since.
  func input(_ index: Int) throws -> Tensor { try node.input(index) }

  /// The integers of an input that holds axes or bounds; nil if it was omitted.
  func integers(_ index: Int) throws -> [Int]? {
    guard index < node.inputs.count, node.inputs[index] != nil else { return nil }
    guard let value = try input(index).knownValue else {
      throw AutogradError(
        .trace, "the derivative of \(op.rawValue) needs the values of its input \(index), which a trace does not have")
    }
    return value.integers
  }

  /// An output, connected to its call.
  func output(_ index: Int = 0) -> Tensor { node.output(index, node.outputs[index]) }
}
