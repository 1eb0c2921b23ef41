import Algorithms
import Datasets
import GraphRuntime
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
  /// Steps in a second, by the median, and updates of the networks; for an agent, steps are those of all copies of its environment.
  public let stepsPerSecond: Double
  /// Updates in a second, of the network that is updated most often; nil where nothing is compiled.
  public let updatesPerSecond: Double?
  /// Milliseconds of one step: the median, and the 10th and 90th percentile.
  public let medianMilliseconds, p10Milliseconds, p90Milliseconds: Double

  /// Times `steps` steps of a model after some that warm up.
  ///
  /// Steps differ (every fifth critic update of WGAN-GP is followed by one of the generator, the last step of a rollout by all
  /// updates), so whole cycles are timed and divided by their length.
  ///
  /// - Parameter steps: how many; by default those of forty cycles.
  /// - Throws: what training throws.
  public init(
    _ recipe: Recipe, steps: Int? = nil, threads: Int? = nil, execution: Execution = .plan, data directory: URL? = nil
  ) throws {
    guard (1...1_000_000).contains(steps ?? 1) else {
      throw ModelZooError(.invalidArgument, "\(steps ?? 1) steps, expected 1 to 1000000")
    }
    let data = try recipe.dataset?.load(directory: directory)
    let networks = recipe.networks.mapValues(\.graph)
    let threads = try ModelZoo.checked(threads: threads)
    let began = ContinuousClock.now
    let algorithm = try recipe.settings.algorithm(networks)
    let setup = TrainingSetup(
      data: data, seed: 0, target: recipe.steps, programs: try algorithm.programs(),
      makeRunner: execution.makeRunner(threads: threads))
    var trainer = try algorithm.begin(setup, parameters: ModelZoo.initialParameters(recipe.networks, seed: 0))
    compileMilliseconds = (ContinuousClock.now - began) / .milliseconds(1)
    func timeCycle() throws -> Double {
      let (start, first) = (ContinuousClock.now, trainer.step)
      for _ in 0..<algorithm.cycle { _ = try trainer.advance() }
      return (ContinuousClock.now - start) / .milliseconds(1) / Double(trainer.step - first)
    }
    let plans = (trainer.runner as? PlanRunner).map { Array($0.plans.values) } ?? []
    func flops() -> Double { plans.reduce(0) { $0 + Double($1.flops) * Double($1.runCount) } }
    func updates() -> Int { plans.filter { !$0.graph.updates.isEmpty }.map(\.runCount).max() ?? 0 }
    for _ in 0..<5 { _ = try timeCycle() }
    // Agents with a replay buffer fill it with random steps first.
    while updates() == 0, !plans.isEmpty, trainer.step < recipe.steps { _ = try timeCycle() }
    let first = trainer.step
    _ = try timeCycle()
    let cycle = trainer.step - first
    let (before, updatesBefore) = (flops(), updates())
    let times = try (0..<(steps.map { max(1, $0 / cycle) } ?? 40)).map { _ in try timeCycle() }.sorted()
    let median = times[times.count / 2]
    if plans.isEmpty {
      (gigaflopsPerSecond, rooflineShare, updatesPerSecond) = (nil, nil, nil)
    } else {
      let rate = (flops() - before) / Double(times.count * cycle) / median / 1e6
      gigaflopsPerSecond = rate
      updatesPerSecond = Double(updates() - updatesBefore) / Double(times.count * cycle) / median * 1000
      rooflineShare = rate / Roofline.gigaflopsPerSecond(threads: threads)
    }
    model = recipe.name
    self.execution = execution.rawValue
    self.threads = threads
    self.steps = times.count * cycle
    stepsPerSecond = 1000 / median
    func percentile(_ share: Double) -> Double { times[min(times.count - 1, Int(share * Double(times.count)))] }
    (medianMilliseconds, p10Milliseconds, p90Milliseconds) = (percentile(0.5), percentile(0.1), percentile(0.9))
  }
}
