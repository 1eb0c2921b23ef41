import GraphIR

extension ImportedOperators {
  /// The domain of operators that ONNX tries out.
  static let previewDomain = "ai.onnx.preview"

  /// Source: ONNX `ai.onnx.preview`, version 1.
  static let preview: [String: Composition] = [
    // Attention whose scores and weights subgraphs change.
    "FlexAttention": { graph, call in
      let query = try call.input(0)
      let shape = try graph.shape(query)
      guard shape.rank == 4, let size = shape.last, size > 0 else {
        throw call.error(.graph, "Q is \(shape), expected [batch, heads, length, size] with a known size")
      }
      let (keys, values) = (
        try graph.shared(call.input(1), by: shape[1], call), try graph.shared(call.input(2), by: shape[1], call)
      )
      let scale = try graph.constant(call.float("scale").map(Double.init) ?? 1 / Double(size).squareRoot(), like: query)
      let transposed = try graph.call(.transpose, keys, attributes: ["perm": .ints([0, 1, 3, 2])])
      func changed(_ value: CompositionValue, by name: String) throws -> CompositionValue {
        guard let change = call.graphs[name] else { return value }
        let results = try graph.run(change, [.tensor(value)], call, "\(name)/")
        guard results.count == 1, case .tensor(let result) = results[0] else {
          throw call.error(.graph, "'\(name)' has \(results.count) results, expected a tensor")
        }
        return result
      }
      let scores = try changed(graph.call(.mul, graph.call(.matMul, query, transposed), scale), by: "score_mod")
      let weights = try graph.call(.softmax, scores, attributes: ["axis": .int(-1)])
      return [try graph.call(.matMul, changed(weights, by: "prob_mod"), values)]
    }
  ]
}
