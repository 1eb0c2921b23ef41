/// The values of a graph that are known before it runs: its constants, and values computed from them and from shapes.
///
/// Exported models compute the target shapes of reshapes and the bounds of slices. So a node whose inputs are known and
/// small is evaluated. A vector from `Shape` may also hold symbolic extents. Operators that only move elements
/// propagate them, and `Reshape` accepts them.
struct KnownValues: Sendable {
  /// The most elements of a value that is tracked. Values that describe shapes are smaller.
  private static let limit = 256

  /// The known values by name.
  private(set) var values: [String: TensorValue] = [:]
  /// Vectors that contain symbolic extents: symbol -1 is `firstSymbol`, symbol -2 is `firstSymbol - 1`.
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

  /// Returns the known values of a node's inputs, whose types are `types`.
  func constants(for node: Node, _ types: [TensorType?]) -> [TensorValue?] {
    node.inputs.enumerated().map { index, name in
      if let value = values[name] { return value }
      guard node.op == .reshape, index == 1, let shape = types[0]?.shape, let target = symbolic[name] else {
        return nil
      }
      return Self.target(target.integers, of: shape).map { TensorValue(integers: $0) }
    }
  }

  /// Returns a shape with symbols as a target of Reshape: 0 copies an extent, and -1 is inferred.
  private static func target(_ extents: [Int], of shape: Shape) -> [Int]? {
    let target = extents.enumerated().map { axis, extent in
      guard extent <= firstSymbol else { return extent }
      return axis < shape.rank && shape[axis] == extent - firstSymbol - 1 ? 0 : -1
    }
    let isClear = target.count { $0 == -1 } <= 1 && zip(extents, target).allSatisfy { $0 != 0 || $1 != 0 }
    return isClear ? target : nil
  }

  /// Records the outputs of a node if they are known.
  mutating func learn(_ node: Node, _ context: InferenceContext, _ outputs: [TensorType]) {
    guard outputs.allSatisfy({ $0.shape.isStatic && $0.shape.elementCount <= Self.limit }) else { return }
    let traits = node.op.traits
    if traits.kind == .shape { return learnShape(node, context) }
    // Even a contraction of few elements may take the reference kernel too long.
    guard traits.kind != .random, traits.kind != .contraction else { return }
    // A symbol moves with its element. A cast from integers to integers keeps it.
    let passesSymbols = traits.keepsElements || node.op == .cast
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
      if shape.isStatic { values[node.outputs[0]] = TensorValue(scalar: Int64(shape.elementCount)) }
      return
    }
    let extents = Shaping.extents(shape, context.attributes).map { $0 < 0 ? Self.firstSymbol + $0 + 1 : $0 }
    learn(node.outputs[0], TensorValue(integers: extents), isSymbolic: true)
  }

  private mutating func learn(_ name: String, _ value: TensorValue, isSymbolic: Bool) {
    if isSymbolic, value.integers.contains(where: { $0 <= Self.firstSymbol }) {
      symbolic[name] = value
    } else {
      values[name] = value
    }
  }
}
