extension Graph {
  /// Returns the graph with equal nodes merged: those of one operator with equal inputs and attributes. Constants of
  /// equal bytes are merged, too.
  ///
  /// Requires a verified graph. Preserves outputs and updates bit for bit, except that a NaN may have other bits.
  /// Random draws with equal seeds are merged, because the seed determines the values. Draws with different seeds are
  /// not.
  /// - Throws: ``GraphError`` if the graph is invalid.
  public func mergingCommonSubexpressions() throws -> Graph {
    var rewriter = try Rewriter(self)
    let ends = Set(outputs.map(\.name))
    var firsts: [TensorValue: String] = [:]
    for constant in constants {
      if let first = firsts[constant.value], !ends.contains(constant.name) {
        rewriter.replace(constant.name, by: first)
      } else {
        firsts[constant.value] = firsts[constant.value] ?? constant.name
      }
    }
    var calls: [Call: [String]] = [:]
    for node in nodes {
      let node = rewriter.resolved(node)
      let call = Call(node)
      if let outputs = calls[call] {
        for (output, first) in zip(node.outputs, outputs) where !output.isEmpty { rewriter.replace(output, by: first) }
      } else {
        calls[call] = node.outputs
        try rewriter.append(node)
      }
    }
    return try rewriter.finish()
  }
}

/// The properties that make two nodes equal.
private struct Call: Hashable {
  let op: Op
  let inputs: [String]
  /// The attributes that differ from the defaults.
  let attributes: [String: AttributeValue]
  /// Whether each output is present.
  let outputs: [Bool]

  init(_ node: Node) {
    op = node.op
    inputs = node.op.traits.isCommutative ? node.inputs.sorted() : node.inputs
    outputs = node.outputs.map { !$0.isEmpty }
    var attributes = node.attributes.values.mapValues(\.bits)
    for specification in node.op.definition.signature.attributes {
      if let value = attributes[specification.name], value == specification.defaultValue?.bits {
        attributes[specification.name] = nil
      }
    }
    self.attributes = attributes
  }
}

extension AttributeValue {
  /// The value with floats as their bits, which distinguish 0 from -0.
  fileprivate var bits: AttributeValue {
    switch self {
    case .float(let number): .int(Int(number.bitPattern))
    case .floats(let numbers): .ints(numbers.map { Int($0.bitPattern) })
    default: self
    }
  }
}
