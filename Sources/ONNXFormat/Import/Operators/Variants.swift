import GraphIR

/// Calls that need a conversion. Between versions most operators only gained element types; the others are
/// here. Source: ONNX, `docs/Changelog.md`.
extension ImportedOperators {
  /// Operators of the vocabulary that take more than one node in an older version, or with some attributes.
  static let variants: [String: Variant] = [
    "Softmax": .until(12, flattened(.softmax)), "LogSoftmax": .until(12, flattened(.logSoftmax)),
    "Hardmax": .until(12, flattened(.hardmax)),
    "GroupNormalization": .until(20) { graph, call in
      // Scale and bias have a value for each group.
      let x = try call.input(0)
      guard let groups = try call.int("num_groups"), try graph.shape(x).rank >= 2, groups > 0 else {
        throw call.error(.graph, "expected 'num_groups' above 0 and an input with channels")
      }
      let channels = try graph.shape(x)[1]
      let perChannel = try (1...2).map { index in
        let value = try graph.reshape(call.input(index), to: [groups, 1])
        return try graph.reshape(
          graph.call(.expand, value, graph.integers([groups, channels / groups])), to: [channels])
      }
      return try graph.call(.groupNormalization, [x] + perChannel, call.attributes, outputCount: 1)
    },
    // Integers of few bits wrap around, and floats of few bits are rounded. Wider ones are taken to be in range.
    "Cast": Variant(
      applies: { _, call in
        guard let type = try call.int("to").flatMap(ElementType.init), type != .float8e8m0 else { return false }
        return type.widened == .int64 ? type.bitCount ?? 64 <= 16 : type.widened == .float32 && type.bitCount ?? 32 <= 8
      },
      composition: { graph, call in
        guard let type = try call.int("to").flatMap(ElementType.init) else { return [] }
        if let format = SmallFloat(type) { return [try graph.rounded(call.input(0), to: format, call)] }
        let whole = try graph.call(.cast, call.input(0), attributes: ["to": .int(DataType.int64.onnxCode)])
        return [try graph.wrapped(whole, to: type)]
      }),
    // Doubles hold the integers of a picture exactly.
    "MaxPool": Variant(
      applies: { graph, call in try !graph.type(call.input(0)).dtype.isFloatingPoint && call.outputs.count == 1 },
      composition: { graph, call in
        let x = try graph.call(.cast, call.input(0), attributes: ["to": .int(DataType.float64.onnxCode)])
        let result = try graph.call(.maxPool, x, attributes: call.attributes)
        return [try graph.call(.cast, result, attributes: ["to": .int(DataType.int64.onnxCode)])]
      }),
    // The remainder of floats with the sign of the divisor.
    "Mod": Variant(
      applies: { graph, call in
        try call.int("fmod", default: 0) == 0 && graph.type(call.input(0)).dtype.isFloatingPoint
      },
      composition: { graph, call in
        let (a, b) = (try call.input(0), try call.input(1))
        let rest = try graph.call(.mod, a, b, attributes: ["fmod": .int(1)])
        let zero = try graph.constant(0, like: a)
        let differs = try graph.call(.xor, graph.call(.less, rest, zero), graph.call(.less, b, zero))
        let isWhole = try graph.call(.equal, rest, zero)
        let isMoved = try graph.call(.and, differs, graph.call(.not, isWhole))
        return [try graph.call(.where, isMoved, graph.call(.add, rest, b), rest)]
      }),
    // Depth is the slower axis of the channels. Source: ONNX SpaceToDepth-28.
    "SpaceToDepth": Variant(
      applies: { _, call in try call.string("mode", default: "DCR") == "CRD" },
      composition: { graph, call in
        let shape = try graph.shape(call.input(0))
        guard let block = try call.int("blocksize"), block > 0, shape.rank == 4,
          shape.dropFirst().allSatisfy({ $0 >= 0 }), shape[2] % block == 0, shape[3] % block == 0
        else { throw call.error(.graph, "the input is \(shape), which 'blocksize' does not divide") }
        _ = try graph.bounded([shape[1], block, block], call, limit: .max)
        let (rows, columns) = (shape[2] / block, shape[3] / block)
        let blocks = try graph.reshape(call.input(0), to: [shape[0], shape[1], rows, block, columns, block])
        let moved = try graph.call(.transpose, blocks, attributes: ["perm": .ints([0, 1, 3, 5, 2, 4])])
        return [try graph.reshape(moved, to: [shape[0], shape[1] * block * block, rows, columns])]
      }),
  ]

  /// A composition that takes the place of an operator for some calls.
  struct Variant: Sendable {
    let applies: @Sendable (GraphImport, OperatorCall) throws -> Bool
    let composition: Composition

    /// Versions of the operator set up to `last`.
    static func until(_ last: Int, _ composition: @escaping Composition) -> Variant {
      Variant(applies: { $1.opset <= last }, composition: composition)
    }
  }

  /// Up to version 12, the axes from `axis` on are one.
  private static func flattened(_ op: Op) -> Composition {
    { graph, call in
      let x = try call.input(0)
      let shape = try graph.shape(x)
      guard let axis = shape.normalized(axis: try call.int("axis", default: 1)) else {
        throw call.error(.graph, "'axis' is out of range for \(shape)")
      }
      if axis == shape.rank - 1 { return [try graph.call(op, x, attributes: ["axis": .int(-1)])] }
      let rows = try graph.call(.flatten, x, attributes: ["axis": .int(axis)])
      let result = try graph.call(op, rows, attributes: ["axis": .int(-1)])
      return [try graph.call(.reshape, result, graph.call(.shape, x))]
    }
  }

  /// Converts a call to the current version of its operator, where that takes one node.
  static func modernize(_ call: inout OperatorCall, _ graph: GraphImport) throws {
    if call.opset < 7 { try broadcast(&call, graph) }
    if ["Bernoulli", "Multinomial", "RandomNormal", "RandomUniform"].contains(call.opType),
      call.attributes["seed"] == nil
    {
      throw call.error(
        .unsupported,
        "it draws without a 'seed', so that no two runs would agree; set the attribute, or make the "
          + "draws an input of the model")
    }
    switch call.opType {
    case "BatchNormalization" where call.opset < 14: try trainByOutputs(&call)
    case "Dropout": try settle(&call, graph)
    case "Clip" where call.opset < 11:
      for (index, name) in ["min", "max"].enumerated() {
        guard let bound = try call.float(name) else { continue }
        set(&call, 1 + index, try graph.constant(Double(bound), like: call.input(0)), replacing: name)
      }
    case "Pad" where call.opset < 11:
      let pads = graph.integers(try call.ints("pads") ?? call.ints("paddings") ?? [])
      set(&call, 1, pads, replacing: "pads")
      set(
        &call, 2, try graph.constant(Double(call.float("value", default: 0)), like: call.input(0)), replacing: "value")
    case "Slice" where call.opset < 10:
      for (index, name) in ["starts", "ends", "axes"].enumerated() {
        if let numbers = try call.ints(name) { set(&call, 1 + index, graph.integers(numbers), replacing: name) }
      }
    case "Squeeze" where call.opset < 13, "Unsqueeze" where call.opset < 13:
      if let axes = try call.ints("axes") { set(&call, 1, graph.integers(axes), replacing: "axes") }
    case "Squeeze", "Unsqueeze": try makeVector(&call, 1, graph)
    case "Slice": for index in 1...4 { try makeVector(&call, index, graph) }
    case "Range":
      for index in call.inputs.indices {
        guard let bound = try call.tensor(index), try graph.shape(bound) == [1] else { continue }
        call.inputs[index] = .tensor(try graph.reshape(bound, to: []))
      }
    case "Split":
      if call.opset < 13, let sizes = try call.ints("split") {
        set(&call, 1, graph.integers(sizes), replacing: "split")
      } else if call.opset < 18, !call.has(1) {
        call.attributes["num_outputs"] = .int(call.outputs.count)
      }
    case "TopK" where call.opset < 10:
      set(&call, 1, graph.integers([try call.int("k", default: 0)]), replacing: "k")
    case "Upsample" where call.opset < 9:
      if case .floats(let scales)? = call.attributes["scales"] {
        set(&call, 1, graph.constant(TensorValue(scales)), replacing: "scales")
      }
    case "Resize" where call.opset < 11:
      // Its nearest element is the one at or before the position in the input, and corners are at 0.
      call.inputs.insert(nil, at: min(1, call.inputs.count))
      call.attributes["coordinate_transformation_mode"] = .string("asymmetric")
      call.attributes["nearest_mode"] = .string("floor")
    // The slope has an element for each channel.
    case "PRelu" where call.opset < 7:
      let (shape, slope) = (try graph.shape(call.input(0)), try graph.shape(call.input(1)))
      guard slope.rank == 1, shape.rank > 2 else { break }
      let trailing = [Int](repeating: 1, count: shape.rank - 2)
      call.inputs[1] = .tensor(try graph.reshape(call.input(1), to: Shape([slope[0]] + trailing)))
    case "Scatter": call.opType = "ScatterElements"
    case "SpaceToDepth": call.attributes["mode"] = nil
    default:
      if call.opType.hasPrefix("Reduce"), call.opset < 18, let axes = try call.ints("axes") {
        set(&call, 1, graph.integers(axes), replacing: "axes")
      }
      if call.opType.hasPrefix("Reduce") { try reduceScalar(&call, graph) }
    }
    try widen(&call)
  }

  /// Up to version 6, the second operand has its place at an axis of the first, and some operators say whether they
  /// train.
  private static func broadcast(_ call: inout OperatorCall, _ graph: GraphImport) throws {
    if let axis = try call.int("axis"), call.attributes["broadcast"] != nil, let second = try call.tensor(1) {
      let (rank, own) = (try graph.shape(call.input(0)).rank, try graph.shape(second))
      guard (-rank...rank).contains(axis) else { throw call.error(.graph, "'axis' is \(axis), and the rank \(rank)") }
      let trailing = rank - own.rank - (axis < 0 ? axis + rank : axis)
      guard trailing >= 0 else { throw call.error(.graph, "'axis' is \(axis), which leaves no place for \(own)") }
      call.inputs[1] = .tensor(
        try graph.reshape(second, to: Shape(own.dimensions + [Int](repeating: 1, count: trailing))))
      call.attributes["axis"] = nil
    }
    for name in ["broadcast", "consumed_inputs", "is_test"] { call.attributes[name] = nil }
  }

  /// PyTorch names axis 0 or -1 of a scalar, which has none. Nothing is reduced then.
  private static func reduceScalar(_ call: inout OperatorCall, _ graph: GraphImport) throws {
    guard try graph.shape(call.input(0)).rank == 0, let axes = try call.tensor(1),
      let known = try graph.wholeNumbers(axes, call)?.integers, known.allSatisfy({ $0 == 0 || $0 == -1 })
    else { return }
    call.inputs.removeSubrange(1...)
  }

  /// Sets an input that was an attribute. In messages of shape inference it has the name of both.
  private static func set(
    _ call: inout OperatorCall, _ index: Int, _ value: CompositionValue, replacing attribute: String
  ) {
    while call.inputs.count <= index { call.inputs.append(nil) }
    call.inputs[index] = .tensor(value)
    call.attributes[attribute] = nil
  }

  /// A scalar where ONNX asks for a vector; PyTorch writes both.
  private static func makeVector(_ call: inout OperatorCall, _ index: Int, _ graph: GraphImport) throws {
    guard let axes = try call.tensor(index), try graph.shape(axes).rank == 0 else { return }
    call.inputs[index] = .tensor(try graph.reshape(axes, to: [1]))
  }

  /// Up to version 13, the presence of more than one output stands for training.
  private static func trainByOutputs(_ call: inout OperatorCall) throws {
    guard try call.int("spatial", default: 1) == 1 else {
      throw call.error(.unsupported, "'spatial' is 0, expected 1: statistics for each channel")
    }
    call.attributes["spatial"] = nil
    guard call.outputs.count > 1 else { return }
    // The others save statistics for a backward pass. PyTorch writes their names, and nothing reads them.
    call.outputs = Array(call.outputs.prefix(3))
    call.attributes["training_mode"] = .int(1)
  }

  /// Without a seed, only a Dropout that drops nothing has one result.
  private static func settle(_ call: inout OperatorCall, _ graph: GraphImport) throws {
    if call.opset < 12 { call.attributes["ratio"] = nil }
    guard call.has(2), try graph.constant(call.input(2))?.doubles != [0], call.attributes["seed"] == nil else { return }
    guard let ratio = try call.tensor(1), graph.constant(ratio)?.doubles == [0] else {
      throw call.error(
        .unsupported,
        "it drops elements without a 'seed', so that no two runs would agree; set the attribute, or "
          + "export the model for inference (torch.onnx: training=TrainingMode.EVAL)")
    }
    call.inputs[2] = nil
  }

  /// Replaces element types that our vocabulary lacks by those that take their place.
  private static func widen(_ call: inout OperatorCall) throws {
    let name = call.opType == "Cast" ? "to" : "dtype"
    if call.opType == "Cast" {
      // Rounding to 8-bit floats, which do not exist here.
      call.attributes["saturate"] = nil
      call.attributes["round_mode"] = nil
    }
    if call.opType == "Multinomial", call.attributes[name] == nil {
      call.attributes[name] = .int(ElementType.int32.rawValue)
    }
    guard let code = try call.int(name) else { return }
    let label = "\(call.label), attribute '\(name)'"
    call.attributes[name] = .int(try ElementType(code: code, of: label).widened(for: label).onnxCode)
  }
}
