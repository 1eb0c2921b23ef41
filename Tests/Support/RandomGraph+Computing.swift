import GraphIR

extension RandomGraph {
  /// A valid graph of small tensors with the patterns that passes look for: shared subexpressions, inverse movements,
  /// neutral constants, matrix products of transposes, activations with their gradients, one weight read by several
  /// products, also of interpolated rows, parts that are concatenated again, unused optional outputs, updates,
  /// constants as outputs.
  ///
  /// - Returns: the graph and values of its inputs and parameters: small multiples of 1/4, and rarely NaN, an infinity
  ///   or a zero of either sign if `hasSpecials`. With `hasEmpty` one extent of them, or both, is 0.
  public static func computing(
    _ generator: inout SplitMix64, dtype: DataType = .float64, hasSpecials: Bool = false, hasEmpty: Bool = false
  ) throws -> (graph: Graph, feeds: [String: TensorValue]) {
    let extents = hasEmpty ? generator.pick([(0, 2), (3, 0), (0, 0)]) : (3, 2)
    var maker = ComputingGraph(generator, dtype, extents)
    try maker.make()
    generator = maker.generator
    var feeds: [String: TensorValue] = [:]
    let graph = maker.builder.graph
    for (name, type) in graph.inputs.map({ ($0.name, $0.type) }) + graph.parameters.map({ ($0.name, $0.type) }) {
      let specials = [Double.nan, .infinity, -.infinity, 0, -0.0, 0, -0.0]
      let numbers = (0..<type.shape.elementCount).map { _ in
        hasSpecials && generator.oneIn(6) ? generator.pick(specials) : Double(generator.int(-8...8)) / 4
      }
      feeds[name] =
        switch type.dtype {
        case .float32: TensorValue(numbers.map { Float($0) }, shape: type.shape)
        case .float64: TensorValue(numbers, shape: type.shape)
        case .int64: TensorValue(numbers.map { Int64($0.isFinite ? $0 * 4 : 0) }, shape: type.shape)
        case .bool: TensorValue(numbers.map { $0 > 0 }, shape: type.shape)
        }
    }
    return (graph, feeds)
  }
}

/// Calls of random operators on random values. A call that does not fit is not appended.
private struct ComputingGraph {
  var generator: SplitMix64
  var builder = GraphBuilder(name: "computing")
  private let dtype: DataType
  /// The extents of the inputs.
  private let rows, columns: Int
  /// The values so far. Some occur twice, so they are picked more often.
  private var values: [String] = []

  init(_ generator: SplitMix64, _ dtype: DataType, _ extents: (rows: Int, columns: Int)) {
    self.generator = generator
    self.dtype = dtype
    (rows, columns) = extents
  }

  mutating func make() throws {
    let matrix: Shape = [rows, columns]
    for (index, shape) in [matrix, [columns, rows], matrix, [rows, 1], [columns]].enumerated() {
      values.append(try builder.input("x\(index)", TensorType(dtype, shape)))
    }
    values.append(try builder.input("n", TensorType(.int64, matrix)))
    values.append(try builder.input("is", TensorType(.bool, matrix)))
    for (name, shape) in [("w", [columns, rows]), ("v", [columns, columns]), ("b", [rows])] as [(String, Shape)] {
      values.append(try builder.parameter(name, TensorType(dtype, shape)))
    }
    for (index, number) in [0, -0.0, 1, -1, 2, 0.5].enumerated() {
      let shape: Shape = generator.pick([[], [1], matrix, [columns]])
      let value = TensorValue(repeating: number, type: TensorType(dtype, shape))
      try builder.constant(value, named: "c\(index)")
      values.append("c\(index)")
    }
    for _ in 0..<generator.int(10...40) { step() }
    for _ in 0..<generator.int(1...5) {
      let name = generator.pick(values)
      if !builder.graph.outputs.contains(where: { $0.name == name }) { try builder.output(name) }
    }
    for parameter in builder.graph.parameters where generator.oneIn(2) {
      let fitting = try values.filter { try builder.type(of: $0) == parameter.type }
      builder.update(parameter.name, to: generator.pick(fitting))
    }
  }

  private mutating func value() -> String {
    // The last values are picked more often: chains grow.
    generator.oneIn(2) ? generator.pick(Array(values.suffix(6))) : generator.pick(values)
  }

  private func shape(_ name: String) -> Shape { (try? builder.type(of: name).shape) ?? [] }

  @discardableResult
  private mutating func call(
    _ op: Op, _ inputs: [String], _ attributes: Attributes = [:], outputCount: Int = 1
  ) -> [String] {
    guard let outputs = try? builder.add(op, inputs, attributes, outputCount: outputCount) else { return [] }
    values += outputs
    return outputs
  }

  private mutating func integers(_ numbers: [Int]) -> String { builder.constant(TensorValue(integers: numbers)) }

  private mutating func step() {
    let steps: [(inout ComputingGraph) -> Void] = [
      { $0.unary() }, { $0.binary() }, { $0.binary() }, { $0.transpose() }, { $0.reshape() }, { $0.expand() },
      { $0.product() }, { $0.product() }, { $0.reduce() }, { $0.join() }, { $0.part() }, { $0.activation() },
      { $0.stack() }, { $0.various() }, { $0.again() },
    ]
    generator.pick(steps)(&self)
  }

  private mutating func unary() {
    let ops: [Op] = [.neg, .neg, .identity, .stopGradient, .abs, .exp, .tanh, .relu, .sqrt, .reciprocal, .not, .sign]
    call(generator.pick(ops), [value()])
  }

  private mutating func binary() {
    let ops: [Op] = [.add, .add, .sub, .mul, .mul, .div, .pow, .max, .equal, .greater, .where]
    let op = generator.pick(ops)
    let first = value()
    let second = generator.oneIn(2) ? "c\(generator.int(0...5))" : value()
    if op == .where { return void(call(op, [generator.oneIn(2) ? "is" : value(), first, second])) }
    call(op, generator.oneIn(2) ? [first, second] : [second, first])
  }

  private func void(_: [String]) {}

  private mutating func transpose() {
    let input = value()
    let order = Array(shape(input).indices).shuffled(using: &generator)
    let outputs = call(.transpose, [input], generator.oneIn(2) ? [:] : ["perm": .ints(order)])
    if let output = outputs.first, generator.oneIn(2) {
      call(.transpose, [output], generator.oneIn(2) ? [:] : ["perm": .ints(order)])
    }
  }

  private mutating func reshape() {
    let input = value()
    let shape = shape(input)
    let count = shape.elementCount
    let targets = [[-1], [count], [1, count], shape.dimensions, [0, -1], [2, -1], [3, -1], shape.dimensions + [1]]
    switch generator.int(0...3) {
    case 0: call(.unsqueeze, [input, integers([generator.int(0...shape.rank)])])
    case 1: call(.squeeze, [input])
    case 2: call(.flatten, [input], ["axis": .int(generator.int(0...shape.rank))])
    default: call(.reshape, [input, integers(generator.pick(targets))])
    }
  }

  private mutating func expand() {
    let input = value()
    let targets: [[Int]] = [
      [rows, columns], [columns, rows], [1], shape(input).dimensions, [2, rows, columns], [rows, 1],
    ]
    let expanded = call(.expand, [input, integers(generator.pick(targets))])
    guard let expanded = expanded.first else { return }
    switch generator.int(0...2) {
    case 0: call(generator.pick([.add, .mul, .sub]), [expanded, value()])
    case 1: call(generator.pick([.reduceSum, .reduceMean]), [expanded, integers([0])])
    default: break
    }
  }

  private mutating func product() {
    let (a, b) = (value(), generator.oneIn(2) ? generator.pick(["w", "v"]) : value())
    if generator.oneIn(3) { return void(call(.matMul, [a, b])) }
    let inputs = generator.oneIn(3) ? [a, b, value()] : [a, b]
    let flags: Attributes = [
      "transA": .int(generator.int(0...1)), "transB": .int(generator.int(0...1)),
      "alpha": .float(generator.pick([1, 1, 1, 2])),
    ]
    guard let y = call(.gemm, inputs, flags).first else { return }
    switch generator.int(0...4) {
    case 0: call(.add, [y, generator.pick(["b", "x4", "c1"])])
    case 1: call(.mul, [y, generator.pick(["c3", "c4", "c5"])])
    case 2: call(.transpose, [y])
    case 3:
      let similar = values.filter { shape($0) == shape(y) }
      call(.add, [y, generator.pick(similar)])
    default: break
    }
  }

  private mutating func reduce() {
    let input = value()
    let axes = shape(input).indices.filter { _ in generator.oneIn(2) }
    let op = generator.pick([Op.reduceSum, .reduceMean, .reduceMax])
    let attributes: Attributes = [
      "keepdims": .int(generator.int(0...1)), "noop_with_empty_axes": .int(generator.int(0...1)),
    ]
    guard let output = call(op, [input, integers(axes)], attributes).first else { return }
    if generator.oneIn(2) { call(.reshape, [output, integers([-1])]) }
  }

  private mutating func join() {
    let first = value()
    let similar = values.filter { shape($0) == shape(first) }
    let inputs = [first] + (0..<generator.int(0...2)).map { _ in generator.pick(similar) }
    guard let joined = call(.concat, inputs, ["axis": .int(generator.int(0...1))]).first else { return }
    if generator.oneIn(2) { part(of: joined) }
  }

  private mutating func part() { part(of: value()) }

  private mutating func part(of input: String) {
    guard let axis = shape(input).indices.randomElement(using: &generator) else { return }
    let extent = shape(input)[axis]
    if generator.oneIn(2) {
      let start = generator.int(0...extent)
      let bounds = generator.oneIn(3) ? (0, Int.max) : (start, generator.int(start...extent))
      let step = generator.oneIn(5) ? -1 : generator.oneIn(5) ? 2 : 1
      call(.slice, [input, integers([bounds.0]), integers([bounds.1]), integers([axis]), integers([step])])
    } else {
      let first = generator.int(0...extent)
      let parts = call(
        .split, [input, integers([first, extent - first])], ["axis": .int(axis)], outputCount: 2)
      if parts.count == 2, generator.oneIn(2) {
        call(.concat, generator.oneIn(3) ? parts.reversed() : parts, ["axis": .int(axis)])
      }
    }
  }

  private mutating func activation() {
    let x = value()
    let alpha = Attributes(["alpha": .float(generator.pick([0.25, 0, -0.5, -0.0]))])
    call(generator.oneIn(3) ? .relu : .leakyRelu, [x], generator.oneIn(2) ? alpha : [:])
    let similar = values.filter { shape($0) == shape(x) }
    call(.leakyReluGrad, [generator.pick(similar), x], generator.oneIn(2) ? alpha : [:])
  }

  /// Several matrix products with one weight, the operations that follow each of them, and a gradient of the weight.
  private mutating func stack() {
    let weight = generator.pick(["w", "v"])
    let isTransposed = shape(weight)[1] == columns && generator.oneIn(2) || weight == "w" && generator.oneIn(2)
    let inner = shape(weight)[isTransposed ? 1 : 0]
    let fitting = values.filter { shape($0).rank == 2 && shape($0)[1] == inner }
    let width = shape(weight)[isTransposed ? 0 : 1]
    let hasBias = width == rows && generator.oneIn(2)
    var (inputs, lanes): ([String], [String]) = ([], [])
    for _ in 0..<generator.int(2...3) where !fitting.isEmpty {
      inputs.append(generator.pick(fitting))
      lanes += call(
        .gemm, [inputs[inputs.count - 1], weight] + (hasBias ? ["b"] : []), ["transB": .int(isTransposed ? 1 : 0)])
    }
    if inputs.count > 1, generator.oneIn(2), let rows = between(inputs[0], inputs[1]) {
      inputs.append(rows)
      lanes += call(.gemm, [rows, weight] + (hasBias ? ["b"] : []), ["transB": .int(isTransposed ? 1 : 0)])
    }
    guard lanes.count == inputs.count else { return }
    let hidden = lanes.flatMap { call(.leakyRelu, [$0], ["alpha": .float(0.25)]) }
    let order = generator.oneIn(2) ? Array(lanes.indices) : lanes.indices.reversed()
    let gradients = order.map { lane in
      (lane, call(.leakyReluGrad, [hidden[lane], lanes[lane]], ["alpha": .float(0.25)])[0])
    }
    let products = gradients.flatMap { call(.gemm, [$0.1, inputs[$0.0]], ["transA": .int(1)]) }
    guard products.count == lanes.count else { return }
    var sum = products[0]
    for product in products.dropFirst() { sum = call(.add, [sum, product]).first ?? sum }
  }

  /// Rows between two others, with a weight per row or of any shape.
  private mutating func between(_ first: String, _ second: String) -> String? {
    let one = builder.constant(TensorValue(repeating: 1, type: TensorType(dtype, [])))
    let weight = generator.pick(["x3", "x3", "c5"])
    guard let rest = call(.sub, [one, weight]).first, let left = call(.mul, [weight, first]).first,
      let right = call(.mul, [second, rest]).first
    else { return nil }
    return call(.add, generator.oneIn(2) ? [left, right] : [right, left]).first
  }

  private mutating func various() {
    let x = value()
    switch generator.int(0...7) {
    case 0:
      call(
        .batchNormalization, ["x0", "x4", "x4", "x4", "x4"], ["training_mode": .int(1)], outputCount: 3)
    case 1: call(.topK, [x, integers([1])], outputCount: 2)
    case 2: call(.dropout, [x], outputCount: generator.int(1...2))
    case 3: call(.cast, [x], ["to": .int(generator.pick([dtype, dtype, .int64]).onnxCode)])
    case 4:
      call(
        .randomUniform, [],
        ["seed": .float(generator.pick([1, 2])), "shape": .ints([rows, columns]), "dtype": .int(dtype.onnxCode)])
    case 5:
      guard let shape = call(.shape, [x]).first else { return }
      call(.expand, [generator.pick(values), shape])
    case 6: call(.pad, [x, integers([Int](repeating: 0, count: 2 * shape(x).rank))])
    default: call(.tile, [x, integers(shape(x).map { _ in generator.oneIn(4) ? 2 : 1 })])
    }
  }

  /// A duplicate of an existing call.
  private mutating func again() {
    guard let node = builder.graph.nodes.randomElement(using: &generator) else { return }
    call(node.op, node.inputs, node.attributes, outputCount: node.outputs.count)
  }
}
