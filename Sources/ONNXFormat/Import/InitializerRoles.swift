import GraphIR

/// The roles of a model's initializers: weights that training changes, running statistics, or constants.
///
/// ONNX does not say. The importer decides by how an initializer is used and named, and ``ImportOptions`` overrule it.
struct InitializerRoles {
  /// A use of an initializer: the operator and the position among its inputs.
  private struct Use: Hashable {
    let opType: String
    let position: Int
  }

  /// Inputs that configure an operator. An optimiser that changed them would change what the operator means.
  private static let settings: [String: Set<Int>] = [
    "Clip": [1, 2], "Pad": [2], "Resize": [1, 2], "Upsample": [1], "OneHot": [1, 2], "Dropout": [1],
    "Range": [0, 1, 2],
    "QuantizeLinear": [1, 2], "DequantizeLinear": [1, 2], "Where": [0], "If": [0], "Loop": [0, 1],
    "Unique": [0], "NonMaxSuppression": [0, 1, 3, 4],
  ]
  /// Inputs that only weights have.
  private static let weights: [String: Set<Int>] = [
    "MatMul": [0, 1], "Gemm": [0, 1, 2], "Conv": [1, 2], "ConvTranspose": [1, 2], "PRelu": [1],
    "BatchNormalization": [1, 2], "LayerNormalization": [1, 2], "GroupNormalization": [1, 2],
    "InstanceNormalization": [1, 2], "RMSNormalization": [1], "LSTM": [1, 2, 3, 5, 6, 7], "GRU": [1, 2, 3, 5],
    "RNN": [1, 2, 3, 5], "Gather": [0], "DeformConv": [1, 3], "CausalConvWithState": [1, 2],
  ]
  /// The last parts of names that frameworks give to parameters.
  private static let names: Set<String> = [
    "weight", "bias", "kernel", "gamma", "beta", "scale", "embedding", "embeddings", "weight_g", "weight_v", "alpha",
  ]
  /// Operators that pass a tensor on in another form.
  private static let views: Set<String> = [
    "Cast", "Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze", "Expand",
  ]

  private var uses: [String: Set<Use>] = [:]
  private let options: ImportOptions

  init(of graph: GraphProto, _ options: ImportOptions) {
    self.options = options
    collect(graph.nodes)
  }

  private mutating func collect(_ nodes: [NodeProto]) {
    // A view's uses are also those of its input. The last node is looked at first.
    for node in nodes.reversed() {
      for (position, input) in node.inputs.enumerated() where !input.isEmpty {
        if position == 0, Self.views.contains(node.opType), let output = node.outputs.first {
          uses[input, default: []].formUnion(uses[output] ?? [])
        } else {
          uses[input, default: []].insert(Use(opType: node.opType, position: position))
        }
      }
      for case .graph(let graph) in node.attributes.map(\.value) { collect(graph.nodes) }
    }
  }

  /// Checks that each pattern of the options fits one of the initializers' names.
  ///
  /// - throws: ``ONNXError`` that names a pattern without an effect.
  static func check(_ options: ImportOptions, names: [String]) throws {
    for pattern in options.trainable + options.constant where !names.contains(where: { matches($0, pattern) }) {
      let known = names.isEmpty ? "none" : names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
      throw ONNXError(code: .graph, message: "no initializer fits '\(pattern)'; the model has \(known)")
    }
  }

  /// The role of an initializer, and the reason.
  func role(of tensor: TensorProto) -> ImportedInitializer {
    let (role, reason) = decide(tensor)
    return ImportedInitializer(name: tensor.name, type: tensor.value.type, role: role, reason: reason)
  }

  private func decide(_ tensor: TensorProto) -> (ImportedInitializer.Role, String) {
    if options.constant.contains(where: { Self.matches(tensor.name, $0) }) { return (.constant, "as asked") }
    if options.trainable.contains(where: { Self.matches(tensor.name, $0) }) { return (.parameter, "as asked") }
    if let tag = tensor.metadata[Tags.role].flatMap(ImportedInitializer.Role.init) { return (tag, "the file says so") }
    if !tensor.value.dtype.isFloatingPoint { return (.constant, "its elements are no floating-point numbers") }
    let uses = uses[tensor.name] ?? []
    func isUse(_ use: Use, of table: [String: Set<Int>]) -> Bool { table[use.opType]?.contains(use.position) == true }
    if uses.contains(where: { $0.opType == "BatchNormalization" && $0.position > 2 }) {
      return (.buffer, "running statistics")
    }
    if let use = uses.first(where: { isUse($0, of: Self.weights) }) { return (.parameter, "a weight of \(use.opType)") }
    if !uses.isEmpty, uses.allSatisfy({ isUse($0, of: Self.settings) }) {
      return (.constant, "a setting of \(uses.map(\.opType).min() ?? "")")
    }
    let last = tensor.name.split { $0 == "." || $0 == "/" || $0 == ":" }.last.map(String.init) ?? tensor.name
    if Self.names.contains(last) { return (.parameter, "its name ends in '\(last)'") }
    if tensor.value.count == 1 { return (.constant, "a single number") }
    if Self.isGenerated(tensor.name) { return (.constant, "its name is one that an exporter generates") }
    return (.parameter, "nothing speaks against it")
  }

  /// Whether an exporter numbered the value instead of naming it, as in `val_12` or `/head/Constant_3_output_0`.
  private static func isGenerated(_ name: String) -> Bool {
    let lower = name.lowercased()
    let starts = [
      "onnx::", "val_", "const", "_const", "_val", "scalar_tensor", "tensor_constant", "_tensor_constant",
      "lifted_tensor",
    ]
    return starts.contains { lower.hasPrefix($0) } || lower.contains("/constant") || lower.allSatisfy(\.isNumber)
  }

  /// Whether `name` fits `pattern`, in which `*` stands for any characters.
  static func matches(_ name: String, _ pattern: String) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first, let last = parts.last else { return name == pattern }
    guard name.hasPrefix(first), name.hasSuffix(last), name.count >= first.count + last.count else { return false }
    var rest = name.dropFirst(first.count).dropLast(last.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let range = rest.firstRange(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return true
  }
}
