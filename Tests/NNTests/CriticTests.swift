import Autograd
import GraphIR
import NN
import TestSupport
import Testing

/// Gradient penalties of small critics against PyTorch's; `Fixtures/make_critics.py` describes the fields.
@Suite("Critics against PyTorch")
struct CriticTests {
  struct Fixture: Decodable {
    let cases: [Case]
  }

  struct Case: Decodable, Sendable, CustomStringConvertible {
    struct Value: Decodable, Sendable {
      let shape: [Int]
      let values: [Double]

      func tensor(_ dtype: DataType) -> Tensor {
        Tensor(TensorValue(values, shape: Shape(shape))).cast(to: dtype)
      }
    }

    let name: String
    let input, output: Value
    let parameters: [String: Value]
    let penalty: Double
    let gradients, updates: [String: Value]
    var description: String { name }
  }

  static let cases = (try? Fixtures.load("critics.json", as: Fixture.self).cases) ?? []

  /// The layers of each critic in the fixture.
  private static let layers: [String: [any Layer]] = [
    "layer norm": [Linear(5), LayerNorm(), Activation.tanh, Linear(1)],
    "rms norm": [Linear(5), RMSNorm(), Activation.tanh, Linear(1)],
    "group norm": [Linear(6), GroupNorm(2), Activation.tanh, Linear(1)],
    "instance norm": [
      Unflatten([2, 4]), InstanceNorm(affine: true), Activation.tanh, Flatten(), Linear(1),
    ],
    "batch norm": [Linear(5), BatchNorm(), Activation.tanh, Linear(1)],
    "spectral norm": [SpectralNorm(Linear(5)), Activation.tanh, SpectralNorm(Linear(1), iterations: 2)],
    "lstm": [LSTM(3), Flatten(), Linear(1)],
    "bidirectional lstm": [LSTM(2, bidirectional: true), Flatten(), Linear(1)],
    "gru": [GRU(3), Flatten(), Linear(1)],
    "rnn": [RNN(3), Flatten(), Linear(1)],
    "spectral norm of a convolution": [
      SpectralNorm(Conv2d(3, kernel: 2)), Activation.tanh, Flatten(), Linear(1),
    ],
    "spectral norm of a transposed convolution": [
      SpectralNorm(ConvTranspose1d(3, kernel: 2)), Activation.tanh, Flatten(), Linear(1),
    ],
    "attention": [LayerNorm(), MultiheadAttention(heads: 2), Flatten(), Linear(1)],
  ]

  @Test("there is a critic of each kind") func coverage() {
    #expect(Set(Self.cases.map(\.name)) == Set(Self.layers.keys))
  }

  /// ONNX's epsilons and momenta are float32 and PyTorch's float64. The difference shows in the next values of buffers.
  @Test("value, penalty and the penalty's gradient", arguments: cases, [DataType.float64, .float32])
  func agrees(critic: Case, dtype: DataType) throws {
    let layers = try #require(Self.layers[critic.name])
    let graph = try Sequential("critic", input: Array(critic.input.shape.dropFirst()), layers: layers, dtype: dtype)
      .graph
    // PyTorch defines the running variance differently.
    var parameters = Dictionary(
      uniqueKeysWithValues: graph.parameters.filter { !$0.isTrainable }.map {
        ($0.name, Tensor.ones($0.type.shape, dtype: dtype))
      })
    parameters.merge(critic.parameters.mapValues { $0.tensor(dtype) }) { $1 }
    let network = Network(graph, parameters: parameters, requiresGrad: true)
    #expect(network.trainableNames.sorted() == critic.gradients.keys.sorted())
    let input = critic.input.tensor(dtype)
    let tolerance = dtype == .float64 ? 1e-9 : 1e-5

    func expectEqual(
      _ found: Tensor?, _ expected: Case.Value, _ what: String, _ tolerance: Double, scale: Double = 1
    ) throws {
      let found = try #require(found, "\(what)")
      #expect(found.shape == Shape(expected.shape), "\(what)")
      #expect(
        mismatch(found.value.doubles, expected.values, relative: tolerance, absolute: tolerance * scale) == nil,
        "\(what)")
    }
    let (output, updates) = try network.training(input)
    try expectEqual(output, critic.output, "output", tolerance)
    for (name, expected) in critic.updates { try expectEqual(updates[name], expected, name, max(tolerance, 1e-7)) }
    let penalty = try GradientPenalty()(network, at: input)
    #expect(mismatch([penalty.item], [critic.penalty], relative: tolerance) == nil)
    let gradients = try network.gradients(of: penalty)
    // A sum that cancels has the error of its terms.
    let scale = critic.gradients.values.flatMap(\.values).reduce(0) { max($0, abs($1)) }
    for (name, expected) in critic.gradients {
      try expectEqual(gradients[name], expected, name, tolerance, scale: scale)
    }
  }
}
