import ArgumentParser
import Foundation
import ZooKit

/// `zoo eval`.
struct EvalCommand: StoreCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval", abstract: "Evaluate an agent's policy or the samples of a generator.",
    discussion: """
      An agent: runs its policy for some episodes and reports their returns. IQM is the interquartile mean, the mean \
      of the middle half of the returns. Its 95 % interval is from a bootstrap over the episodes (arXiv:2108.13264).

      A generator: compares its samples with those of the run's data set. Without --features, it reports the sliced \
      Wasserstein distance of the samples. With a network of features it also reports the Fréchet distance (FID), the \
      kernel distance (KID), and precision and recall. Intervals of 95 % are from bootstraps.
      """)

  @Argument(help: "RUN, RUN@STEP, RUN@latest, RUN@best or MODEL:trained.")
  var reference: String

  @Option(help: "The first episode's seed, with 1 more for each later one; or the seed of samples and intervals.")
  var seed: UInt64 = 0

  @OptionGroup(title: "Options for agents") var agent: AgentEvalOptions
  @OptionGroup(title: "Options for generators") var generator: GeneratorEvalOptions
  @OptionGroup var options: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard agent.first == nil || generator.first == nil else {
      throw ValidationError(
        "\(agent.first ?? "") is for agents, and \(generator.first ?? "") for generators; leave one of them out.")
    }
  }

  func run() throws {
    // Must come before the store is opened: a descriptor that is not open yet (/dev/fd/N) is refused.
    let record = try agent.record.map { try options.output($0, endings: ["csv"]) }
    let picture = try generator.output.map { try options.output($0, endings: ["png"]) }
    let source = try options.source(reference)
    if source.specification.settings.agent != nil {
      if let option = generator.first { throw refusal(option, "an agent") }
      try evaluatePolicy(source, record)
    } else {
      if let option = agent.first { throw refusal(option, "no agent") }
      try evaluateSamples(source, picture)
    }
  }

  /// The reference in reports, with the steps of training for a run.
  func title(of source: any NetworkSource, _ step: Int) -> String {
    source is TrainedModel ? source.name : "\(source.name)@\(step)"
  }

  private func refusal(_ option: String, _ found: String) -> ModelZooError {
    ModelZooError(.invalidArgument, "\(option) does not apply: '\(reference)' trains \(found); leave it out")
  }
}
