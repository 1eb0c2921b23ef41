extension Graph {
  /// The graph without calls that change nothing, and with cheaper ones in the place of some.
  ///
  /// Requires a verified graph that is not differentiated any more: `StopGradient` goes. Ensures equal outputs and updates, bit for
  /// bit; only a NaN may be another one, and a zero that is a product of one term may have another sign. Movements that undo each
  /// other go, as do conversions to the same type, factors of 1, differences from 0, and `Expand` before what broadcasts by itself.
  /// A sum with +0 stays, since it makes -0 to +0.
  /// - Throws: ``GraphError`` where the graph was not verified.
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
  /// The node with the operands of `Expand` in the place of its results, where the operator broadcasts them itself.
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

  /// The value that the only output of a node is equal to; nil where there is none yet.
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
      // A part of a tensor that has its shape is all of it, unless it is turned round.
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

  /// What a view of a view, or one that changes no shape, is of.
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

  /// The shape of a node's only output.
  private func resultShape(_ node: Node) -> Shape? {
    let inputs = node.inputs.map { $0.isEmpty ? nil : type(of: $0) }
    let context = InferenceContext(
      node.op, inputs: inputs, constants: node.inputs.map { $0.isEmpty ? nil : value(of: $0) },
      attributes: node.attributes, outputCount: node.outputs.count)
    return (try? node.op.definition.infer(context))?.first?.shape
  }

  /// A cheaper call for a node.
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

  /// A view of a view, as a view of what that is of.
  private mutating func viewOfView(_ node: Node) -> Node? {
    guard let inner = maker(of: node.inputs[0]), inner.op.traits.kind == .view, let target = resultShape(node),
      target.isStatic, !target.contains(0)
    else { return nil }
    return Node(
      name: node.name, op: .reshape, inputs: [inner.inputs[0], integers(target.dimensions)], outputs: node.outputs)
  }

  /// `Clip` as the Max and the Min that it is by definition: these can be parts of a loop.
  private mutating func bounded(_ node: Node) throws -> Node? {
    let bounds = node.inputs.indices.dropFirst().filter { !node.inputs[$0].isEmpty }
    guard let last = bounds.last, type(of: node.inputs[0]).dtype.isFloatingPoint else { return nil }
    func op(_ bound: Int) -> Op { bound == 1 ? .max : .min }
    var input = node.inputs[0]
    for bound in bounds.dropLast() { input = try add(op(bound), [input, node.inputs[bound]]) }
    return Node(name: node.name, op: op(last), inputs: [input, node.inputs[last]], outputs: node.outputs)
  }

  /// A product with one term in each sum, as a product of a column and a row.
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
