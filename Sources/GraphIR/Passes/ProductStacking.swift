extension Graph {
  /// Returns the graph with matrix products of one weight merged into one product of all their rows. Sums of products
  /// of transposes, as in gradients of weights, become one product over all their terms.
  ///
  /// One product of 192 rows takes less time than three of 64: the weight is read and packed once. Only products of few
  /// rows gain, so only they are stacked. Rows interpolated between others are not multiplied: their products are
  /// interpolated instead (`Interpolation`).
  ///
  /// Requires a verified graph. Preserves outputs and updates within rounding: the order of the terms of a sum changes.
  /// - Throws: ``GraphError`` if the graph is invalid.
  public func stackingProducts() throws -> Graph {
    let types = try verify()
    var units = NodeUnits(nodes)
    var stacks: [StackKey: [Int]] = [:]
    for (index, node) in nodes.enumerated() {
      guard let key = StackKey(node, types) else { continue }
      let unit = stacks[key]?.first { !units.areDependent($0, index) }
      if let unit { units.merge(index, into: unit) } else { stacks[key, default: []].append(index) }
    }
    var stacker = Stacker(rewriter: try Rewriter(self))
    for unit in units.order() { try stacker.append(unit.map { nodes[$0] }) }
    return try stacker.rewriter.finish()
  }
}

/// The properties that stacked products share.
private struct StackKey: Hashable {
  let weight: String
  let bias: String
  let attributes: Attributes

  /// The most rows of a stacked product.
  static let limit = 256

  /// Nil unless the node is a product of at most ``limit`` untransposed rows.
  init?(_ node: Node, _ types: [String: TensorType]) {
    guard node.op == .gemm, !ResolvedAttributes(.gemm, node.attributes).flag("transA"),
      let rows = types[node.inputs[0]]?.shape, let result = types[node.outputs[0]]?.shape, rows.isStatic,
      (1...Self.limit).contains(rows[0])
    else { return nil }
    weight = node.inputs[1]
    bias = node.inputs.count > 2 ? node.inputs[2] : ""
    attributes = node.attributes
    guard !bias.isEmpty else { return }
    // The addend must be one row for all products.
    guard let addend = types[bias]?.shape, addend.elementCount == result[1], addend.last == result[1] || result[1] == 1
    else { return nil }
  }
}

/// Appends units of a graph's nodes.
private struct Stacker {
  var rewriter: Rewriter
  /// The position in a stack of each value that is a part of it, or is computed from one element by element.
  private var lanes: [String: Int] = [:]
  /// The third operands of products.
  private let addends: Set<String>

  init(rewriter: Rewriter) {
    self.rewriter = rewriter
    addends = Set(rewriter.original.nodes.filter { $0.op == .gemm && $0.inputs.count > 2 }.map { $0.inputs[2] })
  }

  mutating func append(_ unit: [Node]) throws {
    if unit.count > 1 { return try appendStack(unit) }
    let node = unit[0]
    try rewriter.append(try sum(node) ?? node)
    if node.outputs.count == 1, let input = node.inputs.first(where: { lanes[$0] != nil }),
      rewriter.shape(of: input) == rewriter.shape(of: node.outputs[0])
    {
      lanes[node.outputs[0]] = lanes[input]
    }
  }

  private mutating func appendStack(_ unit: [Node]) throws {
    let (products, between) = separated(inOrder(unit) { $0.inputs[0] })
    let rows = try rewriter.add(.concat, products.map { $0.inputs[0] }, ["axis": .int(0)])
    let product = try rewriter.add(.gemm, [rows] + products[0].inputs.dropFirst(), products[0].attributes)
    let whole = between.isEmpty ? product : try extended(product, of: products, by: between.map(\.rows))
    let lanes = products + between.map(\.product)
    try rewriter.append(
      Node(
        name: lanes[0].name, op: .split, inputs: [whole, counts(lanes)], outputs: lanes.map { $0.outputs[0] },
        attributes: ["axis": .int(0)]))
    for (lane, product) in lanes.enumerated() {
      self.lanes[product.outputs[0]] = lane
      self.lanes[product.inputs[0]] = self.lanes[product.inputs[0]] ?? lane
    }
  }

  /// Returns a product of several nodes' rows, extended by interpolated rows.
  private mutating func extended(
    _ product: String, of products: [Node], by interpolations: [Interpolation]
  ) throws -> String {
    let parts = try rewriter.add(.split, [product, counts(products)], ["axis": .int(0)], outputCount: products.count)
    let made = Dictionary(zip(products.map { $0.inputs[0] }, parts)) { first, _ in first }
    let between = try interpolations.map { rows in
      let terms = try zip(rows.weights, rows.ends.compactMap { made[$0] }).map { try rewriter.add(.mul, [$0, $1]) }
      return try rewriter.add(.add, terms)
    }
    return try rewriter.add(.concat, [product] + between, ["axis": .int(0)])
  }

  /// Returns the products to compute, and those whose rows are interpolated between rows of the former.
  private func separated(_ products: [Node]) -> ([Node], between: [(product: Node, rows: Interpolation)]) {
    let interpolations = products.map { Interpolation($0.inputs[0], in: rewriter) }
    let ends = Set(zip(products, interpolations).filter { $1 == nil }.map { $0.0.inputs[0] })
    var (computed, between): ([Node], [(product: Node, rows: Interpolation)]) = ([], [])
    for (product, interpolation) in zip(products, interpolations) {
      if let interpolation, ends.isSuperset(of: interpolation.ends) {
        between.append((product, interpolation))
      } else {
        computed.append(product)
      }
    }
    return (computed, between)
  }

  /// Returns the row counts of products as an input of `Split`.
  private mutating func counts(_ products: [Node]) -> String {
    rewriter.integers(products.map { rewriter.shape(of: $0.inputs[0])[0] })
  }

  /// Returns nodes in the order of their lanes, so that adjacent values are concatenated without moving them. Nodes
  /// without a lane come last.
  private func inOrder(_ nodes: [Node], _ value: (Node) -> String) -> [Node] {
    nodes.enumerated().sorted {
      (lanes[value($0.element)] ?? nodes.count, $0.offset) < (lanes[value($1.element)] ?? nodes.count, $1.offset)
    }.map(\.element)
  }

  /// Returns the product that ends a chain of sums as one product of all; nil for other nodes.
  private mutating func sum(_ node: Node) throws -> Node? {
    // The last product of a chain absorbs the others.
    guard term(node) != nil, !(addends.contains(node.outputs[0]) && rewriter.isReadOnce(node.outputs[0])) else {
      return nil
    }
    var terms = [node]
    var addend: String { terms[0].inputs.count > 2 ? terms[0].inputs[2] : "" }
    while rewriter.isReadOnce(addend), let next = rewriter.maker(of: addend, .gemm).flatMap(term) {
      terms.insert(next, at: 0)
    }
    let rest = addend
    guard terms.count > 1 else { return nil }
    terms = inOrder(terms) { $0.inputs[1] }
    let left = try rewriter.add(.concat, terms.map { $0.inputs[0] }, ["axis": .int(0)])
    let right = try rewriter.add(.concat, terms.map { $0.inputs[1] }, ["axis": .int(0)])
    let inputs = [left, right] + (rest.isEmpty ? [] : [rest])
    return Node(name: node.name, op: .gemm, inputs: inputs, outputs: node.outputs, attributes: ["transA": .int(1)])
  }

  /// Returns a product of a transpose of few terms, without factors; nil for other nodes.
  private func term(_ node: Node) -> Node? {
    guard node.op == .gemm else { return nil }
    let attributes = ResolvedAttributes(.gemm, node.attributes)
    guard attributes.flag("transA"), !attributes.flag("transB"), attributes.float("alpha") ?? 1 == 1,
      node.inputs.count < 3 || node.inputs[2].isEmpty || attributes.float("beta") ?? 1 == 1,
      rewriter.shape(of: node.inputs[0]).isStatic, rewriter.shape(of: node.inputs[0])[0] <= StackKey.limit
    else { return nil }
    return node
  }
}
