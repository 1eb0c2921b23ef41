import Accelerator
import Foundation
import GraphIR
import GraphRuntime
import RunStore
import TestSupport
import Testing
import ZooKit

/// Training on a device: XLA's plugin for the processor.
@Suite(.enabled(if: CPUPlugin.isAvailable, "\(CPUPlugin.missing)")) struct DeviceTrainingTests {
  /// One step of every program of every model, against the same one node by node.
  @Test(arguments: Recipe.builtIn.map(\.name)) func programsAgreeWithTheReference(_ model: String) throws {
    let tiny = try TinyZoo()
    let run = try tiny.zoo.train(Recipe.small(model), steps: 1, seed: 1, options: tiny.options())
    let tensors = try tiny.zoo.store.snapshot(of: run.id, at: .step(0)).tensors
    for (name, program) in try tiny.zoo.store.runGraphs(of: run.id).programs where !program.updates.isEmpty {
      var feeds = tensors
      var stream = RandomStream(seed: 2, name: name)
      for input in program.inputs {
        let shape = input.type.shape
        feeds[input.name] = input.name.hasPrefix("normal/") ? stream.normal(shape) : stream.uniform(shape)
      }
      // In double precision, in which rounding hides no mistake.
      let exact = program.inDoublePrecision
      let wide = feeds.mapValues(\.inDoublePrecision)
      let names = Set(exact.parameters.map(\.name))
      let reference = try Executor(exact, parameters: wide.filter { names.contains($0.key) })
      let inputs = Set(exact.inputs.map(\.name))
      let expected = try reference.run(wide.filter { inputs.contains($0.key) })
      let found = try CPUPlugin.run(exact, wide)
      for (name, value) in expected.outputs {
        let output = try #require(found.outputs[name])
        #expect(mismatch(output, value, absolute: 1e-11 * max(1, value.largest)) == nil, "\(name)")
      }
      // Adam scales gradients to whole steps, also those that are only rounding; averages of gradients are not scaled.
      let kept = expected.updates.filter { name, _ in
        ["adam/m/", "adamw/m/", "rmsprop/v/", "running"].contains { name.contains($0) }
      }
      let noise = 1e-12 * (kept.map { $0.value.largest }.max() ?? 0)
      for (parameter, value) in kept {
        let update = try #require(found.updates[parameter])
        #expect(mismatch(update, value, absolute: 1e-10 * value.largest + noise) == nil, "\(name) \(parameter)")
      }
    }
  }

  private func options(_ tiny: TinyZoo, devices: Int, stoppingAt step: Int = .max) throws -> TrainingOptions {
    let stop = StopFlag()
    var options = tiny.options(stop: stop) { if $0.step >= step { stop.raise() } }
    options.execution = .device(try DeviceChoice(named: "cpu-xla", count: devices))
    return options
  }

  @Test(arguments: [1, 2, 4]) func aResumedRunHasTheBitsOfAStraightOne(devices: Int) throws {
    let tiny = try TinyZoo()
    let (recipe, options) = (try Recipe.named("wgan-gp-tiny"), try options(tiny, devices: devices))
    let straight = try tiny.zoo.train(recipe, steps: 12, seed: 7, options: options)
    let other = try tiny.zoo.train(recipe, steps: 7, seed: 7, options: options)
    // On its own device, without being told.
    let resumed = try tiny.zoo.resume(other.id, until: 12, options: tiny.options())
    #expect(try tiny.outcome(resumed) == tiny.outcome(straight))
    #expect(resumed.backend == (devices == 1 ? "cpu-xla" : "cpu-xla*\(devices)"))
  }

  @Test(arguments: ["ppo-cartpole", "sac-pendulum", "classifier-fashion"])
  func othersResumeToo(_ model: String) throws {
    let tiny = try TinyZoo()
    let recipe = try Recipe.small(model)
    let straight = try tiny.zoo.train(recipe, steps: 48, seed: 7, options: options(tiny, devices: 1))
    let other = try tiny.zoo.train(recipe, steps: 48, seed: 7, options: options(tiny, devices: 1, stoppingAt: 20))
    #expect(other.step < 48)
    #expect(try tiny.outcome(tiny.zoo.resume(other.id, options: tiny.options())) == tiny.outcome(straight))
  }

  @Test(arguments: [2, 4]) func severalDevicesComputeTheSame(devices: Int) throws {
    let tiny = try TinyZoo()
    let recipe = try Recipe.named("wgan-gp-tiny")
    let runs = try [1, devices].map { count in
      let run = try tiny.zoo.train(recipe, steps: 1, seed: 7, options: try options(tiny, devices: count))
      return try tiny.zoo.store.metrics(of: run.id)
    }
    #expect(!runs[0].isEmpty)
    for (one, several) in zip(runs[0], runs[1]) {
      #expect(abs(one.value - several.value) <= 1e-6 * max(1, abs(one.value)), "\(one.key)")
    }
  }

  @Test func anotherDeviceIsAnotherResult() throws {
    let tiny = try TinyZoo()
    let recipe = try Recipe.named("wgan-gp-tiny")
    let run = try tiny.zoo.train(recipe, steps: 2, seed: 7, options: tiny.options())
    let elsewhere = try options(tiny, devices: 1)
    #expect(try tiny.zoo.inexactness(of: run.id, elsewhere).contains { $0.contains("by 'plan', now by 'cpu-xla'") })
    #expect(throws: ModelZooError.self) { try tiny.zoo.resume(run.id, until: 4, options: elsewhere) }
    var allowed = elsewhere
    allowed.allowInexact = true
    #expect(try tiny.zoo.resume(run.id, until: 4, options: allowed).step == 4)
  }
}
