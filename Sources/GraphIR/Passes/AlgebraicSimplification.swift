extension Graph {
  /// Returns the graph without nodes that have no effect, and with some nodes replaced by cheaper ones.
  ///
  /// Removes inverse movements, conversions to the same type, factors of 1, subtractions of 0, and `Expand` before
  /// operators that broadcast. A sum with +0 stays, because it turns -0 into +0.
  ///
  /// Requires a verified graph that will not be differentiated: `StopGradient` is removed. Preserves outputs and
  /// updates bit for bit, with two exceptions: a NaN may have other bits, and a zero that is a product of one term may
  /// have another sign.
  /// - Throws: ``GraphError`` if the graph is invalid.
  public func simplifyingAlgebra() throws -> Graph {
    var rewriter = try Rewriter(self)
    for node in nodes {
      let node = rewriter.withoutExpansions(rewriter.resolved(node))
      if let value = rewriter.equal(to: node) {
        rewriter.replace(node.outputs[0], by: value)
      } else if let simpler = try rewriter.simpler(node) {
        try rewriter.append(simpler)
      } else {
        try rewriter.append(node)
      }
    }
    return try rewriter.finish()
  }
}

extension Rewriter {
  /// Returns the node with results of `Expand` replaced by its operands, if the operator broadcasts them itself.
  fileprivate func withoutExpansions(_ node: Node) -> Node {
    guard node.op.traits.broadcasts else { return node }
    var node = node
    for index in node.inputs.indices {
      guard let expansion = maker(of: node.inputs[index], .expand) else { continue }
      var candidate = node.inputs
      candidate[index] = expansion.inputs[0]
      if broadcastShape(candidate) == broadcastShape(node.inputs) { node.inputs = candidate }
    }
    return node
  }

  private func broadcastShape(_ names: [String]) -> Shape? {
    names.reduce(Shape([])) { shape, name in shape.flatMap { Shape.broadcast($0, self.shape(of: name)) } }
  }

  /// Returns an existing value that equals the only output of a node; nil if there is none.
  fileprivate func equal(to node: Node) -> String? {
    guard node.outputs.count == 1, let input = node.inputs.first, !input.isEmpty else { return nil }
    func other(_ isNeutral: (TensorValue) -> Bool, at index: Int) -> String? {
      let value = node.inputs[1 - index]
      guard let neutral = self.value(of: node.inputs[index]), isNeutral(neutral),
        type(of: value).dtype == neutral.dtype,
        broadcastShape(node.inputs) == shape(of: value)
      else { return nil }
      return value
    }
    let isOne = { (value: TensorValue) in value.isFilled(with: 1) }
    switch node.op.traits.kind {
    case .alias: return input
    case .view: return viewed(node)
    default: break
    }
    switch node.op {
    case .cast: return node.attributes["to"] == .int(type(of: input).dtype.onnxCode) ? input : nil
    case .expand: return resultShape(node) == shape(of: input) ? input : nil
    case .transpose: return transposed(node)
    case .neg: return maker(of: input, .neg)?.inputs[0]
    case .mul: return other(isOne, at: 1) ?? other(isOne, at: 0)
    case .div: return other(isOne, at: 1)
    case .sub: return other({ $0.isFilled(with: 0) && !$0.hasNegativeZero }, at: 1)
    case .add:
      let isNegativeZero = { (value: TensorValue) in value.isFilled(with: 0) && value.isAllNegativeZero }
      return other(isNegativeZero, at: 1) ?? other(isNegativeZero, at: 0)
    case .pow: return other(isOne, at: 1)
    case .concat: return node.inputs.count == 1 ? input : nil
    case .clip: return node.inputs.dropFirst().allSatisfy(\.isEmpty) ? input : nil
    case .split: return resultShape(node) == shape(of: input) ? input : nil
    case .slice:
      // A slice with the shape of its input is all of it, unless it is reversed.
      let isForward = node.inputs.count < 5 || value(of: node.inputs[4])?.integers.allSatisfy { $0 > 0 } ?? false
      return isForward && resultShape(node) == shape(of: input) ? input : nil
    case .where:
      guard let condition = value(of: input), let first = condition.doubles.first,
        condition.isFilled(with: first)
      else { return nil }
      let chosen = node.inputs[first != 0 ? 1 : 2]
      return broadcastShape(node.inputs) == shape(of: chosen) ? chosen : nil
    default: return nil
    }
  }

  /// Returns the earlier value that has the target shape of a view, or of a chain of views; nil if there is none.
  private func viewed(_ node: Node) -> String? {
    guard let target = resultShape(node), target.isStatic else { return nil }
    var source = node.inputs[0]
    while true {
      if shape(of: source) == target { return source }
      guard let maker = maker(of: source), maker.op.traits.kind == .view else { return nil }
      source = maker.inputs[0]
    }
  }

  private func transposed(_ node: Node) -> String? {
    if order(of: node).elementsEqual(order(of: node).indices) { return node.inputs[0] }
    guard let inner = maker(of: node.inputs[0], .transpose) else { return nil }
    let (first, second) = (order(of: inner), order(of: node))
    return second.map { first[$0] }.elementsEqual(second.indices) ? inner.inputs[0] : nil
  }

  private func order(of node: Node) -> [Int] {
    if case .ints(let order)? = node.attributes["perm"] { return order }
    return Array(shape(of: node.inputs[0]).indices.reversed())
  }

  /// Returns the shape of a node's only output.
  private func resultShape(_ node: Node) -> Shape? {
    let inputs = node.inputs.map { $0.isEmpty ? nil : type(of: $0) }
    let context = InferenceContext(
      node.op, inputs: inputs, constants: node.inputs.map { $0.isEmpty ? nil : value(of: $0) },
      attributes: node.attributes, outputCount: node.outputs.count)
    return (try? node.op.definition.infer(context))?.first?.shape
  }

  /// Returns a cheaper replacement of a node; nil if there is none.
  fileprivate mutating func simpler(_ node: Node) throws -> Node? {
    var node = node
    if node.op.traits.kind == .view { return viewOfView(node) }
    switch node.op {
    case .pow:
      guard type(of: node.inputs[0]).dtype == type(of: node.inputs[1]).dtype, let exponent = value(of: node.inputs[1]),
        exponent.isFilled(with: 2), broadcastShape(node.inputs) == shape(of: node.inputs[0])
      else { return nil }
      (node.op, node.inputs[1]) = (.mul, node.inputs[0])
      return node
    case .transpose:
      guard let inner = maker(of: node.inputs[0], .transpose) else { return nil }
      let (first, second) = (order(of: inner), order(of: node))
      node.inputs = inner.inputs
      node.attributes["perm"] = .ints(second.map { first[$0] })
      return node
    case .gemm: return outerProduct(node)
    case .clip: return try bounded(node)
    default: return nil
    }
  }

  /// Returns a view of a view as a view of the original value.
  private mutating func viewOfView(_ node: Node) -> Node? {
    guard let inner = maker(of: node.inputs[0]), inner.op.traits.kind == .view, let target = resultShape(node),
      target.isStatic, !target.contains(0)
    else { return nil }
    return Node(
      name: node.name, op: .reshape, inputs: [inner.inputs[0], integers(target.dimensions)], outputs: node.outputs)
  }

  /// Returns `Clip` as its definition by Max and Min, which can be parts of a loop.
  private mutating func bounded(_ node: Node) throws -> Node? {
    let bounds = node.inputs.indices.dropFirst().filter { !node.inputs[$0].isEmpty }
    guard let last = bounds.last, type(of: node.inputs[0]).dtype.isFloatingPoint else { return nil }
    func op(_ bound: Int) -> Op { bound == 1 ? .max : .min }
    var input = node.inputs[0]
    for bound in bounds.dropLast() { input = try add(op(bound), [input, node.inputs[bound]]) }
    return Node(name: node.name, op: op(last), inputs: [input, node.inputs[last]], outputs: node.outputs)
  }

  /// Returns a matrix product with one term in each sum as a product of a column and a row with broadcasting.
  private func outerProduct(_ node: Node) -> Node? {
    let attributes = ResolvedAttributes(.gemm, node.attributes)
    let isPlain = node.inputs.count == 2 || node.inputs[2].isEmpty
    guard isPlain, attributes.float("alpha") ?? 1 == 1, !attributes.flag("transA"), !attributes.flag("transB"),
      shape(of: node.inputs[0]).last == 1
    else { return nil }
    return Node(name: node.name, op: .mul, inputs: Array(node.inputs[..<2]), outputs: node.outputs)
  }
}

extension TensorValue {
  /// Whether every element is equal to `number`.
  func isFilled(with number: Double) -> Bool { doubles.allSatisfy { $0 == number } }

  fileprivate var hasNegativeZero: Bool { doubles.contains { $0 == 0 && $0.sign == .minus } }
  fileprivate var isAllNegativeZero: Bool { doubles.allSatisfy { $0.sign == .minus } }
}
