import TrainingAlgorithms
import GraphRuntime
import GraphIR
import TestSupport
import Testing

@testable import ZooKit

/// Training steps of the models allocate nothing and take no lock.
@Suite("Steps of models allocate nothing", .enabled(if: CallCount.works, "allocations can't be counted here"))
struct ModelCallCountTests {
  /// The calls without their own instruction, by model; they allocate their results.
  private static let calls: [String: Set<String>] = [
    "wgan-gp-cifar-resnet": ["AveragePool", "GlobalAveragePool", "GroupNormalization"],
    "imitate-pendulum": ["AdamStep", "Cast", "Gather"],
    "classifier-fashion": ["AdamStep", "ArgMax", "Equal", "LogSoftmax", "MaxPool", "ScatterElements"],
    "wgan-gp-fashion-conditional": ["Cast", "Equal", "Gather", "ScatterND"],
    // A moving average reads the parameters that Adam has computed.
    "dcgan-r1-images": ["AdamStep"], "sngan-hinge-images": ["AdamStep"], "wgan-gp-series": ["AdamStep"],
  ]

  @Test(arguments: Recipe.builtIn.map(\.name), [1, 2]) func steps(_ model: String, threads: Int) throws {
    let recipe = try Recipe.small(model)
    let programs = try recipe.settings.algorithm(recipe.networks.mapValues(\.graph)).programs()
    let parameters = programs.values.flatMap(\.parameters)
    let tensors = Dictionary(
      parameters.map { ($0.name, TensorValue(repeating: 0, type: $0.type)) }, uniquingKeysWith: { first, _ in first })
    let runner = try PlanRunner(programs, tensors: tensors, threads: threads)
    for (name, plan) in runner.plans {
      func step() throws {
        try runner.compute(name)
        try runner.commit(name)
      }
      let calls = Set(plan.instructions.filter(\.isCall).map(\.title))
      #expect(calls.isSubset(of: Self.calls[model] ?? []), "\(model) \(name): \(calls)")
      // The first step starts threads.
      try step()
      let count = try CallCount { try step() }
      #expect(count.isClean || !calls.isEmpty, "\(model) \(name): \(count)")
    }
  }
}
