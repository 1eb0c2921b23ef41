import TrainingAlgorithms
import GraphRuntime
import Foundation
import GraphIR
import ZooKit
import ONNXFormat
import RunStore
import TestSupport
import Testing

/// The models' training steps as programs.
@Suite struct ModelPlanTests {
  /// One step of every model compiled, against the same one node by node.
  @Test(arguments: Recipe.builtIn.map(\.name)) func plansAgreeWithTheReference(_ model: String) throws {
    let tiny = try TinyZoo()
    let run = try tiny.zoo.train(Recipe.small(model), steps: 1, seed: 1, options: tiny.options())
    let programs = try tiny.zoo.store.runGraphs(of: run.id).programs
    let first = try tiny.zoo.store.snapshot(of: run.id, at: .step(0)).tensors
    let names = Set(programs.values.flatMap(\.parameters).map(\.name))
    let tensors = first.filter { names.contains($0.key) }
    let (plan, reference) = (try PlanRunner(programs, tensors: tensors), try EagerRunner(programs, tensors: tensors))
    for (name, program) in programs.sorted(by: { $0.key < $1.key }) {
      for runner in [plan, reference] as [any ProgramRunner] {
        var stream = RandomStream(seed: 2, name: name)
        for input in program.inputs {
          runner.fill(input.name, of: name) {
            input.name.hasPrefix("normal/") ? stream.fillNormal($0) : stream.fillUniform($0)
          }
        }
        try runner.compute(name)
        try runner.commit(name)
      }
      // Some metrics are small differences of values of about 1.
      let scale = max(1, program.outputs.map { reference.output($0.name, of: name).largest }.max() ?? 0)
      for output in program.outputs {
        let (found, expected) = (plan.output(output.name, of: name), reference.output(output.name, of: name))
        let allowed = 1e-6 * (output.type.shape.rank == 0 ? scale : expected.largest)
        #expect(mismatch(found, expected, absolute: allowed) == nil, "\(name) \(output.name)")
      }
    }
    let kept = reference.tensors.filter { isContinuous($0.key) }
    #expect(!kept.isEmpty)
    let noise = 1e-6 * (kept.map { $0.value.largest }.max() ?? 0)
    for (name, expected) in kept {
      let found = try #require(plan.tensors[name])
      #expect(mismatch(found, expected, absolute: 1e-6 * expected.largest + noise) == nil, "\(name)")
    }
  }

  /// Whether a tensor's next value is as sensitive as the gradient. First moments are averages of the gradients, and
  /// Adam scales them to whole steps. A gradient of 0, such as that of a bias before a normalisation, is only rounding,
  /// which depends on the size of the others.
  private func isContinuous(_ name: String) -> Bool {
    ["adam/m/", "adamw/m/", "rmsprop/v/", "running"].contains { name.contains($0) }
  }

  /// The same step in double precision, in which rounding hides no mistake.
  @Test(arguments: Recipe.builtIn.map(\.name)) func plansAgreeInDoublePrecision(_ model: String) throws {
    let tiny = try TinyZoo()
    let run = try tiny.zoo.train(Recipe.small(model), steps: 1, seed: 1, options: tiny.options())
    let tensors = try tiny.zoo.store.snapshot(of: run.id, at: .step(0)).tensors
    for (name, stored) in try tiny.zoo.store.runGraphs(of: run.id).programs.sorted(by: { $0.key < $1.key }) {
      let program = stored.inDoublePrecision
      try program.verify()
      var stream = RandomStream(seed: 2, name: name)
      var feeds: [String: TensorValue] = [:]
      for parameter in program.parameters { feeds[parameter.name] = tensors[parameter.name]?.inDoublePrecision }
      for input in program.inputs {
        var numbers = [Float](repeating: 0, count: input.type.shape.elementCount)
        numbers.withUnsafeMutableBufferPointer {
          input.name.hasPrefix("normal/") ? stream.fillNormal($0) : stream.fillUniform($0)
        }
        feeds[input.name] = TensorValue(numbers, shape: input.type.shape).inDoublePrecision
      }
      let expected = try Interpreter.run(program, feeds)
      let state = ProgramState(feeds.filter { tensors.keys.contains($0.key) }, for: [program])
      let plan = try Plan(program, state: state, threads: 2)
      for input in program.inputs { plan.set(input.name, to: try #require(feeds[input.name])) }
      try plan.compute()
      for output in program.outputs {
        let value = try #require(expected.outputs[output.name])
        let found = plan.output(output.name)
        #expect(mismatch(found, value, absolute: 1e-12 * value.largest) == nil, "\(name) \(output.name)")
      }
      try plan.commit()
      let kept = expected.updates.filter { isContinuous($0.key) }
      let noise = 1e-12 * (kept.map { $0.value.largest }.max() ?? 0)
      for (parameter, value) in kept {
        let found = try #require(state.tensors[parameter])
        #expect(mismatch(found, value, absolute: 1e-12 * value.largest + noise) == nil, "\(name) \(parameter)")
      }
    }
  }

  /// A run continues with its original programs, even if this version would trace others.
  @Test func aRunKeepsItsPrograms() throws {
    let tiny = try TinyZoo()
    let run = try tiny.train(steps: 2)
    let graphs = try tiny.zoo.store.graphs(of: run.id)
    var changed = graphs
    // An older version may have defined it so: the metric is another value.
    let program = try #require(graphs["program/critic"])
    let name = try #require(program.nodes.first { $0.outputs == ["penalty"] })
    var other = program
    other.nodes.removeAll { $0.outputs == ["penalty"] }
    other.nodes.append(Node(name: "doubled", op: .add, inputs: [name.inputs[0], name.inputs[0]], outputs: ["penalty"]))
    changed["program/critic"] = other
    try other.verify()
    let specification = NewRun(
      model: run.model, recipe: "", seed: run.seed, algorithm: run.algorithm, settings: run.settings, targetStep: 9,
      backend: run.backend, machine: run.machine, threads: run.threads)
    let snapshot = try tiny.zoo.store.snapshot(of: run.id, at: .latest)
    let claim = try tiny.zoo.store.createRun(specification, graphs: changed, initial: snapshot)
    try tiny.zoo.store.release(claim, status: .interrupted)
    try tiny.zoo.resume(run.id, until: snapshot.step + 1, options: tiny.options())
    try tiny.zoo.resume(claim.run, until: snapshot.step + 1, options: tiny.options())
    func penalty(_ run: String) throws -> Double? { try tiny.zoo.store.metrics(of: run, keys: ["penalty"]).last?.value }
    #expect(try penalty(claim.run) == penalty(run.id).map { 2 * $0 })
  }

  /// A training step in ONNX Runtime: from the state in the file, and from a given one.
  @Test(.enabled(if: ExportTests.python != nil, "ZOO_PYTHON names no Python with onnx and onnxruntime"))
  func onnxRuntimeTakesTheStep() throws {
    let tiny = try TinyZoo(images: 128)
    let (zoo, folder) = (tiny.zoo, tiny.folder.appending(path: "models"))
    let run = try zoo.train(
      Recipe.named("wgan-gp-tiny").setting("batch=4"), steps: 10, seed: 7, options: tiny.options())
    for name in ["critic", "generator"] {
      let target = folder.appending(path: name)
      try FileManager.default.createDirectory(
        at: target.appending(path: "test_data_set_0"), withIntermediateDirectories: true)
      let (program, _) = try zoo.exportProgram(run.id, name, to: target.appending(path: "model.onnx"))
      let graph = try program.graph.functionalForm()
      var stream = RandomStream(seed: 3, name: name)
      // Second moments are not zero: otherwise a gradient that is only rounding makes a step.
      var feeds = Dictionary(
        uniqueKeysWithValues: program.state.sorted { $0.key < $1.key }.map { name, value in
          (name, name.contains("/adam/v/") ? stream.uniform(value.shape, low: 0.1, high: 1) : value)
        })
      for input in program.graph.inputs {
        feeds[input.name] =
          input.name.hasPrefix("normal/") ? stream.normal(input.type.shape) : stream.uniform(input.type.shape)
      }
      let results = try Executor(graph).run(feeds)
      for (kind, values, numbers) in [("input", graph.inputs, feeds), ("output", graph.outputs, results.outputs)] {
        for (index, value) in values.enumerated() {
          let number = try #require(numbers[value.name])
          try ONNXTensor.encode(number, name: value.name)
            .write(to: target.appending(path: "test_data_set_0/\(kind)_\(index).pb"))
        }
      }
    }
    let said = try ExportTests.check(folder)
    #expect(said.status == 0 && said.lines.filter { $0.hasPrefix("ok ") }.count == 2, "\(said.lines)")
  }
}
