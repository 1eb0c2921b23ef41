import GraphIR

extension Graph {
  /// The results of a run of a graph.
  public struct Result {
    /// The outputs in the graph's order.
    public let outputs: [Tensor]
    /// The next values of the parameters that the graph updates, by name.
    public let updates: [String: Tensor]
  }

  /// Runs the graph on tensors, node by node through ``apply(_:_:_:outputCount:)``. The computation can be
  /// differentiated like one written in code.
  ///
  /// Requires a verified graph.
  /// - Parameters:
  ///   - inputs: one tensor for each of the graph's inputs, in order.
  ///   - parameters: a tensor for each of the graph's parameters, by name.
  /// - Throws: ``AutogradError`` that names the input or parameter that is missing or of another type.
  public func callAsFunction(_ inputs: [Tensor], parameters: [String: Tensor]) throws -> Result {
    guard inputs.count == self.inputs.count else {
      throw AutogradError(.trace, "graph '\(name)' takes \(self.inputs.count) inputs, found \(inputs.count)")
    }
    var values: [String: Tensor] = [:]
    var extents: [Int: Int] = [:]
    for (input, tensor) in zip(self.inputs, inputs) {
      guard tensor.dtype == input.type.dtype, Self.fits(tensor.shape, input.type.shape, &extents) else {
        throw AutogradError(
          .trace, "input '\(input.name)' of graph '\(name)': expected \(describe(input.type)), found \(tensor.type)")
      }
      values[input.name] = tensor
    }
    for parameter in self.parameters {
      guard let tensor = parameters[parameter.name], tensor.type == parameter.type else {
        let found = parameters[parameter.name].map { "\($0.type)" } ?? "nothing"
        throw AutogradError(
          .trace, "parameter '\(parameter.name)' of graph '\(name)': expected \(parameter.type), found \(found)")
      }
      values[parameter.name] = tensor
    }
    for constant in constants { values[constant.name] = Tensor(constant.value) }
    for node in nodes {
      let results = try AnomalyMode.run(node) {
        try apply(node.op, node.inputs.map { values[$0] }, node.attributes, outputCount: node.outputs.count)
      }
      for (name, result) in zip(node.outputs, results) { values[name] = result }
    }
    func value(_ name: String) -> Tensor {
      guard let tensor = values[name] else {
        preconditionFailure("graph '\(self.name)' was not verified: no '\(name)'")
      }
      return tensor
    }
    return Result(
      outputs: outputs.map { value($0.name) },
      updates: Dictionary(uniqueKeysWithValues: updates.map { ($0.parameter, value($0.value)) }))
  }

  /// Whether `shape` matches `declared` with one extent for each symbol.
  private static func fits(_ shape: Shape, _ declared: Shape, _ extents: inout [Int: Int]) -> Bool {
    guard shape.rank == declared.rank else { return false }
    for (extent, expected) in zip(shape, declared) where extent != expected {
      guard expected < 0, extents[expected, default: extent] == extent else { return false }
      extents[expected] = extent
    }
    return true
  }
}
