import GraphIR

/// A run in progress: an algorithm with its data, its random streams and its state.
public protocol Trainer {
  /// The steps done so far.
  var step: Int { get }

  /// Everything that the next step depends on: a copy, which costs what moving its bytes costs.
  ///
  /// - Throws: what keeps an environment in another process from giving its state.
  var state: TrainingState { get throws }

  /// What runs the algorithm's programs.
  var runner: any ProgramRunner { get }

  /// Does one step.
  ///
  /// - Returns: what to record of it, by name.
  /// - Throws: ``AlgorithmError`` with code `diverged`, step and tensor where a loss is no finite number.
  mutating func advance() throws -> [String: Double]

  /// Whether ``evaluate()`` is to follow at this step, as the step alone decides. By default it never is.
  var isEvaluationDue: Bool { get }

  /// Makes sure that evaluations are possible; by default there are none.
  ///
  /// - Throws: what stands in their way.
  func checkEvaluation() throws

  /// Measures how good the result of the training is, without a trace in the state.
  ///
  /// - Returns: what to record of this step, by name; by default nothing.
  func evaluate() throws -> [String: Double]
}

extension Trainer {
  /// Never.
  public var isEvaluationDue: Bool { false }

  /// Nothing stands in the way.
  public func checkEvaluation() throws {}

  /// Nothing.
  public func evaluate() throws -> [String: Double] { [:] }
}
