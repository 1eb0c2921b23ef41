import GraphIR

/// Records calls on symbolic tensors as a graph.
///
/// Tensors of ``input(_:_:)`` and ``parameter(_:_:isTrainable:)`` have a type and no value. Every operator that reads
/// one becomes a node. Tensors with values become constants.
public final class Trace {
  private var builder: GraphBuilder

  /// An empty trace.
  ///
  /// - Parameters:
  ///   - name: the graph's name.
  ///   - symbols: names of symbolic dimensions; `-1` in a shape stands for the first one.
  public init(name: String, symbols: [String] = []) { builder = GraphBuilder(name: name, symbols: symbols) }

  /// The graph so far.
  public var graph: Graph { builder.graph }

  /// Declares an input and returns the tensor that stands for it.
  ///
  /// - Throws: `GraphError` where the name is taken.
  public func input(_ name: String, _ type: TensorType) throws -> Tensor {
    try builder.input(name, type)
    return Tensor(.symbol(name, self), type: type, requiresGrad: false)
  }

  /// Declares a parameter and returns the tensor that stands for it.
  ///
  /// - Throws: `GraphError` where the name is taken.
  public func parameter(_ name: String, _ type: TensorType, isTrainable: Bool = true) throws -> Tensor {
    try builder.parameter(name, type, isTrainable: isTrainable)
    return Tensor(.symbol(name, self), type: type, requiresGrad: isTrainable && type.dtype.isFloatingPoint)
  }

  /// Declares `tensor` as an output. Requires one of this trace, or one with a value, which becomes a constant.
  ///
  /// - Throws: `GraphError` where the graph has no such value.
  public func output(_ tensor: Tensor) throws { try builder.output(name(of: tensor)) }

  /// Declares `tensor` as an output under its own name.
  ///
  /// - Throws: `GraphError` where the name is taken.
  public func output(_ tensor: Tensor, named output: String) throws {
    try builder.append(Node(name: "name_\(output)", op: .identity, inputs: [name(of: tensor)], outputs: [output]))
    try builder.output(output)
  }

  /// Declares `tensor` as the next value of a parameter.
  public func update(_ parameter: String, to tensor: Tensor) { builder.update(parameter, to: name(of: tensor)) }

  /// Appends a call.
  func append(_ op: Op, _ inputs: [Tensor?], _ attributes: Attributes, outputCount: Int) throws -> [Tensor.Payload] {
    let names = inputs.map { $0.map(name(of:)) ?? "" }
    // Values that follow from shapes alone are known. Other operators may take them as a shape or an axis.
    return try builder.add(op, names, attributes, outputCount: outputCount).map { name in
      builder.value(of: name).map(Tensor.Payload.value) ?? .symbol(name, self)
    }
  }

  private func name(of tensor: Tensor) -> String {
    switch tensor.payload {
    case .value(let value): return builder.constant(value)
    case .symbol(let name, let trace):
      precondition(trace === self, "tensor '\(name)' belongs to another trace")
      return name
    case .freed: preconditionFailure("a freed place on the tape is no operand")
    }
  }
}
