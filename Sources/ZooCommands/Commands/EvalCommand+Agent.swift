import ArgumentParser
import FileOutput
import Foundation
import ZooKit

/// The options of `zoo eval` for agents.
struct AgentEvalOptions: ParsableArguments {
  @Option(help: "The number of episodes (default: 100).")
  var episodes: Int?

  @Flag(help: "Take the most likely actions instead of drawing them.")
  var deterministic = false

  @Option(help: "The standard deviation of normal noise that is added to observations (default: 0).")
  var noise: Double?

  @Option(
    help: "A CSV file for the policy's observations and actions; imitation learns from it.",
    completion: .file(extensions: ["csv"]))
  var record: String?

  /// The first option that was given.
  var first: String? {
    episodes.map { _ in "--episodes" } ?? (deterministic ? "--deterministic" : nil) ?? noise.map { _ in "--noise" }
      ?? record.map { _ in "--record" }
  }
}

extension EvalCommand {
  /// Runs an agent's policy for some episodes and reports its returns.
  func evaluatePolicy(_ source: any NetworkSource, _ file: OutputFile?) throws {
    let (episodes, noise) = (agent.episodes ?? 100, agent.noise ?? 0)
    let result: PolicyEvaluation
    if let file {
      let recorded = try source.record(
        episodes: episodes, seed: seed, isDeterministic: agent.deterministic, noise: noise)
      try file.write(Data(recorded.trajectories.csv.utf8))
      result = recorded.evaluation
    } else {
      result = try source.evaluate(
        episodes: episodes, seed: seed, isDeterministic: agent.deterministic, noise: noise)
    }
    let returns = result.returns
    let actions = result.isDeterministic ? "most likely" : "drawn"
    let origin = title(of: source, result.step)
    try output.report(
      result,
      """
      \(origin) in \(result.environment): \(Format.count(episodes)) episodes from seed \(seed), \
      actions \(actions)\(noise > 0 ? ", noise \(Format.metric(noise))" : "")
      mean    \(Format.metric(returns.mean)) ± \(Format.metric(returns.standardDeviation)) (standard deviation)
      IQM     \(Format.metric(returns.interquartileMean)) \
      [\(returns.interval.map(Format.metric).joined(separator: ", "))]
      length  \(Format.metric(result.meanLength))
      """, of: file)
  }
}
