import Foundation
import GraphIR
import ONNXFormat
import RunStore
import Testing
import ZooKit

/// Checkpoints of runs as ONNX files with training steps.
@Suite struct RunFileTests {
  /// A run of 48 steps that stopped at step 24 or soon after.
  private func half(_ tiny: TinyZoo, _ model: String) throws -> Run {
    let stop = StopFlag()
    return try tiny.zoo.train(
      Recipe.small(model), steps: 48, seed: 7, checkpointEvery: 8,
      options: tiny.options(stop: stop) { if $0.step >= 24 { stop.raise(because: "the test") } })
  }

  private func written(_ tiny: TinyZoo, _ run: Run) throws -> ONNXModel {
    try ONNXImporter().decode(ONNXExporter.encode(tiny.zoo.trainingModel(run.id).1))
  }

  /// The file is a checkpoint: in another store, the run continues bit for bit.
  @Test(arguments: Recipe.builtIn.map(\.name)) func aRunContinuesInAnotherStore(_ model: String) throws {
    let (here, there) = (try TinyZoo(), try TinyZoo())
    let run = try half(here, model)
    let file = try RunFile(written(here, run))
    #expect(file.isUnchanged && file.origin == "\(run.id)@\(run.step)")
    let imported = try there.zoo.importRun(file, named: "moved")
    #expect(imported.step == run.step && imported.status == .interrupted && imported.name == "moved")
    #expect(try there.zoo.store.events(of: imported.id).map(\.kind) == [.imported])
    #expect(try there.zoo.store.recipe(of: imported.id) == here.zoo.store.recipe(of: run.id))
    let moved = try there.zoo.resume(imported.id, options: there.options())
    let whole = try here.zoo.resume(run.id, options: here.options())
    #expect(moved.step == 48 && moved.status == .done)
    #expect(try there.outcome(moved).digest == here.outcome(whole).digest)
  }

  /// The steps in the file are the run's programs, and bind every tensor that they change.
  @Test(arguments: Recipe.builtIn.map(\.name)) func theStepsAreThePrograms(_ model: String) throws {
    let tiny = try TinyZoo()
    let run = try half(tiny, model)
    let (written, file) = (try tiny.zoo.trainingModel(run.id).1, try written(tiny, run))
    #expect(file.parameters == written.parameters)
    #expect(try file.graph == written.graph.loweringToOpset())
    let programs = try tiny.zoo.store.runGraphs(of: run.id).programs.filter { !$0.value.updates.isEmpty }
    #expect(!programs.isEmpty && file.training.map(\.algorithm.name).sorted() == programs.values.map(\.name).sorted())
    for program in programs.values {
      let step = try #require(file.training.first { $0.algorithm.name == program.name })
      #expect(step.algorithm.updates.map(\.parameter) == program.updates.map(\.parameter))
      #expect(step.algorithm.inputs == program.inputs && step.algorithm.outputs == program.outputs)
      #expect(step.algorithm.parameters.map(\.name).sorted() == program.parameters.map(\.name).sorted())
      // The optimiser's state starts at zero; networks start with the values in the file.
      let reset = Set(step.initialization?.updates.map(\.parameter) ?? [])
      let moments = program.updates.map(\.parameter).filter { name in
        ["/adam/", "/adamw/", "/rmsprop/"].contains { "/\(name)".contains($0) }
      }
      #expect(reset == Set(moments), "\(program.name)")
    }
  }

  @Test func equalCheckpointsHaveEqualBytes() throws {
    let tiny = try TinyZoo()
    let run = try half(tiny, "wgan-gp-tiny")
    let bytes = try ONNXExporter.encode(tiny.zoo.trainingModel(run.id).1)
    #expect(try ONNXExporter.encode(tiny.zoo.trainingModel(run.id).1) == bytes)
    let copy = try tiny.zoo.importRun(RunFile(ONNXImporter().decode(bytes)))
    let again = try tiny.zoo.trainingModel(copy.id).1
    #expect(again.training == (try tiny.zoo.trainingModel(run.id).1).training)
  }

  /// Another program trains on, and the run takes the state back.
  @Test func aStateComesBack() throws {
    let tiny = try TinyZoo()
    let run = try half(tiny, "wgan-gp-tiny")
    var model = try written(tiny, run)
    let name = "critic/linear1.bias"
    let old = try #require(model.parameters[name])
    let changed = TensorValue(old.elements(as: Float.self).map { $0 + 1 }, shape: old.shape)
    model.parameters[name] = changed

    let early = #expect(throws: ModelZooError.self) { try tiny.zoo.importState(RunFile(model), into: run.id) }
    #expect(early?.code == .invalidArgument && "\(early as Any)".contains("expected more than the \(run.step)"))
    #expect(try tiny.zoo.store.checkpoint(of: run.id).id.step == run.step)

    model.metadata["step"] = "\(run.step + 5)"
    let file = try RunFile(model)
    #expect(!file.isUnchanged)
    let back = try tiny.zoo.importState(file, into: run.id)
    #expect(back.step == run.step + 5 && back.status == .interrupted)
    #expect(try tiny.zoo.store.snapshot(of: run.id).tensors[name] == changed)
    let event = try #require(tiny.zoo.store.events(of: run.id).last)
    #expect(event.kind == .imported && event.message.contains("another program"))
    #expect(try tiny.zoo.resume(run.id, options: tiny.options()).step == 48)
  }

  @Test func aStateOfAnotherTrainingIsRefused() throws {
    let tiny = try TinyZoo()
    let run = try half(tiny, "wgan-gp-tiny")
    let other = try half(tiny, "ppo-cartpole")
    let file = try RunFile(written(tiny, run))
    let error = #expect(throws: ModelZooError.self) { try tiny.zoo.importState(file, into: other.id) }
    #expect("\(error as Any)".contains("other networks or programs than run \(other.id)"))
  }

  /// Everything in a file that contradicts the run is named, and nothing is stored.
  @Test func broken() throws {
    let tiny = try TinyZoo()
    let run = try half(tiny, "wgan-gp-tiny")
    let model = try written(tiny, run)
    func refuses(_ part: String, _ change: (inout ONNXModel) -> Void) {
      var changed = model
      change(&changed)
      let broken = changed
      let error = #expect(throws: ModelZooError.self) { try RunFile(broken) }
      #expect("\(error as Any)".contains(part), "\(error as Any)")
    }
    refuses("'zoo.run'") { $0.metadata["zoo.run"] = nil }
    refuses("'zoo.run'") { $0.metadata["zoo.run"] = "{}" }
    refuses("a number of steps, found 'soon'") { $0.metadata["step"] = "soon" }
    refuses("a number of steps, found '-1'") { $0.metadata["step"] = "-1" }
    refuses("'stateDigest'") { $0.metadata["stateDigest"] = nil }
    refuses("the graph 'generator'") {
      $0.metadata["zoo.run"] = $0.metadata["zoo.run"]?.replacing("graph generator", with: "graf generator")
    }
    refuses("34 tensors, found 33 in the file: 'critic/linear1.bias' is missing") {
      $0.parameters["critic/linear1.bias"] = nil
    }
    refuses("'more' is unknown") { $0.parameters["more"] = $0.parameters["critic/linear1.bias"] }
    refuses("'critic/linear1.bias' of type float32[32], found float32[784]") {
      $0.parameters["critic/linear1.bias"] = $0.parameters["generator/linear2.bias"]
    }
    refuses("the training step 'critic step' is not the program 'critic'") {
      let updates = $0.training[0].algorithm.updates
      $0.training[0].algorithm.updates[0].value = updates[1].value
    }
    refuses("the training step 'critic step' is not the program 'critic'") { $0.training.removeFirst() }
    refuses("the training step 'critic step' is not the program 'critic'") {
      $0.training[0].algorithm.nodes.removeLast()
    }
    #expect(try tiny.zoo.store.runs().count == 1)
  }

  @Test func namesAreChecked() throws {
    let tiny = try TinyZoo()
    let run = try half(tiny, "wgan-gp-tiny")
    let file = try RunFile(written(tiny, run))
    try tiny.zoo.importRun(file, named: "twin")
    let error = #expect(throws: StoreError.self) { try tiny.zoo.importRun(file, named: "twin") }
    #expect(error?.code == .nameTaken)
    #expect(throws: ModelZooError.self) { try tiny.zoo.importRun(file, named: "a\nb") }
    #expect(try tiny.zoo.store.runs().count == 2)
  }
}
