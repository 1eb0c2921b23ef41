import ArgumentParser
import Foundation
import ZooKit

/// `zoo eval`.
struct EvalCommand: StoreCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval", abstract: "Run an agent's policy for some episodes and report its returns.",
    discussion: """
      IQM is the interquartile mean, the mean of the middle half of the returns. Its 95 % interval is from a bootstrap \
      over the episodes (arXiv:2108.13264).
      """)

  @Argument(help: "RUN, RUN@STEP, RUN@latest, RUN@best or MODEL:trained.")
  var reference: String

  @Option(help: "The number of episodes.")
  var episodes = 100

  @Option(help: "The first episode's seed; each later episode's seed is 1 higher. Equal seeds give equal episodes.")
  var seed: UInt64 = 0

  @Flag(help: "Take the most likely actions instead of drawing them.")
  var deterministic = false

  @Option(help: "The standard deviation of normal noise that is added to observations.")
  var noise = 0.0

  @Option(
    help: "A CSV file for the policy's observations and actions; imitation learns from it.",
    completion: .file(extensions: ["csv"]))
  var record: String?

  @OptionGroup var options: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    // Must come before the store is opened: a descriptor that is not open yet (/dev/fd/N) is refused.
    let file = try record.map { try options.output($0, endings: ["csv"]) }
    let source = try options.source(reference)
    let result: PolicyEvaluation
    if let file {
      let recorded = try source.record(
        episodes: episodes, seed: seed, isDeterministic: deterministic, noise: noise)
      try file.write(Data(recorded.trajectories.csv.utf8))
      result = recorded.evaluation
    } else {
      result = try source.evaluate(
        episodes: episodes, seed: seed, isDeterministic: deterministic, noise: noise)
    }
    let returns = result.returns
    let origin = source is TrainedModel ? source.name : "\(result.run)@\(result.step)"
    let actions = result.isDeterministic ? "most likely" : "drawn"
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
