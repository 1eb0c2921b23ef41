import Environments
import GraphIR

/// Evaluates a policy in the course of its training, in an environment of its own and without a trace in the state.
struct AgentEvaluator {
  /// The program that is asked: `env/observation` [episodes, S] to `action` [episodes, A], the mode of the policy.
  static let program = "evaluate"

  let settings: EvaluationSettings
  let environment: EnvironmentSettings
  let spaces: EnvironmentSpaces
  let actions: EnvironmentSettings.ActionForm

  /// Makes the environment once.
  ///
  /// - Throws: what keeps it from being there beside that of training.
  func check() throws {
    guard settings.every > 0, environment.isGymnasium else { return }
    _ = try copies(moments: nil)
  }

  /// The mean return of the settings' number of episodes, the same ones each time.
  ///
  /// - Parameters:
  ///   - moments: of the observations in training, where these are normalised.
  ///   - isStopped: whether to leave the evaluation.
  /// - Throws: `CancellationError` if it is stopped; what the program and the environment throw.
  func meanReturn(
    _ runner: any ProgramRunner, moments: RunningMoments<Float>?, isStopped: () -> Bool
  ) throws -> Double {
    let (width, actionWidth) = (spaces.observationWidth, spaces.actionWidth)
    // An episode has its row, however many are run at a time: equal bits then.
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
