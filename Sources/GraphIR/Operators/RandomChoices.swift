import Foundation

/// Random draws whose distribution is an input. Equal seeds and shapes result in equal draws: element i takes value i
/// of the stream.
enum RandomChoices {
  /// 1 with the probability in each element of the input, otherwise 0.
  ///
  /// Source: ONNX Bernoulli-15.
  static let bernoulli = OpDefinition(
    Signature(
      since: 15, [Formal("input", .floating)], to: [Formal("output", .any)],
      attributes: [.optional("dtype", .int), .required("seed", .float)]),
    traits: .init(.random, .exact),
    infer: { context in
      let input = context.input(0)
      guard let code = context.attributes.int("dtype") else { return [input] }
      guard let type = DataType(onnxCode: code) else {
        throw context.error(.dataType, "'dtype' is ONNX's type \(code), which is not supported")
      }
      return [TensorType(type, input.shape)]
    },
    evaluate: { context in
      let probabilities = context.input(0).doubles
      var stream = RandomStream(of: context.op, context.attributes)
      let draws = zip(stream.uniform(probabilities.count), probabilities).map { Double($0) < $1 }
      let result = TensorValue(draws, shape: context.outputs[0].shape)
      return [Elementwise.convert(result, to: context.outputs[0].dtype)]
    })

  /// `sample_size` classes for each row, with the softmax of the row as their probabilities.
  ///
  /// Source: ONNX Multinomial-7. Its default type, int32, is not in this vocabulary.
  static let multinomial = OpDefinition(
    Signature(
      since: 7, [Formal("input", .floating)], to: [Formal("output", .integer)],
      attributes: [.defaulted("dtype", .int(6)), .defaulted("sample_size", .int(1)), .required("seed", .float)]),
    traits: .init(.random, .exact),
    infer: { context in
      let shape = context.input(0).shape
      guard context.attributes.dataType("dtype") == .int64 else {
        throw context.error(.dataType, "'dtype' is \(context.attributes.int("dtype") ?? 0), expected 7 (int64)")
      }
      guard shape.rank == 2, shape[1] != 0 else {
        throw context.error(.shape, "input is \(shape), expected [batch, classes] with at least one class")
      }
      let samples = context.attributes.int("sample_size") ?? 1
      guard samples > 0 else { throw context.error(.attribute, "'sample_size' is \(samples), expected at least 1") }
      return [TensorType(.int64, [shape[0], samples])]
    },
    evaluate: { context in
      let logits = context.input(0).doubles
      let (shape, classes) = (context.outputs[0].shape, context.input(0).shape[1])
      var stream = RandomStream(of: context.op, context.attributes)
      let draws = stream.uniform(shape.elementCount).map(Double.init)
      var result = [Int64](repeating: 0, count: draws.count)
      for row in 0..<shape[0] {
        let weights = logits[row * classes..<(row + 1) * classes]
        let largest = weights.max() ?? 0
        var total = 0.0
        let cumulative = weights.map { weight in
          total += exp(weight - largest)
          return total
        }
        for index in row * shape[1]..<(row + 1) * shape[1] {
          // The first class whose cumulative probability exceeds the draw.
          result[index] = Int64(cumulative.firstIndex { draws[index] * total < $0 } ?? classes - 1)
        }
      }
      return [TensorValue(result, shape: shape)]
    })

  /// In `training_mode`, sets each element to 0 with the probability `ratio` and divides the others by 1 - `ratio`.
  /// Otherwise the data is unchanged. The mask marks the elements that stay.
  ///
  /// Source: ONNX Dropout-13; Srivastava et al., "Dropout", JMLR 2014.
  static let dropout = OpDefinition(
    Signature(
      since: 13,
      [
        Formal("data", .floating, "T"), Formal("ratio", .floating, nil, .optional),
        Formal("training_mode", .boolean, nil, .optional),
      ], to: [Formal("output", .floating, "T"), Formal("mask", .boolean, nil, .optional)],
      attributes: [.optional("seed", .int)]),
    traits: .init(.random, .exact),
    infer: { context in
      for index in 1...2 where context.has(index) && context.input(index).shape != [] {
        let name = context.op.definition.signature.inputs[index].name
        throw context.error(.shape, "\(name) is \(context.input(index).shape), expected a scalar")
      }
      if context.has(1), let ratio = context.constants[1] { try check(ratio, context.error) }
      let isTraining = context.has(2) && context.constants[2]?.doubles != [0]
      guard !isTraining || context.attributes.int("seed") != nil else {
        throw context.error(.attribute, "attribute 'seed' is missing: without one, each run would draw other values")
      }
      let data = context.input(0)
      return Array([data, TensorType(.bool, data.shape)].prefix(context.outputCount))
    },
    evaluate: { context in
      let data = context.input(0)
      guard context.optional(2)?.doubles == [1] else {
        let mask = TensorValue(repeating: 1, type: TensorType(.bool, data.shape))
        return Array([data, mask].prefix(context.outputs.count))
      }
      let ratio = context.optional(1)
      if let ratio { try check(ratio) { GraphError($0, "\(context.op.rawValue): \($1)") } }
      let probability = ratio?.doubles[0] ?? 0.5
      var stream = RandomStream(of: context.op, context.attributes)
      let mask = stream.uniform(data.count).map { Double($0) >= probability }
      let kept = zip(data.doubles, mask).map { $1 ? $0 / (1 - probability) : 0 }
      let output = Elementwise.convert(TensorValue(kept, shape: data.shape), to: data.dtype)
      return Array([output, TensorValue(mask, shape: data.shape)].prefix(context.outputs.count))
    })

  private static func check(_ ratio: TensorValue, _ error: (GraphError.Code, String) -> GraphError) throws {
    guard ratio.doubles.allSatisfy({ $0 >= 0 && $0 < 1 }) else {
      throw error(.attribute, "the ratio is \(ratio.doubles), expected at least 0 and less than 1")
    }
  }
}

extension RandomStream {
  /// Creates the stream of an operator with the attribute `seed`, which is a float or an integer.
  package init(of op: Op, _ attributes: ResolvedAttributes) {
    let seed: UInt64 =
      switch attributes["seed"] {
      case .float(let number): UInt64(number.bitPattern)
      case .int(let number): UInt64(bitPattern: Int64(number))
      default: 0
      }
    self.init(seed: seed, name: op.rawValue)
  }
}
