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

  /// The mean return of the settings' number of episodes, the same ones each time.
  ///
  /// - Parameter moments: of the observations in training, where these are normalised.
  /// - Throws: what the program and the environment throw.
  func meanReturn(_ runner: any ProgramRunner, moments: RunningMoments<Float>?) throws -> Double {
    let copies = try environment.makeForEvaluation(
      seed: AgentSeeds.evaluation, actions: actions, copies: settings.episodes, moments: moments)
    let episodes = try Evaluation.firstEpisodes(in: copies, seed: AgentSeeds.evaluation) { observations in
      runner.fill(OnPolicyProgram.observation, of: Self.program) { _ = $0.update(from: observations) }
      try runner.compute(Self.program)
      return spaces.actions(runner.output("action", of: Self.program))
    }
    return episodes.reduce(0) { $0 + $1.totalReward } / Double(episodes.count)
  }
}
