import TrainingAlgorithms
import Datasets
import GraphRuntime
import Foundation
import GraphIR

/// The time of training steps, measured without a store.
public struct Benchmark: Sendable, Codable {
  /// The model's name.
  public let model: String
  /// The execution of programs: `plan` or `cpu` (see ``Execution``).
  public let execution: String
  /// Milliseconds to trace and compile the programs and to initialise the parameters.
  public let compileMilliseconds: Double
  /// The number of threads.
  public let threads: Int
  /// The steps that were timed.
  public let steps: Int
  /// GFLOP/s, and its share of the peak of fused multiplications and additions in registers (`Roofline` of
  /// GraphRuntime). The peak is measured after every cycle. Nil if nothing is compiled.
  public let gigaflopsPerSecond, rooflineShare: Double?
  /// Steps per second, by the median; for an agent, steps of all parallel environments together.
  public let stepsPerSecond: Double
  /// Updates per second of the network that is updated most often; nil if nothing is compiled.
  public let updatesPerSecond: Double?
  /// Milliseconds of one step: the median, and the 10th and 90th percentile.
  public let medianMilliseconds, p10Milliseconds, p90Milliseconds: Double

  /// Times `steps` steps of a model after warm-up steps.
  ///
  /// Steps differ: every fifth critic update of WGAN-GP is followed by one of the generator, and the last step of a
  /// rollout by all updates. So whole cycles are timed and divided by their length.
  ///
  /// - Parameters:
  ///   - recipe: the model.
  ///   - steps: the number of steps; by default those of 40 cycles.
  ///   - threads: the number of threads, 1 to 64; by default all processors.
  ///   - execution: the execution of programs; compiled by default.
  ///   - directory: the folder of the data set's files; nil for the default folders.
  ///   - catalogue: the data sets by name; by default the library's.
  /// - Throws: the errors of training.
  public init(
    _ recipe: Recipe, steps: Int? = nil, threads: Int? = nil, execution: Execution = .plan, data directory: URL? = nil,
    catalogue: Catalogue = .standard
  ) throws {
    guard (1...1_000_000).contains(steps ?? 1) else {
      throw ModelZooError(.invalidArgument, "\(steps ?? 1) steps, expected 1 to 1000000")
    }
    let data = recipe.dataset == nil ? nil : try recipe.data(at: DatasetLocation(directory), catalogue).data
    let networks = recipe.networks.mapValues(\.graph)
    let threads = try ModelZoo.checked(threads: threads)
    let began = ContinuousClock.now
    let algorithm = try recipe.settings.algorithm(networks)
    var setup = TrainingSetup(
      seed: 0, target: recipe.steps, programs: try algorithm.programs(),
      makeRunner: execution.makeRunner(threads: threads))
    if let data, let settings = recipe.dataset { setup.use(data, settings) }
    var trainer = try algorithm.begin(setup, parameters: ModelZoo.initialParameters(recipe.networks, seed: 0))
    compileMilliseconds = (ContinuousClock.now - began) / .milliseconds(1)
    func timeCycle() throws -> Double {
      let (start, first) = (ContinuousClock.now, trainer.step)
      for _ in 0..<algorithm.cycle { _ = try trainer.advance() }
      return (ContinuousClock.now - start) / .milliseconds(1) / Double(trainer.step - first)
    }
    let plans = (trainer.runner as? PlanRunner).map { Array($0.plans.values) } ?? []
    func flops() -> Double { plans.reduce(0) { $0 + Double($1.flops) * Double($1.runCount) } }
    // Several programs may update one network, with the penalty and without.
    func updates() -> Int {
      var counts: [String: Int] = [:]
      for plan in plans {
        let trainable = Set(plan.graph.parameters.filter(\.isTrainable).map(\.name))
        for update in plan.graph.updates where trainable.contains(update.parameter) {
          counts[update.parameter, default: 0] += plan.runCount
        }
      }
      return counts.values.max() ?? 0
    }
    for _ in 0..<5 { _ = try timeCycle() }
    // Agents with a replay buffer fill it with random steps first.
    while updates() == 0, !plans.isEmpty, trainer.step < recipe.steps { _ = try timeCycle() }
    let first = trainer.step
    _ = try timeCycle()
    let cycle = trainer.step - first
    let (before, updatesBefore) = (flops(), updates())
    var (times, peaks): ([Double], [Double]) = ([], [])
    for _ in 0..<(steps.map { max(1, $0 / cycle) } ?? 40) {
      times.append(try timeCycle())
      if !plans.isEmpty { peaks.append(Roofline.gigaflopsPerSecond(threads: threads)) }
    }
    let shares = zip(times, peaks).map { 1 / ($0 * $1) }.sorted()
    times.sort()
    let median = times[times.count / 2]
    if plans.isEmpty {
      (gigaflopsPerSecond, rooflineShare, updatesPerSecond) = (nil, nil, nil)
    } else {
      let stepFlops = (flops() - before) / Double(times.count * cycle)
      gigaflopsPerSecond = stepFlops / median / 1e6
      updatesPerSecond = Double(updates() - updatesBefore) / Double(times.count * cycle) / median * 1000
      rooflineShare = stepFlops / 1e6 * shares[shares.count / 2]
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
