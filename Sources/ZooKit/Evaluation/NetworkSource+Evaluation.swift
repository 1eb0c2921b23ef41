import TrainingAlgorithms
import Datasets
import Environments
import Rendering

extension NetworkSource {
  /// Runs the policy for some episodes; `evaluation.envs` of its recipe is the number of parallel environments.
  ///
  /// - Parameters:
  ///   - episodes: the number of episodes.
  ///   - seed: the seed of the first episode; each later one's is 1 higher. Equal seeds give equal episodes.
  ///   - isDeterministic: whether to take the most likely actions; otherwise they are drawn, if the policy has a
  ///     distribution.
  ///   - noise: the standard deviation of normal noise that is added to observations.
  /// - Throws: as ``network(_:)``; ``ModelZooError`` if there is no agent or an argument is out of range; the
  ///   environment's errors.
  public func evaluate(
    episodes: Int = 100, seed: UInt64 = 0, isDeterministic: Bool = false, noise: Double = 0
  ) throws -> PolicyEvaluation {
    try evaluate(
      episodes: episodes, seed: seed, isDeterministic: isDeterministic, noise: noise, isRecorded: false
    ).evaluation
  }

  /// Evaluates as ``evaluate(episodes:seed:isDeterministic:noise:)``, and also returns the policy's observations and
  /// actions.
  ///
  /// - Throws: as ``evaluate(episodes:seed:isDeterministic:noise:)``.
  public func record(
    episodes: Int = 100, seed: UInt64 = 0, isDeterministic: Bool = false, noise: Double = 0
  ) throws -> (evaluation: PolicyEvaluation, trajectories: Trajectories) {
    try evaluate(episodes: episodes, seed: seed, isDeterministic: isDeterministic, noise: noise, isRecorded: true)
  }

  private func evaluate(
    episodes: Int, seed: UInt64, isDeterministic: Bool, noise: Double, isRecorded: Bool
  ) throws -> (evaluation: PolicyEvaluation, trajectories: Trajectories) {
    guard (1...10_000).contains(episodes) else {
      throw ModelZooError(.invalidArgument, "\(episodes) episodes, expected 1 to 10000")
    }
    try check(noise: noise)
    var policy = try StoredPolicy(self, isDeterministic: isDeterministic, noise: noise, seed: seed)
    var recorder = policy.recorder()
    let count = policy.settings.evaluation.copies(of: policy.settings.environment, episodes: episodes)
    let copies = try policy.environment(copies: count, seed: seed)
    let statistics = try Evaluation.episodes(
      episodes, in: copies, seed: seed,
      begin: {
        policy.sampler.begin($0)
        recorder.begin($0)
      },
      act: { observations in
        let seen = policy.sampler.seen(observations)
        let actions = try policy.sampler.actions(seen)
        if isRecorded { recorder.record(seen, copies.innermost(actions)) }
        return actions
      })
    let evaluation = PolicyEvaluation(
      run: name, step: policy.step, environment: policy.settings.environment.id,
      isDeterministic: !policy.sampler.isDrawn, noise: noise,
      returns: ReturnStatistics(statistics.map(\.totalReward), seed: seed),
      meanLength: Double(statistics.reduce(0) { $0 + $1.length }) / Double(episodes),
      episodes: statistics.map { .init(seed: seed &+ UInt64($0.copy), return: $0.totalReward, length: $0.length) })
    return (evaluation, recorder.trajectories(lengths: isRecorded ? statistics.map(\.length) : []))
  }

  /// Draws an episode of the policy as a film.
  ///
  /// - Parameters:
  ///   - seed: the seed of environment and draws.
  ///   - isDeterministic: whether to take the most likely actions.
  ///   - noise: the standard deviation of normal noise that is added to observations.
  /// - Throws: as ``evaluate(episodes:seed:isDeterministic:noise:)``, and `RenderingError` if the environment can't
  ///   be drawn.
  public func film(
    seed: UInt64 = 0, isDeterministic: Bool = true, noise: Double = 0
  ) throws -> (film: Film, episode: EpisodeStatistics) {
    try check(noise: noise)
    var policy = try StoredPolicy(self, isDeterministic: isDeterministic, noise: noise, seed: seed)
    // Without automatic resets, the film shows the last state, too.
    var environment = try policy.environment(copies: 1, seed: seed, autoreset: .disabled, isDrawn: true)
    var film = try Film(of: environment)
    var step = VectorStep(for: environment)
    try environment.reset(seed: seed, into: &step)
    try film.record(environment)
    while true {
      let actions = try policy.sampler.actions(policy.sampler.seen(step.observations))
      try environment.step(actions, into: &step)
      try film.record(environment, after: environment.innermost(actions).only)
      if let episode = step.episodes.first { return (film, episode) }
    }
  }

  private func check(noise: Double) throws {
    guard noise >= 0, noise.isFinite else {
      throw ModelZooError(.invalidArgument, "a noise of \(noise), expected a finite number of at least 0")
    }
  }
}
