import TrainingAlgorithms
import Datasets
import Foundation
import GraphIR
import ZooKit
import NN
import Testing

@Suite("Recipes")
struct RecipeTests {
  /// The number of values in a Linear's weight and bias.
  private func linear(_ inputs: Int, _ outputs: Int) -> Int { inputs * outputs + outputs }

  @Test("Every file in Models/ is built in, under the name of the file")
  func builtIn() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let files = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Models").path)
      .filter { $0.hasSuffix(".yaml") }.sorted()
    #expect(files.count >= 2)
    let cards = try Catalogue.standard.cards()
    #expect(cards.map(\.name) == ["ppo-lunarlander", "sac-bipedalwalker"])
    #expect((Recipe.builtIn.map(\.name) + cards.map(\.name)).map { "\($0).yaml" }.sorted() == files)
    #expect((Recipe.builtIn.map(\.source) + cards.map { "\($0.name).yaml" }).sorted() == files)
    #expect(Catalogue.standard.models.keys.sorted() == files)
    for recipe in Recipe.builtIn {
      #expect(try Recipe.named(recipe.name).text == recipe.text)
      #expect(recipe.text == (try String(contentsOf: root.appending(path: "Models/\(recipe.source)"), encoding: .utf8)))
    }
  }

  @Test("Every built-in recipe has verified networks in training mode, and all of their parameters")
  func networks() throws {
    for recipe in Recipe.builtIn {
      let roles: Set =
        switch recipe.algorithm {
        case "wgan-gp": ["generator", "critic"]
        case "supervised": ["network"]
        case "ppo", "a2c": ["actor", "critic"]
        case "ddpg": ["actor", "critic1"]
        case "td3", "sac": ["actor", "critic1", "critic2"]
        default: ["actor", "critic1", "critic2", "discriminator", "expert"]
        }
      #expect(Set(recipe.networks.keys) == roles)
      for (role, network) in recipe.networks {
        try network.graph.verify()
        #expect(network.graph.name == role)
        var stream = RandomStream(seed: 7, name: "init")
        let values = network.initialParameters(from: &stream)
        let types = Dictionary(uniqueKeysWithValues: network.graph.parameters.map { ($0.name, $0.type) })
        #expect(values.mapValues(\.type) == types)
      }
    }
  }

  @Test("wgan-gp-fashion has the networks and hyperparameters of the usual MLP WGAN-GP")
  func fashion() throws {
    let recipe = try Recipe.named("wgan-gp-fashion")
    let generator = try #require(recipe.networks["generator"]?.graph)
    let critic = try #require(recipe.networks["critic"]?.graph)
    let norms = 2 * (256 + 512 + 1024)
    #expect(
      generator.trainableCount
        == linear(100, 128) + linear(128, 256) + linear(256, 512) + linear(512, 1024) + linear(1024, 784) + norms)
    #expect(critic.trainableCount == linear(784, 512) + linear(512, 256) + linear(256, 1))
    #expect(generator.inputs[0].type.shape == [-1, 100])
    let epsilons = generator.nodes.filter { $0.op == .batchNormalization }.map { $0.attributes["epsilon"] }
    #expect(epsilons == Array(repeating: .float(0.8), count: 3))
    #expect(generator.nodes.map(\.op).prefix(5) == [.gemm, .leakyRelu, .gemm, .batchNormalization, .leakyRelu])
    #expect(generator.nodes.last?.op == .tanh)
    let slopes = (generator.nodes + critic.nodes).filter { $0.op == .leakyRelu }.map { $0.attributes["alpha"] }
    #expect(slopes == Array(repeating: .float(0.2), count: 6))

    var settings = WGANGPSettings()
    (settings.batch, settings.criticSteps, settings.penalty.weight) = (64, 5, 10)
    settings.optimizer = AnyOptimizer(Adam(rate: 2e-4, betas: [0.5, 0.999], eps: 1e-8))
    #expect(recipe.wganGP == settings)
    #expect((recipe.steps, recipe.licence) == (20_000, "MIT"))
    #expect(recipe.checkpoint == CheckpointPolicy(every: 1000, keepLast: 3, keepEvery: nil))
    #expect(recipe.references.first == "arXiv:1704.00028")
  }

  @Test("wgan-gp-tiny is as small as its summary says")
  func tiny() throws {
    let recipe = try Recipe.named("wgan-gp-tiny")
    let count = recipe.networks.values.reduce(0) { $0 + $1.graph.trainableCount }
    #expect(count == linear(8, 16) + 2 * 16 + linear(16, 784) + linear(784, 32) + linear(32, 1))
    #expect(recipe.summary.contains("\((count + 500) / 1000) thousand parameters"))
  }

  @Test("Every key of a recipe is read")
  func everyKey() throws {
    let recipe = try Recipe(yaml: RecipeExample.text, source: "small.yaml")
    #expect((recipe.name, recipe.summary, recipe.licence) == ("small", "A small recipe", "MIT"))
    #expect((recipe.algorithm, recipe.dataset?.name) == ("wgan-gp", "fashion-mnist"))
    #expect((recipe.references, recipe.steps) == (["arXiv:1704.00028"], 1000))
    #expect(recipe.checkpoint == CheckpointPolicy(every: 10, keepLast: 2, keepEvery: 50))
    #expect((recipe.text, recipe.source) == (RecipeExample.text, "small.yaml"))
    let settings = recipe.wganGP
    #expect((settings.batch, settings.criticSteps) == (8, 2))
    #expect(
      (settings.penalty.weight, settings.penalty.gradient.target, settings.penalty.gradient.sided) == (5, 0, .one))
    #expect((settings.penalty.gradient.reduction, settings.penalty.gradient.at) == (.elementwise, .real))
    #expect(settings.optimizer == AnyOptimizer(Adam(rate: 1e-3, betas: [0.25, 0.75], eps: 1e-4)))
  }

  @Test("Missing settings of a recipe have the paper's values")
  func defaults() throws {
    var lines = RecipeExample.text.split(separator: "\n", omittingEmptySubsequences: false)
    lines.removeSubrange(14..<19)
    let text = lines.filter { !$0.hasPrefix("checkpoint") && !$0.hasPrefix("licence") && !$0.hasPrefix("references") }
      .joined(separator: "\n")
    let recipe = try Recipe(yaml: text, source: "short.yaml")
    #expect(recipe.wganGP == WGANGPSettings())
    #expect(recipe.wganGP.optimizer.base.rate == 1e-4)
    #expect(recipe.checkpoint == CheckpointPolicy())
    #expect((recipe.licence, recipe.references) == (nil, []))
  }

  @Test(
    "Every layer in every spelling becomes its operators",
    arguments: [
      ("linear: 5", [.gemm], 5 * 6 + 5), ("linear: {outputs: 5, bias: false}", [.gemm], 5 * 6),
      ("batch-norm", [.batchNormalization], 2 * 6),
      ("batch-norm: {eps: 0.5, momentum: 1}", [.batchNormalization], 2 * 6),
      ("leaky-relu", [.leakyRelu], 0), ("leaky-relu: 0.3", [.leakyRelu], 0), ("relu", [.relu], 0), ("tanh", [.tanh], 0),
      ("sigmoid", [.sigmoid], 0), ("softplus", [.softplus], 0), ("flatten", [.reshape], 0),
      ("unflatten: [1, 2, 3]", [.reshape], 0),
    ] as [(String, [Op], Int)])
  func layers(_ spelling: String, _ ops: [Op], _ parameters: Int) throws {
    let layer = spelling.contains(":") ? "{\(spelling)}" : spelling
    let text = RecipeExample.text.replacing(
      "[{linear: 8}, batch-norm, relu, {linear: 6}, tanh]", with: "[{linear: 6}, \(layer), flatten, {linear: 6}, tanh]")
    let graph = try #require(Recipe(yaml: text, source: "layers.yaml").networks["generator"]?.graph)
    #expect(graph.nodes.map(\.op) == [.gemm] + ops + [.reshape, .gemm, .tanh])
    let width = spelling.hasPrefix("linear") ? 5 : 6
    #expect(graph.trainableCount == linear(4, 6) + parameters + linear(width, 6))
  }

  @Test(
    "Layers for images, in every spelling",
    arguments: [
      ("conv2d: {outputs: 5, kernel: 3}", [.conv], [5, 2, 4], 5 * 3 * 9 + 5),
      (
        "conv2d: {outputs: 6, kernel: [3, 1], stride: [1, 2], padding: [1, 0], dilation: 1, groups: 3, bias: false}",
        [.conv], [6, 4, 3], 6 * 3
      ),
      (
        "conv-transpose2d: {outputs: 2, kernel: 4, stride: 2, padding: 1}", [.convTranspose], [2, 8, 12], 3 * 2 * 16 + 2
      ),
      (
        "conv-transpose2d: {outputs: 2, kernel: 3, stride: 2, padding: 1, outputPadding: 1}", [.convTranspose],
        [2, 8, 12], 3 * 2 * 9 + 2
      ),
      ("max-pool2d: 2", [.maxPool], [3, 2, 3], 0), ("avg-pool2d: [2, 3]", [.averagePool], [3, 2, 2], 0),
      ("avg-pool2d: {kernel: 3, stride: 1, padding: 1}", [.averagePool], [3, 4, 6], 0),
      ("global-avg-pool", [.globalAveragePool, .reshape], [3], 0),
      ("upsample: 2", [.reshape, .expand, .reshape], [3, 8, 12], 0),
      ("crop: [2, 3, 6]", [.slice, .slice], [2, 3, 6], 0),
      ("layer-norm", [.layerNormalization], [3, 4, 6], 2 * 6),
      ("layer-norm: {axes: 3, eps: 1e-3}", [.layerNormalization], [3, 4, 6], 2 * 72),
      ("layer-norm: {affine: false}", [.layerNormalization], [3, 4, 6], 0),
      ("rms-norm: {axes: 2}", [.rmsNormalization], [3, 4, 6], 24),
      ("group-norm: 1", [.groupNormalization], [3, 4, 6], 6),
      ("group-norm: {groups: 3, affine: false}", [.groupNormalization], [3, 4, 6], 0),
      ("instance-norm", [.instanceNormalization], [3, 4, 6], 0),
      ("instance-norm: {affine: true}", [.instanceNormalization], [3, 4, 6], 6),
      ("residual: [relu]", [.relu, .add], [3, 4, 6], 0),
      (
        "residual: {layers: [tanh, {max-pool2d: 2}], shortcut: [{avg-pool2d: 2}]}",
        [.tanh, .maxPool, .averagePool, .add],
        [3, 2, 3], 0
      ),
    ] as [(String, [Op], [Int], Int)])
  func imageLayers(_ spelling: String, _ ops: [Op], _ shape: [Int], _ parameters: Int) throws {
    let layer = spelling.contains(":") ? "{\(spelling)}" : spelling
    let text = RecipeExample.text.replacing(
      "[{linear: 8}, batch-norm, relu, {linear: 6}, tanh]",
      with: "[{linear: 72}, {unflatten: [3, 4, 6]}, \(layer), flatten, {linear: 6}]")
    let graph = try #require(Recipe(yaml: text, source: "layers.yaml").networks["generator"]?.graph)
    #expect(graph.nodes.map(\.op) == [.gemm, .reshape] + ops + [.reshape, .gemm])
    let types = try graph.verify()
    let made = types[graph.nodes[ops.count + 1].outputs[0]]?.shape
    #expect(made == Shape([-1] + shape))
    #expect(graph.trainableCount == linear(4, 72) + parameters + linear(shape.reduce(1, *), 6))
  }

  @Test(
    "Spectral normalisation wraps any layer with a weight",
    arguments: [
      ("linear: 6", "[6]", [6], [6]), ("conv2d: {outputs: 4, kernel: [1, 2]}", "[3, 1, 2]", [4], [6]),
      ("conv-transpose2d: {outputs: 4, kernel: 2}", "[3, 1, 2]", [4], [12]),
    ] as [(String, String, Shape, Shape)])
  func spectralNorm(_ inner: String, _ sample: String, _ u: Shape, _ v: Shape) throws {
    let text = RecipeExample.text.replacing(
      "[{linear: 8}, batch-norm, relu, {linear: 6}, tanh]",
      with: "[{linear: 6}, {unflatten: \(sample)}, {spectral-norm: {\(inner)}}, flatten, {linear: 6}]")
    let graph = try #require(Recipe(yaml: text, source: "layers.yaml").networks["generator"]?.graph)
    let buffers = Dictionary(uniqueKeysWithValues: graph.parameters.map { ($0.name, $0.type.shape) })
    #expect(buffers["spectralnorm1.u"] == u && buffers["spectralnorm1.v"] == v)
  }

  @Test("wgan-gp-fashion-conv has the networks of the paper's code")
  func convolutional() throws {
    let recipe = try Recipe.named("wgan-gp-fashion-conv")
    let generator = try #require(recipe.networks["generator"]?.graph)
    let critic = try #require(recipe.networks["critic"]?.graph)
    func windows(_ inputs: Int, _ outputs: Int) -> Int { 25 * inputs * outputs + outputs }
    let images = windows(1, 64) + windows(64, 128) + windows(128, 256)
    #expect(critic.trainableCount == images + linear(4 * 4 * 256, 1))
    #expect(generator.trainableCount == linear(128, 4096) + windows(256, 128) + windows(128, 64) + windows(64, 1))
    #expect(generator.outputs.map { generator.describe($0.type) } == ["float32[batch, 1, 28, 28]"])
    #expect(!critic.nodes.contains { $0.op.rawValue.contains("Normalization") })
    let shapes = try critic.verify()
    let areas = critic.nodes.filter { $0.op == .conv }.compactMap { shapes[$0.outputs[0]]?.shape.dimensions }
    #expect(areas == [[-1, 64, 14, 14], [-1, 128, 7, 7], [-1, 256, 4, 4]])
    #expect((recipe.wganGP.batch, recipe.wganGP.criticSteps, recipe.wganGP.penalty.weight) == (50, 5, 10))
    #expect(recipe.wganGP.optimizer == AnyOptimizer(Adam(rate: 1e-4, betas: [0.5, 0.9], eps: 1e-8)))
    #expect(recipe.warnings.isEmpty)
  }

  @Test("wgan-gp-cifar-resnet has the paper's residual networks, and no layer that couples samples in its critic")
  func residual() throws {
    let recipe = try Recipe.named("wgan-gp-cifar-resnet")
    #expect((recipe.dataset?.name, recipe.wganGP.batch) == ("cifar-10", 64))
    let generator = try #require(recipe.networks["generator"]?.graph)
    let critic = try #require(recipe.networks["critic"]?.graph)
    func window(_ extent: Int, _ inputs: Int, _ outputs: Int = 128) -> Int {
      extent * extent * inputs * outputs + outputs
    }
    let block = 2 * window(3, 128) + 4 * 128
    #expect(generator.trainableCount == linear(128, 2048) + 3 * (block + window(1, 128)) + 256 + window(3, 128, 3))
    let first = window(3, 3) + window(3, 128) + window(1, 3)
    #expect(critic.trainableCount == first + 3 * block + window(1, 128) + linear(128, 1))
    #expect(critic.nodes.count { $0.op == .groupNormalization } == 6)
    #expect(generator.nodes.count { $0.op == .batchNormalization } == 7)
    #expect(generator.outputs.map { generator.describe($0.type) } == ["float32[batch, 3, 32, 32]"])
    #expect(recipe.warnings.isEmpty)
  }

  @Test("The recipes for pictures and series of the user's own have the papers' losses, penalties and networks")
  func ownData() throws {
    func window(_ area: Int, _ channels: [Int], bias: Bool = true) -> Int {
      zip(channels, channels.dropFirst()).reduce(0) { $0 + area * $1.0 * $1.1 + (bias ? $1.1 : 0) }
    }
    let dcgan = try Recipe.named("dcgan-r1-images")
    #expect(dcgan.dataset == DatasetSettings(.images("pictures", ImageFolderSettings(height: 64, width: 64))))
    #expect(
      dcgan.networks["generator"]?.graph.trainableCount
        == linear(100, 4096) + window(16, [256, 128, 64, 32], bias: false) + 2 * (256 + 128 + 64 + 32)
        + window(16, [32, 3]))
    #expect(
      dcgan.networks["critic"]?.graph.trainableCount == window(16, [3, 32, 64, 128, 256]) + linear(256 * 16, 1))
    let lazy = dcgan.wganGP
    // R1 of arXiv:1801.04406 with γ = 10: 5 times the mean of ‖∇D(x)‖² at real samples.
    #expect((lazy.loss, lazy.penalty.weight, lazy.penalty.every) == (.softplus, 5, 16))
    #expect((lazy.penalty.gradient.at, lazy.penalty.gradient.target) == (.real, 0))
    #expect((lazy.samples.every, lazy.samples.count, lazy.ema.decay) == (1000, 64, 0.998))

    let sngan = try Recipe.named("sngan-hinge-images")
    #expect(sngan.dataset == DatasetSettings(.images("pictures", ImageFolderSettings(height: 32, width: 32))))
    let critic = try #require(sngan.networks["critic"]?.graph)
    let (threes, fours) = (
      window(9, [3, 32]) + window(9, [32, 64]) + window(9, [64, 128]) + window(9, [128, 256]),
      window(16, [32, 32]) + window(16, [64, 64]) + window(16, [128, 128])
    )
    #expect(critic.trainableCount == threes + fours + linear(256 * 16, 1))
    // A vector u and a vector v for each layer with a weight.
    #expect(critic.parameters.count { !$0.isTrainable } == 2 * 8)
    #expect((sngan.wganGP.loss, sngan.wganGP.penalty.weight, sngan.wganGP.criticSteps) == (.hinge, 0, 1))

    let series = try Recipe.named("wgan-gp-series")
    var arrays = ArraySettings()
    (arrays.window, arrays.stride, arrays.standardise) = (128, 4, true)
    #expect(series.dataset == DatasetSettings(.arrays("series.npy", arrays)))
    #expect(
      series.networks["generator"]?.graph.trainableCount
        == linear(64, 2048) + window(4, [128, 64, 32, 32]) + window(5, [32, 1]))
    #expect(series.networks["critic"]?.graph.trainableCount == window(5, [1, 32, 64, 128]) + linear(128 * 16, 1))
    #expect(series.networks["generator"]?.graph.outputs.map(\.type.shape) == [[-1, 1, 128]])
    #expect((series.wganGP.loss, series.wganGP.penalty.weight, series.wganGP.criticSteps) == (.wasserstein, 10, 5))
    for recipe in [dcgan, sngan, series] { #expect(recipe.warnings.isEmpty && recipe.licence == "MIT") }
  }

  @Test("A recipe can be named by the path of its file")
  func file() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "zoo-recipes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "mine.yaml").path
    try RecipeExample.text.write(toFile: path, atomically: true, encoding: .utf8)
    let recipe = try Recipe.named(path)
    #expect((recipe.name, recipe.source, recipe.text) == ("small", path, RecipeExample.text))
    try ("\u{FEFF}" + RecipeExample.text).write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try Recipe.named(path).text == RecipeExample.text)

    try Data("name: small\nsummary: caf\u{e9}\n".unicodeScalars.map { UInt8($0.value) }).write(to: URL(filePath: path))
    let latin = #expect(throws: RecipeError.self) { try Recipe.named(path) }
    #expect(latin?.code == .syntax)
    #expect(latin?.description.hasPrefix("\(path):2:1: ") == true)

    // The limit cuts an é in two.
    try (String(repeating: "\u{e9}", count: 40_000)).write(toFile: path, atomically: true, encoding: .utf8)
    let long = #expect(throws: RecipeError.self) { try Recipe.named(path) }
    #expect(long?.description == "\(path):1:1: the text is longer than 65536 bytes; shorten it")

    try FileManager.default.createDirectory(
      at: folder.appending(path: "folder.yaml"), withIntermediateDirectories: false)
    for wrong in ["folder.yaml", "missing.yaml", "missing.yml"] {
      let error = #expect(throws: RecipeError.self) { try Recipe.named(folder.appending(path: wrong).path) }
      #expect(error?.code == .file)
      #expect(error?.description.contains(wrong) == true)
      // The reason is Foundation's, without its other details.
      #expect(error?.description.contains("NSCocoaErrorDomain") == false)
    }
  }

  @Test(
    "The error of an unknown name suggests the nearest ones",
    arguments: ["wgan-gp-fashoin", "WGAN-GP-Fashion", "wgan-gp-fash"])
  func unknown(_ name: String) {
    let error = #expect(throws: RecipeError.self) { try Recipe.named(name) }
    #expect(error?.code == .unknownRecipe)
    #expect(error?.description.contains("'\(name)'; did you mean 'wgan-gp-fashion'") == true)
  }

  @Test("The error of a name without a near one lists all")
  func unknownAndFar() {
    let error = #expect(throws: RecipeError.self) { try Recipe.named("resnet") }
    let names = Catalogue.standard.models.keys.map { String($0.dropLast(".yaml".count)) }.sorted()
    #expect(names.count >= 10)
    #expect(error?.description.contains("known: \(names.joined(separator: ", "))") == true)
  }
}
