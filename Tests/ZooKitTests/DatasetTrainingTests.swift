import TrainingAlgorithms
import Datasets
import Foundation
import GraphIR
import GraphRuntime
import Pictures
import RunStore
import TensorFiles
import Testing
import ZooKit

/// Recipes with data of the user's own: their keys, training, resume and export.
@Suite struct DatasetTrainingTests {
  private let tiny: TinyZoo

  init() throws { tiny = try TinyZoo() }

  /// A recipe with this data set, for samples of `shape`.
  private func recipe(_ dataset: String, shape: [Int], from folder: URL? = nil) throws(RecipeError) -> Recipe {
    let size = shape.reduce(1, *)
    let text = """
      name: own
      summary: Data of one's own
      algorithm: wgan-gp
      dataset: \(dataset)
      networks:
        generator: {input: [4], layers: [{linear: \(size)}, tanh, {unflatten: \(shape)}]}
        critic: {input: \(shape), layers: [flatten, {linear: 8}, relu, {linear: 1}]}
      settings: {batch: 4, criticSteps: 2}
      steps: 12
      """
    return try Recipe(yaml: text, source: "own.yaml", folder: folder)
  }

  /// Writes twenty pictures of random pixels into two folders.
  private func writePictures() throws {
    var stream = RandomStream(seed: 1, name: "pixels")
    for index in 0..<20 {
      let pixels = stream.uniform(12 * 10 * 3).map { UInt8($0 * 255) }
      let file = tiny.folder.appending(path: "pictures/\(index % 2)/\(index).png")
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Picture(width: 12, height: 10, channels: 3, pixels: pixels).write(to: file)
    }
  }

  private static let augmented = "{images: pictures, size: 8, augment: {flip: horizontal, crop: 2}, validation: 0.2}"

  @Test(arguments: [1, 5, 8, 11]) func augmentedTrainingResumesBitForBit(_ split: Int) throws {
    try writePictures()
    let recipe = try recipe(Self.augmented, shape: [3, 8, 8], from: tiny.folder)
    let whole = try tiny.zoo.train(recipe, steps: 12, seed: 7, options: TrainingOptions(threads: 1))
    let part = try tiny.zoo.train(recipe, steps: split, seed: 7, options: TrainingOptions(threads: 1))
    // The run knows its folder, from any current folder.
    let resumed = try tiny.zoo.resume(part.id, until: 12, options: TrainingOptions(threads: 1))
    #expect(try tiny.outcome(resumed) == tiny.outcome(whole))
    #expect(resumed.data == tiny.folder.appending(path: "pictures").path)
    let plain = try self.recipe("{images: pictures, size: 8, validation: 0.2}", shape: [3, 8, 8], from: tiny.folder)
    let other = try tiny.zoo.train(plain, steps: 12, seed: 7, options: TrainingOptions(threads: 1))
    #expect(try tiny.outcome(other) != tiny.outcome(whole))
  }

  @Test func changedPicturesAreRefused() throws {
    try writePictures()
    let recipe = try recipe(Self.augmented, shape: [3, 8, 8], from: tiny.folder)
    let run = try tiny.zoo.train(recipe, steps: 4, seed: 7, options: TrainingOptions(threads: 1))
    try FileManager.default.removeItem(at: tiny.folder.appending(path: "pictures/0/4.png"))
    let error = #expect(throws: DatasetError.self) { try tiny.zoo.resume(run.id, until: 8) }
    #expect(error?.code == .changed && error?.message.contains("20 x 3 x 8 x 8") == true)
    let moved = tiny.folder.appending(path: "moved")
    try FileManager.default.moveItem(at: tiny.folder.appending(path: "pictures"), to: moved)
    let missing = #expect(throws: DatasetError.self) { try tiny.zoo.resume(run.id, until: 8) }
    #expect(missing?.code == .notFound)
    try FileManager.default.removeItem(at: moved)
    try writePictures()
    try FileManager.default.moveItem(at: tiny.folder.appending(path: "pictures"), to: moved)
    let resumed = try tiny.zoo.resume(run.id, until: 8, options: TrainingOptions(threads: 1, data: moved))
    #expect(resumed.data == moved.path && resumed.step == 8)
  }

  @Test func aGeneratorIsExportedInTheOriginalScale() throws {
    let array = TensorValue((0..<240).map { Float($0 % 17) * 10 - 30 }, shape: [20, 3, 4])
    try save(tensor: array, to: tiny.folder.appending(path: "x.npy").path)
    let recipe = try recipe("{arrays: x.npy, standardise: true}", shape: [3, 4], from: tiny.folder)
    let run = try tiny.zoo.train(recipe, steps: 4, seed: 7, options: TrainingOptions(threads: 1))
    let specification = try RunSpecification(json: run.settings, run: run.id, catalogue: .standard)
    let scaling = try #require(specification.scaling)
    let trained = try tiny.zoo.network(run.id)
    let exported = try tiny.zoo.exportedNetwork(run.id)
    let noise = TensorValue([0.5, -1, 2, 0.25, 1, 1, 1, 1] as [Float], shape: [2, 4])
    func samples(_ network: ModelZoo.StoredNetwork) throws -> [Float] {
      let executor = try Executor(network.graph, parameters: network.parameters)
      let results = try executor.run([network.graph.inputs[0].name: noise])
      return try #require(results.outputs[network.graph.outputs[0].name]).elements()
    }
    let (inside, own) = (try samples(trained), try samples(exported))
    for index in own.indices {
      let channel = index % 12 / 4
      let expected = Double(inside[index]) * scaling.factors[channel] + scaling.offsets[channel]
      #expect(abs(Double(own[index]) - expected) < 1e-4)
    }
    #expect(exported.graph.outputs.map(\.name) == ["samples"])
    let drawn = try tiny.zoo.sample(run.id, count: 3, seed: 1)
    for (index, (inside, own)) in zip(drawn.values.doubles, drawn.originalValues.doubles).enumerated() {
      let channel = index % 12 / 4
      #expect(abs(own - inside * scaling.factors[channel] - scaling.offsets[channel]) < 1e-5)
    }
  }

  @Test func theFormsOfARecipe() throws {
    #expect(try recipe("cifar-10", shape: [4]).dataset == DatasetSettings(.named("cifar-10")))
    #expect(try recipe("{name: cifar-10}", shape: [4]).dataset == DatasetSettings(.named("cifar-10")))
    var images = ImageFolderSettings(height: 32, width: 48)
    (images.resize, images.channels, images.background, images.skipBroken) = (.fit, 1, 0, true)
    #expect(
      try recipe(
        "{images: a b, size: [32, 48], resize: fit, channels: 1, background: 0, skipBroken: true}", shape: [4]
      ).dataset == DatasetSettings(.images("a b", images)))
    var arrays = ArraySettings()
    (arrays.array, arrays.labels, arrays.targets) = ("x", "y", "t.npy")
    (arrays.range, arrays.window, arrays.stride) = (.bounds(0, 255), 16, 4)
    #expect(
      try recipe(
        "{arrays: d.npz, array: x, labels: y, targets: t.npy, range: [0, 255], window: 16, stride: 4}", shape: [4]
      ).dataset == DatasetSettings(.arrays("d.npz", arrays)))
    #expect(
      try recipe("{idx: i.gz, labels: l.gz}", shape: [4]).dataset == DatasetSettings(.idx("i.gz", labels: "l.gz")))
    #expect(try recipe("{images: p}", shape: [4]).skippingBrokenPictures().dataset?.name == "p")
  }

  @Test(arguments: [
    ("mnits", "did you mean 'mnist'?"), ("{size: 32}", "names 0 kinds of data"),
    ("{images: a, arrays: b}", "names 2 kinds of data"), ("{images: a, sise: 32}", "did you mean 'size'?"),
    ("{images: a, size: 0}", "expected at least 1"), ("{images: a, size: [1, 2, 3]}", "height and width"),
    ("{images: a, channels: 2}", "expected 1 or 3"), ("{images: a, background: 256}", "at most 255"),
    ("{images: a, resize: stretch}", "crop, fit"), ("{images: a, validation: 1}", "below 1"),
    ("{images: a, augment: {flip: vertical}}", "horizontal"), ("{arrays: a, range: [1, 0]}", "the smaller one first"),
    ("{arrays: a, range: all}", "expected data, or a list"), ("{arrays: a, window: 0}", "expected at least 1"),
    ("{arrays: a, range: data, standardise: true}", "keep one"), ("{name: nothing}", "'nothing', which is not known"),
  ])
  func mistakesAreNamed(_ dataset: String, _ part: String) {
    let error = #expect(throws: RecipeError.self) { try recipe(dataset, shape: [4]) }
    #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("own.yaml:4:") == true)
  }
}
