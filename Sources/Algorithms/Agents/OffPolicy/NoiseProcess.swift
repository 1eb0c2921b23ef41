import Checkpointing
import GraphIR

/// The noise of several copies of an environment, each with a process of its own.
struct NoiseProcess: Checkpointed {
  private let noise: ActionNoise
  private let width: Int
  /// What was added last, a row for each copy. Only an Ornstein-Uhlenbeck process depends on it.
  private var previous: [Double]

  /// Processes at their beginning.
  ///
  /// - Parameter width: the numbers of an action.
  init(_ noise: ActionNoise, copies: Int, width: Int) {
    self.noise = noise
    self.width = width
    previous = [Double](repeating: 0, count: copies * width)
  }

  /// Adds the next noise of every copy to its action, and keeps the sum within ±1.
  ///
  /// - Parameter normal: as many standard normal numbers.
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

  /// Begins the process of a copy anew, after its episode has ended.
  mutating func reset(_ copy: Int) {
    for index in copy * width..<(copy + 1) * width { previous[index] = 0 }
  }

  private var type: TensorType { TensorType(.float64, [previous.count / width, width]) }

  /// Adds the tensor `previous`, a row for each environment.
  func save(to state: inout TrainingState, as name: String) {
    state.tensors[StateName.join(name, "previous")] = TensorValue(previous, shape: type.shape)
  }

  /// Goes back to the processes of a checkpoint.
  ///
  /// - Throws: `CheckpointError` if the tensor is missing or has another shape.
  mutating func restore(from state: TrainingState, as name: String) throws {
    previous = try state.tensor(StateName.join(name, "previous"), type).elements()
  }
}
