import Foundation
import GraphIR
import ZooKit
import ONNXFormat
import Testing

/// The outputs of a run: ONNX files and samples.
@Suite struct NetworkTests {
  @Test(arguments: ["generator", "critic"]) func anExportSaysWhereItIsFrom(_ role: String) throws {
    let tiny = try TinyZoo()
    let run = try tiny.train(steps: 6)
    let file = tiny.folder.appending(path: "out.onnx")
    let (network, written) = try tiny.zoo.export("\(run.id)@6", network: role, to: file)
    #expect(written == file && network.role == role)
    let model = try ONNXImporter().read(file)
    let snapshot = try tiny.zoo.store.snapshot(of: run.id)
    #expect(
      model.metadata == [
        "run": run.id, "step": "6", "recipe": "wgan-gp-tiny", "recipeDigest": run.recipeDigest.description,
        "stateDigest": snapshot.digest.description, "seed": "7",
      ])
    #expect(model.producerName == "zoo" && model.producerVersion == ModelZoo.version)
    // The weights have the state's names and bits.
    #expect(Set(model.parameters.keys) == Set(model.graph.parameters.map(\.name)))
    #expect(!model.parameters.isEmpty)
    for (name, value) in model.parameters { #expect(value == snapshot.tensors["\(role)/\(name)"], "\(name)") }
  }

  @Test func equalSeedsDrawEqualSamples() throws {
    let tiny = try TinyZoo()
    let run = try tiny.zoo.train(
      Recipe.named("wgan-gp-tiny"), steps: 10, seed: 7, checkpointEvery: 5, options: tiny.options())
    let first = try tiny.zoo.sample(run.id, count: 9, seed: 3).picture()
    // 3 x 3 images of 28 pixels, with two pixels between and around them.
    #expect(first.width == 3 * 30 + 2 && first.height == first.width && first.channels == 1)
    #expect(try tiny.zoo.sample(String(run.id.prefix(6)), count: 9, seed: 3).picture().pixels == first.pixels)
    #expect(try tiny.zoo.sample(run.id, count: 9, seed: 4).picture().pixels != first.pixels)
    #expect(try tiny.zoo.sample("\(run.id)@5", count: 9, seed: 3).picture().pixels != first.pixels)
    // A smaller number of samples has the same first samples.
    let one = try tiny.zoo.sample(run.id, count: 1, seed: 3).picture()
    let corner = (0..<30).flatMap { row in first.pixels[row * first.width..<row * first.width + 30] }
    #expect((0..<30).flatMap { row in one.pixels[row * one.width..<row * one.width + 30] } == corner)
  }
}
