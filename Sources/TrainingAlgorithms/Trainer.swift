import Checkpointing
import GraphIR

/// A training in progress: an algorithm with its data or environment, its random streams and its state.
///
/// `CheckpointedParts.parts` lists the stored properties that the next step depends on. The tensors of the programs'
/// state are saved in addition.
public protocol Trainer: CheckpointedParts {
  /// The number of steps done.
  var step: Int { get }

  /// The runner of the algorithm's programs.
  var runner: any ProgramRunner { get }

  /// Prepares the first step of a new training, such as the first episode of an environment. By default nothing.
  ///
  /// - Throws: the environment's errors.
  mutating func begin() throws

  /// Performs one step.
  ///
  /// - Returns: the metrics of the step, by name.
  /// - Throws: ``AlgorithmError`` with code `diverged`, the step and the tensor if a loss is not finite.
  mutating func advance() throws -> [String: Double]

  /// Whether ``evaluate()`` follows at this step, a function of the step alone. By default it never does.
  var isEvaluationDue: Bool { get }

  /// Checks that evaluations are possible. By default there are none.
  ///
  /// - Throws: the reason why they are not.
  func checkEvaluation() throws

  /// Measures the quality of the training's result. The state does not change.
  ///
  /// - Parameter isStopped: whether the user has asked to stop; a long evaluation calls it regularly.
  /// - Returns: the metrics to record for this step, by name; by default none.
  /// - Throws: `CancellationError` if `isStopped` ended the evaluation; the reason of a failure.
  func evaluate(isStopped: () -> Bool) throws -> [String: Double]
}

extension Trainer {
  /// Does nothing.
  public mutating func begin() throws {}

  /// Never.
  public var isEvaluationDue: Bool { false }

  /// Does nothing.
  public func checkEvaluation() throws {}

  /// No metrics.
  public func evaluate(isStopped: () -> Bool) throws -> [String: Double] { [:] }

  /// As ``evaluate(isStopped:)``, to the end.
  public func evaluate() throws -> [String: Double] { try evaluate { false } }

  /// A copy of everything that the next step depends on. All bytes are copied.
  ///
  /// - Throws: the reason why an environment in another process can't be saved, or a device does not give its tensors.
  public var state: TrainingState {
    get throws {
      var state = TrainingState(step: step, tensors: try runner.tensors)
      try save(to: &state, as: "")
      return state
    }
  }
}
