import TrainingAlgorithms
import Checkpointing
import Datasets
import Foundation
import GraphIR
import NN
import TestSupport
import Testing

/// Conditional GANs against PyTorch's trainings in `conditional.json`, which `make_conditional.py` writes.
@Suite struct ConditionalTests {
  static let names = ((try? GANSettingsFixture.load("conditional.json"))?.cases.keys.sorted()) ?? []

  /// TinyGAN's samples with labels of three classes.
  struct Labelled: Dataset {
    var names = ["a", "b", "c"]
    var labels: ClassLabels? {
      ClassLabels(names: names, rows: (0..<count).map { $0 % names.count })
    }
    var name: String { "labelled" }
    var count: Int { TinyGAN.data.count }
    var sampleShape: [Int] { TinyGAN.data.sampleShape }
    var fingerprint: DatasetFingerprint { TinyGAN.data.fingerprint }

    func fill(_ rows: some Collection<Int>, into buffer: UnsafeMutableBufferPointer<Float>) {
      TinyGAN.data.fill(rows, into: buffer)
    }
  }

  private func networks(
    _ place: ConditionalNetwork.Labels?, classifies: Bool
  ) throws -> (generator: Sequential, critic: Sequential) {
    let generator = try ConditionalNetwork.generator(
      "generator", noise: 3, classes: 3, embedding: 2,
      layers: [Linear(5), BatchNorm(), Activation.tanh, Linear(4), Activation.tanh])
    let critic = try ConditionalNetwork.critic(
      "critic", input: [4], classes: 3, labels: place, classifies: classifies,
      layers: [Linear(6), Activation.softplus, Linear(5), Activation.tanh, Linear(1)])
    return (generator, critic)
  }

  @Test func everyPlaceHasACase() throws {
    let cases = try GANSettingsFixture.load("conditional.json").cases.values
    #expect(Set(cases.compactMap(\.labels)) == Set(ConditionalNetwork.Labels.allCases.map(\.rawValue)))
    #expect(Set(cases.map { $0.settings.classifierWeight > 0 }).count == 2)
  }

  @Test(arguments: names, Kernels.allCases) func aTrainingIsPyTorchs(_ name: String, kernels: Kernels) throws {
    let fixture = try GANSettingsFixture.load("conditional.json")
    let expected = try #require(fixture.cases[name])
    let place = try expected.labels.map { try #require(ConditionalNetwork.Labels(rawValue: $0)) }
    let (generator, critic) = try networks(place, classifies: expected.settings.classifierWeight > 0)
    let algorithm = try WGANGP(generator: generator.graph, critic: critic.graph, settings: expected.settings)
    var parameters: [String: TensorValue] = [:]
    for name in algorithm.parameterTypes.keys {
      let other =
        switch name {
        case "critic/linear1.weight" where place == .concat: "concat/linear1.weight"
        case "critic/embedding.weight": "projection/embedding.weight"
        default: name.replacing("critic/classifier.", with: "classifier/")
        }
      parameters[name] = try #require(fixture.inputs[other], "\(other)").value(.float32)
    }
    try expected.check(algorithm, on: Labelled(), parameters, fixture, kernels)
  }

  private func algorithm(
    _ place: ConditionalNetwork.Labels?, _ adjust: (inout WGANGPSettings) -> Void = { _ in }
  ) throws -> WGANGP {
    var settings = try TinyGAN.algorithm().settings
    settings.classes = 3
    if place == nil { settings.classifierWeight = 1 }
    adjust(&settings)
    let (generator, critic) = try networks(place, classifies: settings.classifierWeight > 0)
    return try WGANGP(generator: generator.graph, critic: critic.graph, settings: settings)
  }

  private func start(
    _ algorithm: WGANGP, _ place: ConditionalNetwork.Labels?, on data: any Dataset = Labelled()
  ) throws -> any Trainer {
    let (generator, critic) = try networks(place, classifies: algorithm.settings.classifierWeight > 0)
    var stream = RandomStream(seed: 7, name: "init")
    var parameters: [String: TensorValue] = [:]
    for (role, network) in [("generator", generator), ("critic", critic)] {
      for (name, value) in network.initialParameters(from: &stream) { parameters["\(role)/\(name)"] = value }
    }
    return try algorithm.begin(TinyGAN.setup(data: data), parameters: parameters)
  }

  @Test(arguments: [ConditionalNetwork.Labels.concat, .projection, nil], 0...8)
  func aRunGoesOnBitForBit(_ place: ConditionalNetwork.Labels?, from split: Int) throws {
    let algorithm = try algorithm(place) { $0.ema.decay = 0.5 }
    var whole = try start(algorithm, place)
    var states = [try whole.state]
    for _ in 0..<9 {
      _ = try whole.advance()
      states.append(try whole.state)
    }
    // One block of four draws for each update of a network.
    #expect(states.map { $0.streams["labels"]?.counter } == [0, 1, 2, 4, 5, 6, 8, 9, 10, 12])
    var rest = try algorithm.resume(TinyGAN.setup(data: Labelled()), states[split])
    for step in split..<9 {
      _ = try rest.advance()
      #expect(try rest.state == states[step + 1], "step \(step + 1)")
    }
  }

  @Test func programsTakeLabels() throws {
    let programs = try algorithm(.projection).programs()
    #expect(
      programs["critic"]?.inputs.map(\.name).sorted()
        == ["data/labels", "data/real", "normal/noise", "uniform/alpha", "uniform/labels"])
    #expect(programs["generator"]?.inputs.map(\.name).sorted() == ["normal/noise", "uniform/labels"])
    // Without classes, nothing has a label.
    #expect(try TinyGAN.trainer().state.streams["labels"] == nil)
  }

  @Test func theClassesFitNetworksAndData() throws {
    let two = Labelled(names: ["a", "b"])
    var error = #expect(throws: AlgorithmError.self) {
      try start(algorithm(.concat), .concat, on: two)
    }
    #expect(error?.message.contains("classes is 3, expected the 2 of 'labelled'") == true)
    error = #expect(throws: AlgorithmError.self) {
      try start(algorithm(.concat), .concat, on: TinyGAN.data)
    }
    #expect(error?.message.contains("has no labels") == true)
    error = #expect(throws: AlgorithmError.self) { try algorithm(.concat) { $0.classes = nil } }
    #expect(error?.message.contains("the critic takes labels") == true && error?.setting == "classes")
    error = #expect(throws: AlgorithmError.self) { try TinyGAN.algorithm { $0.classes = 3 } }
    #expect(error?.message.contains("the generator takes none") == true)
    error = #expect(throws: AlgorithmError.self) { try TinyGAN.algorithm { $0.classifierWeight = 1 } }
    #expect(error != nil)
  }

  /// The planes of an image are one class each.
  @Test func labelsOfImagesArePlanes() throws {
    let critic = try ConditionalNetwork.critic(
      "critic", input: [2, 3, 3], classes: 4, labels: .concat, layers: [Conv2d(1, kernel: 3), Flatten()])
    #expect(critic.graph.parameters.first { $0.name == "conv2d1.weight" }?.type.shape == [1, 6, 3, 3])
    // A kernel of ones on the planes of the classes, times 1 to 4, counts nine pixels of the label's plane.
    let planes = (0..<6).flatMap { [Float](repeating: $0 < 2 ? 0 : Float($0 - 1), count: 9) }
    let weight = TensorValue(planes, shape: [1, 6, 3, 3])
    let network = Network(
      critic.graph, parameters: ["conv2d1.weight": .init(weight), "conv2d1.bias": .init(TensorValue([Float(0)]))])
    let labels = TensorValue([Int64(3), 0, 2])
    let images = TensorValue(repeating: 5, type: TensorType(.float32, [3, 2, 3, 3]))
    let scores = try network([.init(images), .init(labels)])
    #expect(scores[0].value.doubles == [36, 9, 27])
  }
}
