/// The values of a graph that are known before it runs: its constants, and values computed from them and from shapes.
///
/// Exported models compute the target shapes of reshapes and the bounds of slices. So a node whose inputs are known and
/// small is evaluated. A vector from `Shape` may also hold symbolic extents. Operators that move elements and integer
/// arithmetic propagate them, and operators whose results have computed shapes accept them.
struct KnownValues: Sendable {
  /// The most elements of a value that is tracked. Values that describe shapes are smaller.
  private static let limit = 256

  /// The known values by name.
  private(set) var values: [String: TensorValue] = [:]
  /// Vectors that contain symbolic extents: -1 is `firstSymbol`, -2 is `firstSymbol - 1`.
  private var symbolic: [String: TensorValue] = [:]
  private static let firstSymbol = Int.min / 2

  /// The value of `name` if all of it is known.
  subscript(name: String) -> TensorValue? {
    get { values[name] }
    set { values[name] = newValue }
  }

  /// Renames a value.
  mutating func rename(_ old: String, to new: String) {
    values[new] = values.removeValue(forKey: old)
    symbolic[new] = symbolic.removeValue(forKey: old)
  }

  /// Returns the known values of a node's inputs.
  func constants(for node: Node) -> [TensorValue?] { node.inputs.map { values[$0] } }

  /// Returns the inputs of a node that are known but for symbolic extents.
  func terms(for node: Node) -> [[Extent.Term]?] {
    symbolic.isEmpty ? [] : node.inputs.map { symbolic[$0].map { $0.integers.map(Self.term) } }
  }

  private static func term(_ element: Int) -> Extent.Term {
    element > firstSymbol ? .number(element) : .extent(element - firstSymbol - 1)
  }

  private static func element(_ term: Extent.Term) -> Int {
    switch term {
    case .number(let number): number
    case .extent(let extent): firstSymbol + extent + 1
    }
  }

  /// Records the outputs of a node if they are known.
  mutating func learn(_ node: Node, _ context: InferenceContext, _ outputs: [TensorType]) {
    guard outputs.allSatisfy({ $0.shape.isStatic && $0.shape.elementCount <= Self.limit }) else { return }
    let traits = node.op.traits
    if traits.kind == .shape { return learnShape(node, context) }
    if node.inputs.contains(where: { symbolic[$0] != nil }), learnArithmetic(node, outputs[0]) { return }
    // Even a contraction of few elements may take the reference kernel too long.
    guard traits.kind != .random, traits.kind != .contraction else { return }
    // A symbol moves with its element. A cast from integers to integers and a selection keep it, too.
    let passesSymbols = traits.keepsElements || node.op == .cast || node.op == .where
    var isSymbolic = false
    var inputs: [TensorValue?] = []
    for name in node.inputs {
      guard !name.isEmpty else {
        inputs.append(nil)
        continue
      }
      let partly = passesSymbols ? symbolic[name] : nil
      guard let value = values[name] ?? partly, value.count <= Self.limit else { return }
      isSymbolic = isSymbolic || partly != nil
      inputs.append(value)
    }
    guard !isSymbolic || outputs.allSatisfy({ $0.dtype == .int64 }) else { return }
    let call = EvaluationContext(node.op, inputs: inputs, attributes: node.attributes, outputs: outputs)
    // An error is reported when the node runs.
    guard let results = try? node.op.definition.evaluate(call) else { return }
    for (name, result) in zip(node.outputs, results) where !name.isEmpty { learn(name, result, isSymbolic: isSymbolic) }
  }

  private mutating func learnShape(_ node: Node, _ context: InferenceContext) {
    let shape = context.input(0).shape
    if node.op == .size {
      guard let count = Extent.count(of: shape) else { return }
      return learn(node.outputs[0], TensorValue(scalar: Int64(Self.element(count))), isSymbolic: true)
    }
    let extents = Shaping.extents(shape, context.attributes).map { Self.element(.init(extent: $0)) }
    learn(node.outputs[0], TensorValue(integers: extents), isSymbolic: true)
  }

  /// Computes with symbolic extents. Returns whether the operator is one that does.
  private mutating func learnArithmetic(_ node: Node, _ type: TensorType) -> Bool {
    let inputs = node.inputs.map { values[$0] ?? symbolic[$0] }
    if node.op == .reduceProd {
      guard type.shape.elementCount == 1, let terms = inputs[0]?.integers.map(Self.term) else { return true }
      let product = terms.reduce(Optional(Extent.Term.number(1))) { product, term in
        product.flatMap { Extent.product($0, term) }
      }
      if let product {
        learn(node.outputs[0], TensorValue([Int64(Self.element(product))], shape: type.shape), isSymbolic: true)
      }
      return true
    }
    guard [.add, .sub, .mul, .div, .equal].contains(node.op) else { return false }
    guard let left = inputs[0], let right = inputs[1], left.dtype == .int64 else { return true }
    let (first, second) = (left.integers, right.integers)
    let strides = (left.shape.broadcastStrides(to: type.shape), right.shape.broadcastStrides(to: type.shape))
    var results: [Extent.Term] = []
    var isKnown = true
    forEachIndex(of: type.shape, strides.0, strides.1) { _, place, other in
      guard isKnown, let result = Self.result(node.op, Self.term(first[place]), Self.term(second[other])) else {
        isKnown = false
        return
      }
      results.append(result)
    }
    guard isKnown else { return true }
    if node.op == .equal {
      values[node.outputs[0]] = TensorValue(results.map { $0 == .number(1) }, shape: type.shape)
    } else {
      learn(node.outputs[0], TensorValue(results.map { Int64(Self.element($0)) }, shape: type.shape), isSymbolic: true)
    }
    return true
  }

  private static func result(_ op: Op, _ a: Extent.Term, _ b: Extent.Term) -> Extent.Term? {
    switch op {
    case .add: return Extent.sum(a, b)
    case .sub: return Extent.difference(a, b)
    case .mul: return Extent.product(a, b)
    case .div: return Extent.quotient(a, b)
    default:
      // No extent is negative. Whether it equals another number depends on it.
      if a == b { return .number(1) }
      guard let left = a.number ?? b.number else { return nil }
      return left < 0 || (a.number != nil && b.number != nil) ? .number(0) : nil
    }
  }

  private mutating func learn(_ name: String, _ value: TensorValue, isSymbolic: Bool) {
    if isSymbolic, value.integers.contains(where: { $0 <= Self.firstSymbol }) {
      symbolic[name] = value
    } else {
      values[name] = value
    }
  }
}
