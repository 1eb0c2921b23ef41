import GraphIR

/// Graphs for property tests.
public enum RandomGraph {
  private static let names = [
    "x", "linear1.weight", "critic/linear1.weight", "wgan-gp", "_", "a b", "", "\"", "\\", "\n", "\t\r\n",
    "\u{0}\u{7F}", "é", "日本",
    "parameter", "graph", "1x", "-1", "nan", "inf", "=>", "#", "?1", "float32", "base64", "a+b", "x,y", "\u{1F600}",
    "update",
  ]

  /// A meaningless graph: any names, types, operators and attributes, as in texts and files.
  public static func arbitrary(_ generator: inout SplitMix64) -> Graph {
    var graph = Graph(name: generator.pick(names))
    func list<Item>(_ count: Int, _ item: (inout SplitMix64) -> Item) -> [Item] {
      (0..<generator.int(0...count)).map { _ in item(&generator) }
    }
    func name(_ generator: inout SplitMix64) -> String {
      generator.oneIn(3) ? generator.pick(names) : "v\(generator.int(0...99))"
    }
    func type(_ generator: inout SplitMix64) -> TensorType {
      let extents = (0..<generator.int(0...3)).map { _ in generator.pick([0, 1, 2, 784, .max, .min, -1, -2, -3]) }
      return TensorType(generator.pick(DataType.allCases), Shape(extents))
    }
    graph.symbols = list(3, name)
    graph.inputs = list(3) { .init(name: name(&$0), type: type(&$0)) }
    graph.outputs = list(3) { .init(name: name(&$0), type: type(&$0)) }
    graph.parameters = list(3) { .init(name: name(&$0), type: type(&$0), isTrainable: $0.oneIn(2)) }
    graph.constants = list(4) { .init(name: name(&$0), value: tensor(&$0)) }
    graph.updates = list(2) { .init(parameter: name(&$0), value: name(&$0)) }
    graph.nodes = list(5) { generator in
      var attributes = Attributes()
      for _ in 0..<generator.int(0...3) { attributes[name(&generator)] = attribute(&generator) }
      return Node(
        name: name(&generator), op: generator.pick(Op.allCases),
        inputs: (0..<generator.int(0...4)).map { _ in name(&generator) },
        outputs: (0..<generator.int(0...3)).map { _ in name(&generator) }, attributes: attributes)
    }
    return graph
  }

  /// A tensor of random bits: every kind of NaN, infinities, zeros of both signs.
  public static func tensor(_ generator: inout SplitMix64) -> TensorValue {
    let shape: Shape = generator.pick([[], [0], [1], [3], [2, 2], [0, 5], [64], [65], [9, 11]])
    func elements<Element: TensorElement>(_ element: (inout SplitMix64) -> Element) -> TensorValue {
      TensorValue((0..<shape.elementCount).map { _ in element(&generator) }, shape: shape)
    }
    let floats = [Float.nan, -.nan, .infinity, -.infinity, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.1]
    return switch generator.pick(DataType.allCases) {
    case .float32:
      elements {
        $0.oneIn(3)
          ? $0.pick(floats) : Float(bitPattern: UInt32(truncatingIfNeeded: $0.next()) | ($0.oneIn(4) ? 0x7F80_0000 : 0))
      }
    case .float64: elements { $0.oneIn(3) ? Double($0.pick(floats)) : Double(bitPattern: $0.next()) }
    case .int64: elements { $0.pick([0, -1, .min, .max, Int64(bitPattern: $0.next())]) }
    case .bool: elements { $0.oneIn(2) }
    }
  }

  private static func attribute(_ generator: inout SplitMix64) -> AttributeValue {
    func list<Item>(_ items: [Item]) -> [Item] { (0..<generator.int(0...3)).map { _ in generator.pick(items) } }
    let floats: [Float] = [0.1, -0.0, 1, 1e20, .leastNonzeroMagnitude, .infinity, -.infinity, .pi]
    return switch generator.pick(AttributeValue.Kind.allCases) {
    case .int: .int(generator.pick([0, -1, 7, .min, .max]))
    case .float: .float(generator.pick(floats))
    case .string: .string(generator.pick(names))
    case .ints: .ints(list([0, -1, 7, .min, .max]))
    case .floats: .floats(list(floats))
    case .strings: .strings(list(names))
    case .tensor: .tensor(tensor(&generator))
    }
  }
}
