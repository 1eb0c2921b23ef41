import Checkpointing
import GraphIR

/// The noise of parallel environments, with one process for each.
struct NoiseProcess: Checkpointed {
  private let noise: ActionNoise
  private let width: Int
  /// The previous noise, a row for each environment. Only an Ornstein-Uhlenbeck process depends on it.
  private var previous: [Double]

  /// Processes in their initial state.
  ///
  /// - Parameters:
  ///   - noise: the kind of noise, with its settings.
  ///   - copies: the number of parallel environments.
  ///   - width: the number of elements of an action.
  init(_ noise: ActionNoise, copies: Int, width: Int) {
    self.noise = noise
    self.width = width
    previous = [Double](repeating: 0, count: copies * width)
  }

  /// Adds the next noise of every environment to its action, and clips the sum to ±1.
  ///
  /// - Parameters:
  ///   - actions: the actions of all environments, concatenated rows.
  ///   - normal: a standard normal number for each element of `actions`.
  mutating func add(to actions: inout [Float], normal: [Float]) {
    for index in actions.indices {
      switch noise {
      case .normal(let sigma): previous[index] = sigma * Double(normal[index])
      case .ornsteinUhlenbeck(let sigma, let theta, let dt):
        previous[index] += -theta * previous[index] * dt + sigma * dt.squareRoot() * Double(normal[index])
      }
      actions[index] = max(-1, min(actions[index] + Float(previous[index]), 1))
    }
  }

  /// Restarts the process of an environment, after its episode has ended.
  mutating func reset(_ copy: Int) {
    for index in copy * width..<(copy + 1) * width { previous[index] = 0 }
  }

  private var type: TensorType { TensorType(.float64, [previous.count / width, width]) }

  /// Adds the tensor `previous`, a row for each environment.
  func save(to state: inout TrainingState, as name: String) {
    state.tensors[StateName.join(name, "previous")] = TensorValue(previous, shape: type.shape)
  }

  /// Restores the processes of a checkpoint.
  ///
  /// - Throws: `CheckpointError` if the tensor is missing or has another shape.
  mutating func restore(from state: TrainingState, as name: String) throws {
    previous = try state.tensor(StateName.join(name, "previous"), type).elements()
  }
}
