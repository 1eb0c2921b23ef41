import GraphIR

extension ImportedOperators {
  /// Source: ONNX LinearAttention-27, CausalConvWithState-27, TensorScatter-24.
  static let stateSpaces: [String: Composition] = [
    "CausalConvWithState": { graph, call in
      let (input, weight) = (try call.input(0), try call.input(1))
      let (shape, kernel) = (try graph.shape(input), try graph.shape(weight))
      guard shape.rank == 3, kernel.rank == 3, shape[1] > 0, let size = kernel.last, size > 0 else {
        throw call.error(.graph, "the input is \(shape), the weight \(kernel)")
      }
      let whole =
        try call.tensor(3).map { try graph.call(.concat, [$0, input], ["axis": .int(2)], outputCount: 1)[0] }
        ?? graph.call(.pad, input, graph.integers([size - 1, 0]), nil, graph.integers([2]))
      var result = try graph.call(.conv, whole, weight, call.tensor(2), attributes: ["group": .int(shape[1])])
      switch try call.string("activation", default: "none") {
      case "none": break
      case "silu", "swish": result = try graph.call(.mul, result, graph.call(.sigmoid, result))
      case let other: throw call.error(.graph, "'activation' is '\(other)', expected none, silu or swish")
      }
      let state =
        try size == 1
        ? graph.slice(whole, axis: 2, from: 0, to: 0) : graph.slice(whole, axis: 2, from: 1 - size, to: .max)
      return [result, state]
    },
    "LinearAttention": { graph, call in try LinearAttention(graph, call).outputs() },
    "TensorScatter": { graph, call in
      let (cache, update) = (try call.input(0), try call.input(1))
      let shape = try graph.shape(cache)
      let given = try call.int("axis", default: -2)
      guard let axis = shape.normalized(axis: given), axis > 0 else {
        throw call.error(.graph, "'axis' is \(given), and the cache \(shape)")
      }
      let place = graph.whole(Int64(axis))
      let extents = (try graph.call(.shape, update), try graph.call(.shape, cache))
      let steps = try graph.call(
        .range, graph.whole(0), graph.call(.gather, extents.0, place), graph.whole(1))
      var rows = try graph.call(.unsqueeze, steps, graph.integers(Array(1..<shape.rank - axis)))
      if let start = try call.tensor(2) {
        rows = try graph.call(
          .add, rows, graph.call(.unsqueeze, start, graph.integers(Array(1..<shape.rank))))
      }
      if try call.string("mode", default: "linear") == "circular" {
        rows = try graph.call(.mod, rows, graph.call(.gather, extents.1, place))
      }
      let indices = try graph.call(.expand, rows, extents.0)
      return [try graph.call(.scatterElements, cache, indices, update, attributes: ["axis": .int(axis)])]
    },
  ]
}

/// Attention with a state [batch, heads, key, value] instead of past keys and values. Source: ONNX LinearAttention-27;
/// Yang et al., arXiv:2412.06464. One group of nodes for each token.
private struct LinearAttention {
  let graph: GraphImport
  let call: OperatorCall
  private let rule: String
  private let heads: Int
  private let queries: Int
  private let shape: Shape

  init(_ graph: GraphImport, _ call: OperatorCall) throws {
    self.graph = graph
    self.call = call
    rule = try call.string("update_rule", default: "gated_delta")
    heads = try call.int("kv_num_heads", default: 0)
    queries = try call.int("q_num_heads", default: 0)
    shape = try graph.shape(call.input(0))
    guard ["linear", "gated", "delta", "gated_delta"].contains(rule) else {
      throw call.error(.graph, "'update_rule' is '\(rule)', expected linear, gated, delta or gated_delta")
    }
    guard heads > 0, queries > 0, queries % heads == 0, shape.rank == 3, shape[2] > 0, shape[2] % queries == 0 else {
      throw call.error(.graph, "the query is \(shape), with \(queries) heads and \(heads) of keys and values")
    }
    guard shape[1] > 0 else {
      throw call.error(.unsupported, "the number of tokens is unknown; fix it, as with --dim NAME=EXTENT")
    }
    _ = try graph.bounded([shape[1]], call, limit: 1 << 14)
  }

  func outputs() throws -> [CompositionValue?] {
    let size = shape[2] / queries
    let given = Double(try call.float("scale", default: 0))
    let scale = try graph.constant(given == 0 ? 1 / Double(size).squareRoot() : given, like: call.input(0))
    let query = try graph.call(.mul, call.input(0), scale)
    let isGated = rule.hasPrefix("gated")
    let decay = try isGated ? graph.call(.exp, call.input(4)) : nil
    let rate = try rule.hasSuffix("delta") ? call.input(5) : nil
    var state = try call.tensor(3)
    var results: [CompositionValue] = []
    for step in 0..<shape[1] {
      let key = try token(call.input(1), step, isRow: false)
      var value = try token(call.input(2), step, isRow: true)
      if let old = state, let decay { state = try graph.call(.mul, old, token(decay, step, isRow: false)) }
      if let old = state, rate != nil {
        let row = try graph.call(.transpose, key, attributes: ["perm": .ints([0, 1, 3, 2])])
        value = try graph.call(.sub, value, graph.call(.matMul, row, old))
      }
      if let rate { value = try graph.call(.mul, value, token(rate, step, isRow: false)) }
      let outer = try graph.call(.mul, key, value)
      let new = try state.map { try graph.call(.add, $0, outer) } ?? outer
      state = new
      // The queries that share a state are rows of one product.
      let rows = try graph.reshape(at(step, in: query), to: [shape[0], heads, queries / heads, size])
      let read = try graph.call(.matMul, rows, new)
      results.append(try graph.reshape(read, to: [shape[0], 1, queries * graph.shape(read)[3]]))
    }
    return [try graph.call(.concat, results, ["axis": .int(1)], outputCount: 1)[0], state]
  }

  private func at(_ step: Int, in sequence: CompositionValue) throws -> CompositionValue {
    try graph.slice(sequence, axis: 1, from: step, to: step + 1)
  }

  /// The elements of one token as a row or a column for each head: [batch, heads, 1, size] or [batch, heads, size, 1].
  /// One number for all heads keeps a single head.
  private func token(_ sequence: CompositionValue, _ step: Int, isRow: Bool) throws -> CompositionValue {
    let own = try graph.shape(sequence)
    guard own.rank == 3 else { throw call.error(.graph, "an input is \(own), expected [batch, tokens, elements]") }
    let width = own[2]
    guard width == 1 || (width > 0 && width % heads == 0) else {
      throw call.error(.graph, "an input has \(width) elements for a token, expected a multiple of \(heads)")
    }
    let count = width == 1 ? 1 : heads
    let size = width / count
    return try graph.reshape(
      at(step, in: sequence), to: isRow ? [shape[0], count, 1, size] : [shape[0], count, size, 1])
  }
}
