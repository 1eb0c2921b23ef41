import GraphIR

extension ImportedOperators {
  /// Source: ONNX SoftmaxCrossEntropyLoss-13, NegativeLogLikelihoodLoss-22.
  static let losses: [String: Composition] = [
    "NegativeLogLikelihoodLoss": { graph, call in [try graph.negativeLogLikelihood(call.input(0), call)] },
    "SoftmaxCrossEntropyLoss": { graph, call in
      let logarithms = try graph.call(.logSoftmax, call.input(0), attributes: ["axis": .int(1)])
      return [try graph.negativeLogLikelihood(logarithms, call), logarithms]
    },
  ]
}

extension GraphImport {
  /// -w[t] · x[t] for the class t of each element. The mean divides by the sum of the weights w[t].
  fileprivate func negativeLogLikelihood(_ x: CompositionValue, _ call: OperatorCall) throws -> CompositionValue {
    let target = try call.input(1)
    let ignored = try call.int("ignore_index")
    let classes = try ignored.map { index in
      // An ignored element may have a class that does not exist. It takes class 0 with weight 0.
      let isIgnored = try self.call(.equal, target, constant(TensorValue(scalar: Int64(index))))
      return (isIgnored, try self.call(.where, isIgnored, constant(TensorValue(scalar: Int64(0))), target))
    }
    let rows = try self.call(.unsqueeze, classes?.1 ?? target, integers([1]))
    let picked = try self.call(
      .squeeze, self.call(.gatherElements, x, rows, attributes: ["axis": .int(1)]), integers([1]))
    var weight = try call.tensor(2).map { try self.call(.gather, $0, classes?.1 ?? target) }
    if let isIgnored = classes?.0 {
      let (zero, one) = (try constant(0, like: x), try constant(1, like: x))
      weight = try self.call(.where, isIgnored, zero, weight ?? one)
    }
    let loss = try self.call(.neg, weight.map { try self.call(.mul, picked, $0) } ?? picked)
    switch try call.string("reduction", default: "mean") {
    case "none": return loss
    case "sum": return try self.call(.reduceSum, loss, attributes: ["keepdims": .int(0)])
    case "mean":
      guard let weight else { return try self.call(.reduceMean, loss, attributes: ["keepdims": .int(0)]) }
      let total = try self.call(.reduceSum, loss, attributes: ["keepdims": .int(0)])
      return try self.call(.div, total, self.call(.reduceSum, weight, attributes: ["keepdims": .int(0)]))
    case let other: throw call.error(.graph, "'reduction' is '\(other)', expected none, sum or mean")
    }
  }
}
