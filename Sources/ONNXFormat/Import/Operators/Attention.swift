import GraphIR

extension ImportedOperators {
  static let transformers: [String: Composition] = [
    "Attention": { graph, call in try Attention(graph, call).outputs() },
    "RotaryEmbedding": { graph, call in [try graph.rotated(call)] },
  ]
}

/// Scaled dot product attention. Source: ONNX Attention-25; Vaswani et al., arXiv:1706.03762.
///
/// A query that may attend no key has a row of zeros.
private struct Attention {
  let graph: GraphImport
  let call: OperatorCall

  init(_ graph: GraphImport, _ call: OperatorCall) {
    self.graph = graph
    self.call = call
  }

  /// Y, the present keys and values, and the scores.
  func outputs() throws -> [CompositionValue?] {
    let isFlat = try graph.shape(call.input(0)).rank == 3
    let query = try heads(call.input(0), "q_num_heads")
    let (key, value) = (try present(1, past: 4), try present(2, past: 5))
    let count = try graph.shape(query)[1]
    let (keys, values) = (try graph.shared(key, by: count, call), try graph.shared(value, by: count, call))

    let size = try graph.shape(query)[3]
    guard size > 0 else { throw call.error(.unsupported, "the size of a head is unknown; fix it, as with --dim") }
    let scale = try call.float("scale").map(Double.init) ?? 1 / Double(size).squareRoot()
    // Both factors get the root, so that no product overflows.
    let root = try graph.constant(scale.squareRoot(), like: query)
    let transposed = try graph.call(.transpose, keys, attributes: ["perm": .ints([0, 1, 3, 2])])
    let raw = try graph.call(.matMul, graph.call(.mul, query, root), graph.call(.mul, transposed, root))
    let capped = try cap(raw)
    let (biased, allowed) = try masked(capped)
    let weights = try probabilities(biased, allowed)
    var result = try graph.call(.matMul, weights, values)
    if isFlat {
      let shape = try graph.shape(result)
      let rows = try graph.call(.transpose, result, attributes: ["perm": .ints([0, 2, 1, 3])])
      result = try graph.reshape(rows, to: [shape[0], shape[2], shape[1] * shape[3]])
    }
    let modes = [raw, capped, biased, weights]
    let mode = try call.int("qk_matmul_output_mode", default: 0)
    guard modes.indices.contains(mode) else { throw call.error(.graph, "'qk_matmul_output_mode' is \(mode)") }
    return [result, key, value, modes[mode]]
  }

  /// The softmax of the scores. A query without a key has zeros.
  private func probabilities(_ scores: CompositionValue, _ allowed: CompositionValue?) throws -> CompositionValue {
    guard let allowed else { return try graph.call(.softmax, scores, attributes: ["axis": .int(-1)]) }
    let zero = try graph.constant(0, like: scores)
    let number = try graph.call(.cast, allowed, attributes: ["to": .int(graph.type(scores).dtype.onnxCode)])
    let hasKey = try graph.call(.greater, graph.call(.reduceMax, number, graph.integers([-1])), zero)
    // Scores of 0 instead of -∞ keep the unused softmax, and its derivative, finite.
    let finite = try graph.call(.where, hasKey, scores, zero)
    return try graph.call(.where, hasKey, graph.call(.softmax, finite, attributes: ["axis": .int(-1)]), zero)
  }

  /// [batch, heads, length, size] from it or from [batch, length, heads · size].
  private func heads(_ value: CompositionValue, _ attribute: String) throws -> CompositionValue {
    let shape = try graph.shape(value)
    if shape.rank == 4 { return value }
    guard shape.rank == 3, let count = try call.int(attribute), count > 0, shape[2] % count == 0 else {
      throw call.error(.graph, "an input is \(shape), and '\(attribute)' does not divide its last axis")
    }
    let apart = try graph.reshape(value, to: [shape[0], shape[1], count, shape[2] / count])
    return try graph.call(.transpose, apart, attributes: ["perm": .ints([0, 2, 1, 3])])
  }

  /// Keys or values with those of the past in front.
  private func present(_ index: Int, past: Int) throws -> CompositionValue {
    let new = try heads(call.input(index), "kv_num_heads")
    guard let old = try call.tensor(past) else { return new }
    return try graph.call(.concat, [old, new], ["axis": .int(2)], outputCount: 1)[0]
  }

  private func cap(_ scores: CompositionValue) throws -> CompositionValue {
    let limit = Double(try call.float("softcap", default: 0))
    guard limit > 0 else { return scores }
    let bound = try graph.constant(limit, like: scores)
    return try graph.call(.mul, bound, graph.call(.tanh, graph.call(.div, scores, bound)))
  }

  /// The scores with the mask, and which keys a query may attend; nil if all.
  private func masked(_ scores: CompositionValue) throws -> (CompositionValue, CompositionValue?) {
    var (result, allowed) = (scores, try frontier(scores))
    let outside = try graph.constant(-.infinity, like: scores)
    if let mask = try call.tensor(3) {
      let isBool = try graph.type(mask).dtype == .bool
      let wide = try widened(mask, to: graph.shape(scores)[3], isBool)
      if isBool {
        allowed = try allowed.map { try graph.call(.and, $0, wide) } ?? wide
      } else {
        result = try graph.call(.add, result, wide)
        let isOpen = try graph.call(.greater, wide, outside)
        allowed = try allowed.map { try graph.call(.and, $0, isOpen) } ?? isOpen
      }
    }
    guard let allowed else { return (result, nil) }
    return (try graph.call(.where, allowed, result, outside), allowed)
  }

  /// A mask whose last axis covers all keys: those that it leaves out are masked.
  private func widened(_ mask: CompositionValue, to count: Int, _ isBool: Bool) throws -> CompositionValue {
    let shape = try graph.shape(mask)
    guard let last = shape.last, last >= 0, count >= 0, last < count, last > 1 else { return mask }
    let filling =
      isBool ? graph.constant(TensorValue(scalar: false)) : try graph.constant(-.infinity, like: mask)
    return try graph.call(
      .pad, mask, graph.integers([0, count - last]), filling, graph.integers([shape.rank - 1]))
  }

  /// Which keys the causal order, the window and the padding leave to each query; nil if all.
  private func frontier(_ scores: CompositionValue) throws -> CompositionValue? {
    let isCausal = try call.int("is_causal", default: 0) == 1
    let left = try call.int("left_window_size", default: -1)
    let right = try call.int("right_window_size", default: -1)
    let valid = try call.tensor(6).map { try graph.call(.unsqueeze, $0, graph.integers([1, 2, 3])) }
    guard isCausal || left >= 0 || right >= 0 || valid != nil else { return nil }
    let keys = try positions(along: 3, of: scores)
    var conditions: [CompositionValue] = []
    if let valid { conditions.append(try graph.call(.less, keys, valid)) }
    if isCausal || left >= 0 || right >= 0 {
      // The position of a query among the keys: those of the past come first.
      let rows = try graph.call(.unsqueeze, positions(along: 2, of: scores), graph.integers([1]))
      var offset = try call.tensor(4).map { try extent(2, of: $0) }
      if offset == nil, let valid { offset = try graph.call(.sub, valid, extent(2, of: scores)) }
      let queries = try offset.map { try graph.call(.add, rows, $0) } ?? rows
      if isCausal { conditions.append(try graph.call(.lessOrEqual, keys, queries)) }
      if right >= 0 {
        conditions.append(try graph.call(.lessOrEqual, keys, graph.call(.add, queries, number(right))))
      }
      if left >= 0 {
        conditions.append(try graph.call(.greaterOrEqual, keys, graph.call(.sub, queries, number(left))))
      }
    }
    return try conditions.dropFirst().reduce(conditions[0]) { try graph.call(.and, $0, $1) }
  }

  private func number(_ value: Int) -> CompositionValue { graph.constant(TensorValue(scalar: Int64(value))) }

  private func extent(_ axis: Int, of value: CompositionValue) throws -> CompositionValue {
    try graph.call(.gather, graph.call(.shape, value), number(axis))
  }

  /// 0, 1, … along an axis, whose extent may be symbolic.
  private func positions(along axis: Int, of value: CompositionValue) throws -> CompositionValue {
    try graph.call(.range, number(0), extent(axis, of: value), number(1))
  }
}

extension GraphImport {
  /// Keys or values of a group of heads, repeated for each of them.
  func shared(_ value: CompositionValue, by count: Int, _ call: OperatorCall) throws -> CompositionValue {
    let shape = try self.shape(value)
    guard shape.rank == 4, shape[1] != count else { return value }
    guard shape[1] > 0, count % shape[1] == 0 else {
      throw call.error(.graph, "\(count) heads of queries and \(shape[1]) of keys or values")
    }
    let apart = try self.call(.unsqueeze, value, integers([2]))
    let repeated = try self.call(.expand, apart, integers([1, 1, count / shape[1], 1, 1]))
    return try reshape(repeated, to: [shape[0], count, shape[2], shape[3]])
  }

  /// Pairs of elements rotated by the angle of their position. Source: ONNX RotaryEmbedding-23; Su et al.,
  /// arXiv:2104.09864.
  fileprivate func rotated(_ call: OperatorCall) throws -> CompositionValue {
    let input = try call.input(0)
    let given = try shape(input)
    var x = input
    if given.rank == 3 {
      guard let count = try call.int("num_heads"), count > 0, given[2] % count == 0 else {
        throw call.error(.graph, "the input is \(given), expected 'num_heads' that divides its last axis")
      }
      x = try reshape(input, to: [given[0], given[1], count, given[2] / count])
    } else {
      x = try self.call(.transpose, input, attributes: ["perm": .ints([0, 2, 1, 3])])
    }
    // Now [batch, length, heads, size].
    let whole = try shape(x)
    let size = try call.int("rotary_embedding_dim", default: 0)
    let rotarySize = size > 0 ? size : whole[3]
    let part = try slice(x, axis: 3, from: 0, to: rotarySize)
    func angles(_ index: Int) throws -> CompositionValue {
      let cache = try call.input(index)
      let rows = try call.tensor(3).map { try self.call(.gather, cache, $0) } ?? cache
      let half = try slice(rows, axis: 2, from: 0, to: rotarySize / 2)
      return try self.call(.unsqueeze, half, integers([2]))
    }
    let (cosine, sine) = (try angles(1), try angles(2))
    let isInterleaved = try call.int("interleaved", default: 0) == 1
    let first = try slice(
      part, axis: 3, from: 0, to: isInterleaved ? rotarySize : rotarySize / 2, step: isInterleaved ? 2 : 1)
    let second = try slice(
      part, axis: 3, from: isInterleaved ? 1 : rotarySize / 2, to: rotarySize, step: isInterleaved ? 2 : 1)
    let real = try self.call(.sub, self.call(.mul, cosine, first), self.call(.mul, sine, second))
    let imaginary = try self.call(.add, self.call(.mul, sine, first), self.call(.mul, cosine, second))
    var result: CompositionValue
    if isInterleaved {
      let pairs = try [real, imaginary].map { try self.call(.unsqueeze, $0, integers([4])) }
      let joined = try self.call(.concat, pairs, ["axis": .int(4)], outputCount: 1)[0]
      result = try reshape(joined, to: shape(part))
    } else {
      result = try self.call(.concat, [real, imaginary], ["axis": .int(3)], outputCount: 1)[0]
    }
    if rotarySize < whole[3] {
      let rest = try slice(x, axis: 3, from: rotarySize, to: whole[3])
      result = try self.call(.concat, [result, rest], ["axis": .int(3)], outputCount: 1)[0]
    }
    if given.rank == 3 { return try reshape(result, to: given) }
    return try self.call(.transpose, result, attributes: ["perm": .ints([0, 2, 1, 3])])
  }
}
