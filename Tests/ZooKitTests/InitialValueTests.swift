import Foundation
import GraphIR
import ONNXFormat
import RunStore
import TensorFiles
import Testing
import ZooKit

/// Runs that start with values from files.
@Suite struct InitialValueTests {
  private func values(_ tiny: TinyZoo, _ role: String) throws -> [String: TensorValue] {
    let run = try tiny.train(steps: 3, seed: 1)
    return try tiny.zoo.network(run.id, role).parameters
  }

  private func file(_ tiny: TinyZoo, _ name: String, _ tensors: [String: TensorValue]) throws -> String {
    let path = tiny.folder.appending(path: name).path
    try save(parameters: tensors, to: path)
    return path
  }

  private func start(_ tiny: TinyZoo, _ initial: InitialValues) throws -> (Run, [String: TensorValue]) {
    let run = try tiny.zoo.train(
      Recipe.named("wgan-gp-tiny"), steps: 1, seed: 2, initial: initial, options: tiny.options())
    return (run, try tiny.zoo.store.snapshot(of: run.id, at: .step(0)).tensors)
  }

  /// One file for each network, in every format; the other network is drawn as ever.
  @Test(arguments: ["generator.safetensors", "generator.npz", "generator.onnx"])
  func aFileOfOneNetwork(_ name: String) throws {
    let tiny = try TinyZoo()
    let expected = try values(tiny, "generator")
    let path = tiny.folder.appending(path: name).path
    if name.hasSuffix("onnx") {
      let run = try #require(tiny.zoo.store.runs().first)
      try tiny.zoo.export(run.id, network: "generator", to: URL(filePath: path))
    } else {
      // PyTorch counts batches, too.
      let count = TensorValue([Int64(3)], shape: [])
      try save(parameters: expected.merging(["norm.num_batches_tracked": count]) { $1 }, to: path)
    }
    var initial = InitialValues()
    try initial.read(path, for: "generator")
    let (run, state) = try start(tiny, initial)
    for (name, value) in expected { #expect(state["generator/\(name)"] == value) }
    let (_, drawn) = try start(tiny, InitialValues())
    #expect(drawn["generator/linear1.weight"] != state["generator/linear1.weight"])
    for (name, value) in drawn where name.hasPrefix("critic/") { #expect(state[name] == value, "\(name)") }
    let event = try #require(tiny.zoo.store.events(of: run.id).first)
    #expect(event.kind == .imported && event.message == "initial values from \(name) for generator")
  }

  @Test func aFileOfSeveralNetworks() throws {
    let tiny = try TinyZoo()
    var both: [String: TensorValue] = [:]
    for role in ["generator", "critic"] {
      for (name, value) in try values(tiny, role) { both["\(role)/\(name)"] = value }
    }
    var initial = InitialValues()
    try initial.read(file(tiny, "gan.safetensors", both))
    let (_, state) = try start(tiny, initial)
    for (name, value) in both { #expect(state[name] == value) }
  }

  /// Targets of an agent start as copies of its networks.
  @Test func targetsFollow() throws {
    let tiny = try TinyZoo()
    let recipe = try Recipe.small("td3-pendulum")
    let first = try tiny.zoo.train(recipe, steps: 24, seed: 1, options: tiny.options())
    let values = try tiny.zoo.network(first.id, "critic1").parameters
    var initial = InitialValues()
    try initial.read(file(tiny, "critic.npz", values), for: "critic1")
    let run = try tiny.zoo.train(recipe, steps: 1, seed: 2, initial: initial, options: tiny.options())
    let state = try tiny.zoo.store.snapshot(of: run.id, at: .step(0)).tensors
    for (name, value) in values {
      #expect(state["critic1/\(name)"] == value && state["target/critic1/\(name)"] == value, "\(name)")
    }
  }

  @Test func whatDoesNotFitIsNamed() throws {
    let tiny = try TinyZoo()
    var tensors = try values(tiny, "critic")
    tensors["linear1.weight"] = nil
    tensors["linear1.bias"] = TensorValue([Float(0)], shape: [1])
    tensors["extra"] = TensorValue([Float(0)], shape: [1])
    var initial = InitialValues()
    try initial.read(file(tiny, "critic.safetensors", tensors), for: "critic")
    let count = try tiny.zoo.store.runs().count
    let error = #expect(throws: ModelZooError.self) { try start(tiny, initial) }
    let said = "\(error as Any)"
    #expect(said.contains("'critic/linear1.bias' is float32[32], found float32[1]"), "\(said)")
    #expect(said.contains("'critic/linear1.weight' is float32[32, 784], found none"), "\(said)")
    #expect(said.contains("'critic/extra' is of no network") && said.contains("critic, generator"), "\(said)")
    #expect(try tiny.zoo.store.runs().count == count)
  }
}
