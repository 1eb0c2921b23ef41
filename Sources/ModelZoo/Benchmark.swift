import Algorithms
import Datasets
import Executor
import Foundation
import GraphIR

/// How long training steps take, without a store.
public struct Benchmark: Sendable, Codable {
  /// The model's name.
  public let model: String
  /// How programs were executed.
  public let execution: String
  /// Milliseconds of tracing the programs and compiling them, with making the first parameters.
  public let compileMilliseconds: Double
  /// The threads that operators ran on.
  public let threads: Int
  /// The steps that were timed.
  public let steps: Int
  /// Floating-point operations in a nanosecond, and their share of what a large product of matrices reaches on this machine; nil
  /// where nothing is compiled.
  public let gigaflopsPerSecond, rooflineShare: Double?
  /// Milliseconds of one step: the median, and the 10th and 90th percentile.
  public let medianMilliseconds, p10Milliseconds, p90Milliseconds: Double

  /// Times `steps` steps of a model after some that warm up.
  ///
  /// Steps differ (every fifth critic update of WGAN-GP is followed by one of the generator), so whole cycles are timed and
  /// divided by their length.
  ///
  /// - Throws: what training throws.
  public init(
    _ recipe: Recipe, steps: Int = 200, threads: Int? = nil, execution: Execution = .plan, data directory: URL? = nil
  ) throws {
    guard (1...1_000_000).contains(steps) else {
      throw ModelZooError(.invalidArgument, "\(steps) steps, expected 1 to 1000000")
    }
    let data = try recipe.dataset.load(directory: directory)
    let specification = RunSpecification(
      algorithm: .wganGP(recipe.settings), dataset: recipe.dataset.rawValue, fingerprint: data.fingerprint,
      checkpoint: recipe.checkpoint)
    let networks = recipe.networks.mapValues(\.graph)
    let threads = try ModelZoo.checked(threads: threads)
    let began = ContinuousClock.now
    let factory = TrainingFactory(
      specification: specification,
      graphs: RunGraphs(
        networks: networks, programs: try TrainingFactory.programs(of: specification, networks: networks)),
      data: data, execution: execution, threads: threads)
    var trainer = try factory.begin(parameters: ModelZoo.initialParameters(recipe.networks, seed: 0), seed: 0)
    compileMilliseconds = (ContinuousClock.now - began) / .milliseconds(1)
    let cycle = recipe.settings.criticSteps
    func timeCycle() throws -> Double {
      let start = ContinuousClock.now
      for _ in 0..<cycle { _ = try trainer.advance() }
      return (ContinuousClock.now - start) / .milliseconds(1) / Double(cycle)
    }
    for _ in 0..<5 { _ = try timeCycle() }
    let plans = (trainer.runner as? PlanRunner).map { Array($0.plans.values) } ?? []
    func flops() -> Double { plans.reduce(0) { $0 + Double($1.flops) * Double($1.runCount) } }
    let before = flops()
    let times = try (0..<max(1, steps / cycle)).map { _ in try timeCycle() }.sorted()
    let median = times[times.count / 2]
    if plans.isEmpty {
      (gigaflopsPerSecond, rooflineShare) = (nil, nil)
    } else {
      let rate = (flops() - before) / Double(times.count * cycle) / median / 1e6
      gigaflopsPerSecond = rate
      rooflineShare = rate / Roofline.gigaflopsPerSecond(threads: threads)
    }
    model = recipe.name
    self.execution = execution.rawValue
    self.threads = threads
    self.steps = times.count * cycle
    func percentile(_ share: Double) -> Double { times[min(times.count - 1, Int(share * Double(times.count)))] }
    (medianMilliseconds, p10Milliseconds, p90Milliseconds) = (percentile(0.5), percentile(0.1), percentile(0.9))
  }
}
