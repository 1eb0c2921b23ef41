import Environments
import GraphIR

/// Evaluates a policy during its training, in a separate environment. The state of the training does not change.
struct AgentEvaluator {
  /// The program that computes actions: `env/observation` [episodes, S] to `action` [episodes, A], the policy's mode.
  static let program = "evaluate"

  let settings: EvaluationSettings
  let environment: EnvironmentSettings
  let spaces: EnvironmentSpaces
  let actions: EnvironmentSettings.ActionForm

  /// Creates the environment once, beside that of training.
  ///
  /// - Throws: the environment's errors.
  func check() throws {
    guard settings.every > 0, environment.isGymnasium else { return }
    _ = try copies(moments: nil)
  }

  /// The mean return of the settings' number of episodes, the same episodes each time.
  ///
  /// - Parameters:
  ///   - runner: the runner of the programs, of which ``program`` is one.
  ///   - moments: the moments of the observations in training, if these are normalised.
  ///   - isStopped: whether to stop the evaluation.
  /// - Throws: `CancellationError` if it is stopped; the errors of the program and the environment.
  func meanReturn(
    _ runner: any ProgramRunner, moments: RunningMoments<Float>?, isStopped: () -> Bool
  ) throws -> Double {
    let (width, actionWidth) = (spaces.observationWidth, spaces.actionWidth)
    // Each episode has its own row: the bits do not depend on the number of parallel environments.
    var rows = 0..<0
    let episodes = try Evaluation.episodes(
      settings.episodes, in: copies(moments: moments), seed: AgentSeeds.evaluation, begin: { rows = $0 },
      isStopped: isStopped,
      act: { observations in
        runner.fill(OnPolicyProgram.observation, of: Self.program) { buffer in
          buffer.update(repeating: 0)
          for (index, number) in observations.enumerated() { buffer[rows.lowerBound * width + index] = number }
        }
        try runner.compute(Self.program)
        let output: [Float] = runner.output("action", of: Self.program).elements()
        let chosen = output[rows.lowerBound * actionWidth..<rows.upperBound * actionWidth]
        return spaces.actions(TensorValue(Array(chosen), shape: [rows.count, actionWidth]))
      })
    return episodes.reduce(0) { $0 + $1.totalReward } / Double(episodes.count)
  }

  private func copies(moments: RunningMoments<Float>?) throws -> any VectorEnvironment {
    try environment.makeForEvaluation(
      seed: AgentSeeds.evaluation, actions: actions,
      copies: settings.copies(of: environment, episodes: settings.episodes), moments: moments)
  }
}
