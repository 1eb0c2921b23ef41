/// Operators that rearrange blocks of images, select triangles of matrices, or generate tensors of a given pattern.
enum Rearranging {
  // MARK: Blocks

  static let depthToSpace = OpDefinition(
    Signature(
      since: 13, [Formal("input", .any, "T")], to: [Formal("output", .any, "T")],
      attributes: [.required("blocksize", .int), .defaulted("mode", .string("DCR"))]),
    traits: .init(.movement, .exact),
    infer: { context in
      let input = context.input(0)
      let block = try blockSize(context)
      let mode = context.attributes.string("mode") ?? ""
      guard mode == "DCR" || mode == "CRD" else {
        throw context.error(.attribute, "mode is '\(mode)', expected 'DCR' or 'CRD'")
      }
      let shape = input.shape
      guard let area = Shape.product(of: [block, block]), shape[1] % area == 0,
        let height = Shape.product(of: [shape[2], block]), let width = Shape.product(of: [shape[3], block])
      else {
        throw context.error(.shape, "the channels of \(shape) can't be divided into blocks of \(block) by \(block)")
      }
      return [TensorType(input.dtype, [shape[0], shape[1] / area, height, width])]
    },
    evaluate: { context in
      let (input, type, block) = (context.input(0).shape, context.outputs[0], context.attributes.int("blocksize") ?? 1)
      let isDCR = context.attributes.string("mode") == "DCR"
      let channels = type.shape[1]
      return [
        rearranged(context.input(0), to: type) { index in
          let (row, column) = (index[2] % block, index[3] % block)
          let place = row * block + column
          let channel = isDCR ? place * channels + index[1] : index[1] * block * block + place
          return ((index[0] * input[1] + channel) * input[2] + index[2] / block) * input[3] + index[3] / block
        }
      ]
    },
    composition: { composer in
      let input = composer.input(0)
      let (shape, block) = (try composer.shape(input), composer.attributes.int("blocksize") ?? 1)
      let isDCR = composer.attributes.string("mode") == "DCR"
      let channels = shape[1] / block / block
      let split: Shape =
        isDCR
        ? [shape[0], block, block, channels, shape[2], shape[3]]
        : [shape[0], channels, block, block, shape[2], shape[3]]
      let apart = try composer.reshape(input, to: split)
      let order = isDCR ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3]
      let moved = try composer.call(.transpose, apart, attributes: ["perm": .ints(order)])
      return [try composer.reshape(moved, to: [shape[0], channels, shape[2] * block, shape[3] * block])]
    })

  static let spaceToDepth = OpDefinition(
    Signature(
      since: 13, [Formal("input", .any, "T")], to: [Formal("output", .any, "T")],
      attributes: [.required("blocksize", .int)]),
    traits: .init(.movement, .exact),
    infer: { context in
      let input = context.input(0)
      let (shape, block) = (input.shape, try blockSize(context))
      guard shape[2] % block == 0, shape[3] % block == 0, let area = Shape.product(of: [block, block]),
        let channels = Shape.product(of: [shape[1], area])
      else {
        throw context.error(.shape, "the images of \(shape) can't be divided into blocks of \(block) by \(block)")
      }
      return [TensorType(input.dtype, [shape[0], channels, shape[2] / block, shape[3] / block])]
    },
    evaluate: { context in
      let (input, type, block) = (context.input(0).shape, context.outputs[0], context.attributes.int("blocksize") ?? 1)
      return [
        rearranged(context.input(0), to: type) { index in
          let (place, channel) = (index[1] / input[1], index[1] % input[1])
          let (row, column) = (index[2] * block + place / block, index[3] * block + place % block)
          return ((index[0] * input[1] + channel) * input[2] + row) * input[3] + column
        }
      ]
    },
    composition: { composer in
      let input = composer.input(0)
      let (shape, block) = (try composer.shape(input), composer.attributes.int("blocksize") ?? 1)
      let (height, width) = (shape[2] / block, shape[3] / block)
      let apart = try composer.reshape(input, to: [shape[0], shape[1], height, block, width, block])
      let moved = try composer.call(.transpose, apart, attributes: ["perm": .ints([0, 3, 5, 1, 2, 4])])
      return [try composer.reshape(moved, to: [shape[0], shape[1] * block * block, height, width])]
    })

  private static func blockSize(_ context: InferenceContext) throws -> Int {
    let (shape, block) = (context.input(0).shape, context.attributes.int("blocksize") ?? 1)
    guard shape.rank == 4, shape.dropFirst().allSatisfy({ $0 >= 0 }) else {
      throw context.error(.shape, "input is \(shape), expected [N, C, H, W] with C, H and W known")
    }
    guard block >= 1 else { throw context.error(.attribute, "blocksize is \(block), expected at least 1") }
    return block
  }

  private static func rearranged(_ input: TensorValue, to type: TensorType, _ source: ([Int]) -> Int) -> TensorValue {
    let result = TensorValue(uninitialized: type)
    let strides = type.shape.strides
    for position in 0..<type.shape.elementCount {
      let index = type.shape.indices.map { position / strides[$0] % type.shape[$0] }
      result.copy(of: input, from: source(index), to: position)
    }
    return result
  }

  // MARK: Triangles and diagonals

  static let trilu = OpDefinition(
    Signature(
      since: 14, [Formal("input", .any, "T"), Formal("k", .integer, nil, .optional)],
      to: [Formal("output", .any, "T")], attributes: [.defaulted("upper", .int(1))]),
    traits: .init(.other, .exact),
    infer: { context in
      let input = context.input(0)
      guard input.shape.rank >= 2 else { throw context.error(.shape, "input is \(input.shape), expected matrices") }
      if context.has(1), !([[], [1]] as [Shape]).contains(context.input(1).shape) {
        throw context.error(.shape, "k is \(context.input(1).shape), expected a scalar")
      }
      return [input]
    },
    evaluate: { context in
      let (input, type) = (context.input(0), context.outputs[0])
      let diagonal = context.optional(1)?.integers[0] ?? 0
      let (isUpper, rank) = (context.attributes.flag("upper"), type.shape.rank)
      let (rows, columns) = (type.shape[rank - 2], type.shape[rank - 1])
      let result = TensorValue(repeating: 0, type: type)
      for position in 0..<type.shape.elementCount {
        let distance = position % columns - position / columns % rows
        guard isUpper ? distance >= diagonal : distance <= diagonal else { continue }
        result.copy(of: input, from: position, to: position)
      }
      return [result]
    },
    composition: { composer in
      let input = composer.input(0)
      let shape = try composer.shape(input)
      let (rows, columns) = (shape[shape.rank - 2], shape[shape.rank - 1])
      guard rows >= 0, columns >= 0 else {
        throw GraphError(.unsupported, "Trilu of \(shape), expected matrices of known extents")
      }
      let numbers = (0..<rows).flatMap { row in (0..<columns).map { Int64($0 - row) } }
      let distance = composer.constant(TensorValue(numbers, shape: [rows, columns]))
      let diagonal = composer.optional(1) ?? composer.constant(TensorValue(scalar: Int64(0)))
      let isUpper = composer.attributes.flag("upper")
      let isKept = try composer.call(isUpper ? .greaterOrEqual : .lessOrEqual, distance, diagonal)
      return [try composer.call(.where, isKept, input, composer.constant(0, like: input))]
    })

  static let eyeLike = OpDefinition(
    Signature(
      since: 9, [Formal("input", .any)], to: [Formal("output", .any)],
      attributes: [.optional("dtype", .int), .defaulted("k", .int(0))]),
    traits: .init(.other, .exact),
    infer: { context in
      let input = context.input(0)
      guard input.shape.rank == 2 else { throw context.error(.shape, "input is \(input.shape), expected a matrix") }
      guard let dtype = context.attributes.int("dtype") else { return [input] }
      guard let type = DataType(onnxCode: dtype) else {
        throw context.error(.dataType, "'dtype' is ONNX's type \(dtype), which is not supported")
      }
      return [TensorType(type, input.shape)]
    },
    evaluate: { [eye($0.outputs[0], $0.attributes.int("k") ?? 0)] },
    composition: { composer in
      let type = try composer.type(composer.input(0))
      guard type.shape.isStatic else { throw GraphError(.unsupported, "EyeLike of \(type), expected known extents") }
      let dtype = composer.attributes.dataType("dtype") ?? type.dtype
      return [composer.constant(eye(TensorType(dtype, type.shape), composer.attributes.int("k") ?? 0))]
    })

  private static func eye(_ type: TensorType, _ diagonal: Int) -> TensorValue {
    let numbers = (0..<type.shape[0]).flatMap { row in
      (0..<type.shape[1]).map { $0 - row == diagonal ? 1.0 : 0 }
    }
    return Elementwise.convert(TensorValue(numbers, shape: type.shape), to: type.dtype)
  }

  // MARK: Constants

  static let constant = OpDefinition(
    Signature(
      since: 21, [], to: [Formal("output", .any)],
      attributes: [
        .optional("value", .tensor), .optional("value_float", .float), .optional("value_floats", .floats),
        .optional("value_int", .int), .optional("value_ints", .ints),
      ]),
    traits: .init(.other, .exact),
    infer: { context in
      guard context.attributes.set.values.count == 1, let value = value(context.attributes) else {
        throw context.error(.attribute, "\(context.attributes.set.values.count) values, expected 1")
      }
      return [value.type]
    },
    evaluate: { [value($0.attributes)].compactMap { $0 } })

  private static func value(_ attributes: ResolvedAttributes) -> TensorValue? {
    switch attributes.set.values.first?.value {
    case .tensor(let value): value
    case .float(let number): TensorValue(scalar: number)
    case .floats(let numbers): TensorValue(numbers)
    case .int(let number): TensorValue(scalar: Int64(number))
    case .ints(let numbers): TensorValue(integers: numbers)
    default: nil
    }
  }

  static let constantOfShape = OpDefinition(
    Signature(
      since: 21, [Formal("input", .integer)], to: [Formal("output", .any)], attributes: [.optional("value", .tensor)]),
    traits: .init(.other, .exact),
    infer: { context in
      guard let shape = try context.extents(0) else {
        let requested = try context.terms(0) ?? []
        throw context.error(.shape, "\(requested.text) is not a shape: expected extents of at least 0")
      }
      let value = filling(context.attributes)
      guard value.count == 1 else { throw context.error(.attribute, "value is \(value.type), expected one element") }
      return [TensorType(value.dtype, shape)]
    },
    evaluate: { [Movement.broadcast(filling($0.attributes).reshaped(to: []), to: $0.outputs[0].shape)] },
    composition: { composer in
      let value = composer.constant(filling(composer.attributes).reshaped(to: []))
      return [try composer.call(.expand, value, composer.input(0))]
    })

  private static func filling(_ attributes: ResolvedAttributes) -> TensorValue {
    guard case .tensor(let value)? = attributes["value"] else { return TensorValue([Float(0)]) }
    return value
  }
}
