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

  /// The state that is among a checkpoint's tensors.
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

extension VectorEnvironment {
  /// Goes back to where a checkpoint was written. Where the environment can't continue its episodes, new ones begin.
  ///
  /// - Parameter step: gets what the agent sees.
  /// - Returns: what it saw last in the episodes that don't go on; nil where all do.
  /// - Throws: `EnvironmentError` or ``AlgorithmError`` where the state does not fit.
  mutating func restore(_ state: TrainingState, into step: inout VectorStep) throws -> [Float]? {
    let saved = EnvironmentState(in: state.tensors)
    try restore(saved)
    let shape: Shape = [count, observationSpace.count]
    let last: [Float] = try state.tensor("agent/observation", TensorType(.float32, shape)).elements()
    guard saved.continuesEpisodes else {
      try reset(seed: nil, into: &step)
      return last
    }
    step.observations = last
    return nil
  }
}
