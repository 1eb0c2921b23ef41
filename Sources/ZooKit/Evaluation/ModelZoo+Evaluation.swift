import TrainingAlgorithms
import Datasets
import Environments
import Rendering
import RunStore

extension ModelZoo {
  /// Runs a policy for some episodes; `evaluation.envs` of its recipe is the number of parallel environments.
  ///
  /// - Parameters:
  ///   - reference: `RUN`, `RUN@STEP`, `RUN@latest`, `RUN@best`, or `MODEL:trained`.
  ///   - episodes: the number of episodes.
  ///   - seed: the seed of the first episode; each later one's is 1 higher. Equal seeds give equal episodes.
  ///   - isDeterministic: whether to take the most likely actions; otherwise they are drawn, if the policy has a
  ///     distribution.
  ///   - noise: the standard deviation of normal noise that is added to observations.
  /// - Throws: `StoreError` if there is no such run or checkpoint; ``ModelZooError`` if the run trains no agent or an
  ///   argument is out of range; the environment's errors.
  public func evaluate(
    _ reference: String, episodes: Int = 100, seed: UInt64 = 0, isDeterministic: Bool = false, noise: Double = 0
  ) throws -> PolicyEvaluation {
    try source(reference).evaluate(episodes: episodes, seed: seed, isDeterministic: isDeterministic, noise: noise)
  }

  /// Evaluates as ``evaluate(_:episodes:seed:isDeterministic:noise:)``, and also returns the policy's observations and
  /// actions.
  ///
  /// - Throws: as ``evaluate(_:episodes:seed:isDeterministic:noise:)``.
  public func record(
    _ reference: String, episodes: Int = 100, seed: UInt64 = 0, isDeterministic: Bool = false, noise: Double = 0
  ) throws -> (evaluation: PolicyEvaluation, trajectories: Trajectories) {
    try source(reference).record(episodes: episodes, seed: seed, isDeterministic: isDeterministic, noise: noise)
  }

  /// Draws an episode of a policy as a film.
  ///
  /// - Parameters:
  ///   - reference: `RUN`, `RUN@STEP`, `RUN@latest`, `RUN@best`, or `MODEL:trained`.
  ///   - seed: the seed of environment and draws.
  ///   - isDeterministic: whether to take the most likely actions.
  ///   - noise: the standard deviation of normal noise that is added to observations.
  /// - Throws: as ``evaluate(_:episodes:seed:isDeterministic:noise:)``, and `RenderingError` if the environment can't
  ///   be drawn.
  public func film(
    _ reference: String, seed: UInt64 = 0, isDeterministic: Bool = true, noise: Double = 0
  ) throws -> (film: Film, episode: EpisodeStatistics) {
    try source(reference).film(seed: seed, isDeterministic: isDeterministic, noise: noise)
  }

  /// Whether a run continues from a checkpoint in the middle of its episodes. False if the environment can't be saved:
  /// new episodes then begin, and the run does not continue bit for bit.
  ///
  /// - Parameter reference: `RUN`, `RUN@STEP`, `RUN@latest` or `RUN@best`.
  /// - Throws: `StoreError` if there is no such run or checkpoint.
  public func continuesEpisodes(_ reference: String) throws -> Bool {
    guard let agent = try agent(reference), agent.settings.environment.isGymnasium else { return true }
    let snapshot = try store.snapshot(of: agent.run.id, at: store.resolve(reference).checkpoint ?? .latest)
    return EnvironmentState(in: snapshot.tensors).continuesEpisodes
  }

  /// A run with the settings of its agent; nil if it trains none.
  ///
  /// - Throws: `StoreError` if there is no such run.
  func agent(_ reference: String) throws -> (run: Run, settings: any AgentSettings)? {
    let run = try store.resolve(reference).run
    let settings = try specification(of: run).settings
    return (settings as? any AgentSettings).map { (run, $0) }
  }
}
