import GraphIR

extension ImportedOperators {
  /// The domain of operators for scikit-learn's models.
  static let learningDomain = "ai.onnx.ml"

  /// Linear models, and operators that prepare features. Source: ONNX `ai.onnx.ml`, version 5.
  static let learning: [String: Composition] = [
    "ArrayFeatureExtractor": { graph, call in
      [try graph.call(.gather, call.input(0), graph.flat(call.input(1)), attributes: ["axis": .int(-1)])]
    },
    "Binarizer": { graph, call in
      let x = try call.input(0)
      let bound = try graph.constant(Double(call.float("threshold", default: 0)), like: x)
      return [try graph.cast(graph.call(.greater, x, bound), like: x)]
    },
    "FeatureVectorizer": { graph, call in
      [
        try graph.call(
          .concat, call.inputs.indices.map { try graph.feature($0, call) }, ["axis": .int(1)], outputCount: 1)[0]
      ]
    },
    "LinearClassifier": { graph, call in
      guard let labels = try call.ints("classlabels_ints") else {
        throw call.error(.unsupported, "its classes are texts, expected integers ('classlabels_ints')")
      }
      let scores = try graph.linear(call, rows: labels.count)
      let best = try graph.call(.argMax, scores, attributes: ["axis": .int(1), "keepdims": .int(0)])
      return [try graph.call(.gather, graph.integers(labels), best), try graph.transformed(scores, call)]
    },
    "LinearRegressor": { graph, call in
      [try graph.transformed(graph.linear(call, rows: call.int("targets", default: 1)), call)]
    },
    "Normalizer": { graph, call in
      let x = try graph.feature(0, call)
      let axes = graph.integers([1])
      let norm =
        switch try call.string("norm", default: "MAX") {
        case "MAX": try graph.call(.reduceMax, x, axes)
        case "L1": try graph.call(.reduceL1, x, axes)
        case "L2": try graph.call(.reduceL2, x, axes)
        case let other: throw call.error(.graph, "'norm' is '\(other)', expected MAX, L1 or L2")
        }
      let isZero = try graph.call(.equal, norm, graph.constant(0, like: x))
      return [try graph.call(.div, x, graph.call(.where, isZero, graph.constant(1, like: x), norm))]
    },
    "Scaler": { graph, call in
      let x = try graph.feature(0, call)
      let (offset, scale) = (try graph.numbers("offset", call), try graph.numbers("scale", call))
      return [try graph.call(.mul, graph.call(.sub, x, offset), scale)]
    },
  ]
}

extension GraphImport {
  /// An input as float32.
  func feature(_ index: Int, _ call: OperatorCall) throws -> CompositionValue {
    try self.call(.cast, call.input(index), attributes: ["to": .int(DataType.float32.onnxCode)])
  }

  fileprivate func flat(_ value: CompositionValue) throws -> CompositionValue {
    try call(.reshape, value, integers([-1]))
  }

  /// An attribute as a constant vector.
  fileprivate func numbers(_ name: String, _ call: OperatorCall) throws -> CompositionValue {
    guard case .floats(let numbers)? = call.attributes[name], !numbers.isEmpty else {
      throw call.error(.graph, "'\(name)' is missing, expected FLOATS")
    }
    return constant(TensorValue(numbers))
  }

  /// x · coefficientsᵀ + intercepts: [batch, rows].
  fileprivate func linear(_ call: OperatorCall, rows: Int) throws -> CompositionValue {
    let x = try feature(0, call)
    let coefficients = try numbers("coefficients", call)
    let count = try shape(coefficients)[0]
    guard rows > 0, count % rows == 0 else {
      throw call.error(.unsupported, "\(count) coefficients for \(rows) results, expected as many for each result")
    }
    let weights = try self.call(
      .transpose, reshape(coefficients, to: [rows, count / rows]), attributes: ["perm": .ints([1, 0])])
    let product = try self.call(.matMul, x, weights)
    guard call.attributes["intercepts"] != nil else { return product }
    return try self.call(.add, product, numbers("intercepts", call))
  }

  func transformed(_ scores: CompositionValue, _ call: OperatorCall) throws -> CompositionValue {
    switch try call.string("post_transform", default: "NONE") {
    case "NONE": return scores
    case "LOGISTIC": return try self.call(.sigmoid, scores)
    case "SOFTMAX": return try self.call(.softmax, scores, attributes: ["axis": .int(1)])
    case let other: throw call.error(.unsupported, "'post_transform' is '\(other)', expected NONE, LOGISTIC or SOFTMAX")
    }
  }
}
