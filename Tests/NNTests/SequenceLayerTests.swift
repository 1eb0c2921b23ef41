import Autograd
import GraphIR
import NN
import TestSupport
import Testing

@Suite struct SequenceLayerTests {
  @Test func parametersAndOutputsHaveTheShapesOfOnnx() throws {
    let network = try Sequential(
      "all", input: [4, 3],
      layers: [
        LSTM(5), GRU(2, bidirectional: true), MultiheadAttention(heads: 2), MultiheadAttention(heads: 1, bias: false),
        RNN(3, bidirectional: true, output: .last), Linear(1),
      ])
    let expected: [(String, Shape)] = [
      ("lstm1.weight", [1, 20, 3]), ("lstm1.recurrence", [1, 20, 5]), ("lstm1.bias", [1, 40]),
      ("gru1.weight", [2, 6, 5]), ("gru1.recurrence", [2, 6, 2]), ("gru1.bias", [2, 12]),
      ("attention1.in_proj_weight", [12, 4]), ("attention1.in_proj_bias", [12]),
      ("attention1.out_proj_weight", [4, 4]), ("attention1.out_proj_bias", [4]),
      ("attention2.in_proj_weight", [12, 4]), ("attention2.out_proj_weight", [4, 4]),
      ("rnn1.weight", [2, 3, 4]), ("rnn1.recurrence", [2, 3, 3]), ("rnn1.bias", [2, 6]),
      ("linear1.weight", [1, 6]), ("linear1.bias", [1]),
    ]
    #expect(network.graph.parameters.map(\.name) == expected.map(\.0))
    #expect(network.graph.parameters.map(\.type.shape) == expected.map(\.1))
    #expect(network.graph.outputs.map { network.graph.describe($0.type) } == ["float32[batch, 1]"])
  }

  /// PyTorch's defaults: ±1/√hidden for recurrent layers, Xavier's bound for attention, zeros for its biases.
  @Test func parametersBeginWithinTheirBounds() throws {
    let network = try Sequential(
      "all", input: [3, 48], layers: [LSTM(64), GRU(25), RNN(16), MultiheadAttention(heads: 4)])
    var stream = RandomStream(seed: 1, name: "init")
    let values = network.initialParameters(from: &stream)
    let bounds: [(String, Double)] = [
      ("lstm1", 0.125), ("gru1", 0.2), ("rnn1", 0.25), ("attention1.in_proj_w", (6.0 / 64).squareRoot()),
      ("attention1.out_proj_w", 0.25),
    ]
    for (prefix, bound) in bounds {
      let numbers = values.filter { $0.key.hasPrefix(prefix) }.flatMap(\.value.doubles)
      #expect(numbers.allSatisfy { abs($0) <= bound } && (numbers.max() ?? 0) > 0.95 * bound, "\(prefix)")
    }
    for name in ["in_proj_bias", "out_proj_bias"] {
      #expect(values["attention1.\(name)"]?.doubles.allSatisfy { $0 == 0 } == true)
    }
  }

  private static let pairs: [(last: any Layer, sequence: any Layer)] = [
    (LSTM(3, output: .last), LSTM(3)), (GRU(3, output: .last), GRU(3)), (RNN(3, output: .last), RNN(3)),
  ]

  @Test(arguments: pairs.indices) func theLastStateIsTheSequencesLast(index: Int) throws {
    let (layer, sequence) = Self.pairs[index]
    var data = SplitMix64(seed: 3)
    let x = Tensor(TensorValue((0..<24).map { _ in data.double(-2...2) }, shape: [2, 4, 3]))
    func output(_ layer: any Layer) throws -> Tensor {
      let network = try Sequential("one", input: [4, 3], layers: [layer], dtype: .float64)
      var stream = RandomStream(seed: 1, name: "init")
      return try Network(network.graph, parameters: network.initialParameters(from: &stream).mapValues { Tensor($0) })(
        x)
    }
    let last = try output(sequence).sliced(axis: 1, from: 3, to: 4).flattened(start: 1)
    #expect(try output(layer).value == last.value)
  }

  @Test func whatDoesNotFitIsRefused() {
    let cases: [(any Layer, [Int], NNError.Code, String)] = [
      (LSTM(3), [4], .shape, "[batch, steps, features]"), (GRU(0), [4, 2], .setting, "0 hidden units"),
      (RNN(3), [4, 2, 2], .shape, "[batch, steps, features]"),
      (MultiheadAttention(heads: 2), [4, 3], .setting, "3 features"),
      (MultiheadAttention(heads: 0), [4, 3], .setting, "0 heads"),
      (MultiheadAttention(heads: 1), [4], .shape, "[batch, places, features]"),
    ]
    for (layer, input, code, text) in cases {
      let error = #expect(throws: NNError.self) { try Sequential("net", input: input, layers: [layer]) }
      #expect(error?.code == code)
      #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
    }
  }
}
