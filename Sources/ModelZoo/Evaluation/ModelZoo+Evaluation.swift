import Algorithms
import Environments
import Store

extension ModelZoo {
  /// Runs a policy for some episodes, each in a copy of its environment of its own.
  ///
  /// - Parameters:
  ///   - reference: `RUN`, `RUN@STEP`, `RUN@latest` or `RUN@best`.
  ///   - episodes: how many.
  ///   - seed: seeds the first copy; the second has the next number, and so on. Equal seeds give equal episodes.
  ///   - isDeterministic: whether to take the most likely actions; otherwise they are drawn, where the policy has a distribution.
  ///   - noise: the standard deviation of normal numbers that are added to what the policy observes.
  /// - Throws: ``StoreError`` where there is no such run or checkpoint; ``ModelZooError`` where the run trains no agent, or an
  ///   argument is out of range; what the environment throws.
  public func evaluate(
    _ reference: String, episodes: Int = 100, seed: UInt64 = 0, isDeterministic: Bool = false, noise: Double = 0
  ) throws -> PolicyEvaluation {
    guard (1...10_000).contains(episodes) else {
      throw ModelZooError(.invalidArgument, "\(episodes) episodes, expected 1 to 10000")
    }
    guard noise >= 0, noise.isFinite else {
      throw ModelZooError(.invalidArgument, "a noise of \(noise), expected a finite number of at least 0")
    }
    guard let (run, settings) = try agent(reference) else {
      throw ModelZooError(
        .invalidArgument,
        "run \(try store.resolve(reference).run.id) trains no agent; draw samples: zoo sample \(reference)")
    }
    let policy = try network(reference, RunGraphs.policy)
    let environment = settings.environment
    var sampler = try PolicySampler(
      policy.graph, parameters: policy.parameters, environment.spaces(), actionForm: type(of: settings).actionForm,
      isDeterministic: isDeterministic,
      noise: noise, seed: seed)
    // The policy's graph has the normalisation of observations in it.
    let copies = try environment.makeForEvaluation(
      seed: seed, actions: sampler.actionForm, copies: episodes, moments: nil)
    let statistics = try Evaluation.firstEpisodes(in: copies, seed: seed) { try sampler.actions($0) }
    return PolicyEvaluation(
      run: run.id, step: policy.checkpoint.id.step, environment: environment.id, isDeterministic: !sampler.isDrawn,
      noise: noise, returns: ReturnStatistics(statistics.map(\.totalReward), seed: seed),
      meanLength: Double(statistics.reduce(0) { $0 + $1.length }) / Double(episodes),
      episodes: statistics.map { .init(seed: seed &+ UInt64($0.copy), return: $0.totalReward, length: $0.length) })
  }

  /// Whether a run goes on from a checkpoint in the middle of the episodes. False where its environment can't be saved: then new ones
  /// begin, so that it does not go on bit for bit.
  ///
  /// - Parameter reference: `RUN`, `RUN@STEP`, `RUN@latest` or `RUN@best`.
  /// - Throws: ``StoreError`` where there is no such run or checkpoint.
  public func continuesEpisodes(_ reference: String) throws -> Bool {
    guard let agent = try agent(reference), agent.settings.environment.isGymnasium else { return true }
    let snapshot = try store.snapshot(of: agent.run.id, at: store.resolve(reference).checkpoint ?? .latest)
    return EnvironmentState(in: snapshot.tensors).continuesEpisodes
  }

  /// A run with the settings of its agent; nil where it trains none.
  ///
  /// - Throws: ``StoreError`` where there is no such run.
  func agent(_ reference: String) throws -> (run: Run, settings: any AgentSettings)? {
    let run = try store.resolve(reference).run
    let settings = try RunSpecification(json: run.settings, run: run.id).settings.settings
    return (settings as? any AgentSettings).map { (run, $0) }
  }
}
