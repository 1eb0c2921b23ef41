import GraphIR

extension TensorValue {
  /// The elements as numbers.
  var doubles: [Double] {
    switch dtype {
    case .float32: elements(as: Float.self).map(Double.init)
    case .float64: elements(as: Double.self)
    case .int64: elements(as: Int64.self).map(Double.init)
    case .bool: []
    }
  }
}
