import Environments
import GraphIR

/// The state of an environment as tensors of a checkpoint, named `environment/LAYER/NAME`.
extension EnvironmentState {
  private static let prefix = "environment/"

  /// The arrays as vectors.
  var tensors: [String: TensorValue] {
    Dictionary(
      uniqueKeysWithValues: arrays.map { name, values in
        let tensor: TensorValue =
          switch values {
          case .float32(let numbers): TensorValue(numbers)
          case .float64(let numbers): TensorValue(numbers)
          case .int64(let numbers): TensorValue(numbers)
          }
        return (Self.prefix + name, tensor)
      })
  }

  /// The state in a checkpoint's tensors.
  package init(in tensors: [String: TensorValue]) {
    var arrays: [String: Values] = [:]
    for (name, tensor) in tensors where name.hasPrefix(Self.prefix) {
      switch tensor.dtype {
      case .float32: arrays[String(name.dropFirst(Self.prefix.count))] = .float32(tensor.elements())
      case .float64: arrays[String(name.dropFirst(Self.prefix.count))] = .float64(tensor.elements())
      case .int64, .bool: arrays[String(name.dropFirst(Self.prefix.count))] = .int64(tensor.elements())
      }
    }
    self.init(arrays)
  }
}
