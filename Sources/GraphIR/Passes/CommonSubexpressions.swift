extension Graph {
  /// The graph in which calls of one operator on the same values with the same attributes are one, and so are constants of equal
  /// bytes.
  ///
  /// Requires a verified graph. Ensures equal outputs and updates, bit for bit; only a NaN may be another one. Draws merge where
  /// their seeds are equal, since a seed determines the numbers; with different ones they never do.
  /// - Throws: ``GraphError`` where the graph was not verified.
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

/// What makes two calls equal.
private struct Call: Hashable {
  let op: Op
  let inputs: [String]
  /// The attributes that differ from the defaults.
  let attributes: [String: AttributeValue]
  /// Which outputs are there.
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
  /// The value with floats as their bits, by which 0 differs from -0.
  fileprivate var bits: AttributeValue {
    switch self {
    case .float(let number): .int(Int(number.bitPattern))
    case .floats(let numbers): .ints(numbers.map { Int($0.bitPattern) })
    default: self
    }
  }
}
