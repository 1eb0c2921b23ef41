import Autograd
import GraphIR
import NN
import TestSupport
import Testing

@Suite struct ConvolutionLayerTests {
  private func shape(_ layer: any Layer, _ input: [Int]) throws -> Shape {
    try Sequential("one", input: input, layers: [layer]).graph.outputs[0].type.shape
  }

  private func output(
    of layer: any Layer, _ x: TensorValue, _ parameters: [String: TensorValue] = [:]
  ) throws -> TensorValue {
    let graph = try Sequential("one", input: Array(x.shape.dropFirst()), layers: [layer], dtype: .float64).graph
    return try Network(graph, parameters: parameters.mapValues { Tensor($0) })(Tensor(x)).value
  }

  @Test func shapesAreThoseOfPyTorch() throws {
    #expect(try shape(Conv1d(4, kernel: 3, stride: 2, padding: 1, dilation: 2), [3, 9]) == [-1, 4, 4])
    #expect(try shape(Conv2d(64, kernel: 5, stride: 2, padding: 2), [1, 28, 28]) == [-1, 64, 14, 14])
    #expect(
      try shape(Conv2d(4, kernel: [3, 1], stride: [2, 1], padding: [1, 0], groups: 2), [2, 5, 7]) == [-1, 4, 3, 7])
    #expect(try shape(ConvTranspose1d(2, kernel: 3, stride: 2), [4, 5]) == [-1, 2, 11])
    #expect(
      try shape(ConvTranspose2d(1, kernel: 5, stride: 2, padding: 2, outputPadding: 1), [64, 14, 14]) == [
        -1, 1, 28, 28,
      ])
    #expect(try shape(MaxPool2d(kernel: 2), [3, 7, 8]) == [-1, 3, 3, 4])
    #expect(try shape(AvgPool2d(kernel: 3, stride: 2, padding: 1), [3, 8, 8]) == [-1, 3, 4, 4])
    #expect(try shape(GlobalAveragePool(), [3, 8, 8]) == [-1, 3])
  }

  @Test func parametersHavePyTorchsShapes() throws {
    let layers: [any Layer] = [
      Conv2d(4, kernel: [3, 2], groups: 2), ConvTranspose2d(6, kernel: 2, groups: 2), Conv2d(2, kernel: 1, bias: false),
    ]
    let parameters = try Sequential("net", input: [2, 5, 5], layers: layers).graph.parameters
    let expected: [(String, Shape)] = [
      ("conv2d1.weight", [4, 1, 3, 2]), ("conv2d1.bias", [4]), ("convtranspose2d1.weight", [4, 3, 2, 2]),
      ("convtranspose2d1.bias", [6]), ("conv2d2.weight", [2, 6, 1, 1]),
    ]
    #expect(
      parameters == expected.map { Graph.Parameter(name: $0, type: TensorType(.float32, $1), isTrainable: true) })
  }

  private static let wide: [(layer: any Layer, fanIn: Int)] = [
    (Conv2d(64, kernel: 5, groups: 4), 8 * 25), (Conv1d(96, kernel: 4), 32 * 4),
    (ConvTranspose2d(64, kernel: 3, groups: 2), 32 * 9), (ConvTranspose1d(96, kernel: 5), 96 * 5),
  ]

  /// `kaiming_uniform_(a: √5)`: uniform on ±1/√fan_in, and the bias on the same interval.
  @Test(arguments: 0..<4) func initialValuesAreUniform(index: Int) throws {
    let (layer, fanIn) = Self.wide[index]
    let input = type(of: layer).kind.hasSuffix("1d") ? [32, 9] : [32, 9, 9]
    let network = try Sequential("wide", input: input, layers: [layer])
    var stream = RandomStream(seed: 1, name: "init")
    let bound = 1 / Double(fanIn).squareRoot()
    for value in network.initialParameters(from: &stream).values {
      let numbers = value.doubles
      let count = Double(numbers.count)
      #expect(numbers.allSatisfy { abs($0) <= bound * (1 + 1e-6) })
      // The largest of n uniform draws lies 20 / n of the range below its end with probability e⁻²⁰.
      #expect(numbers.max() ?? 0 > bound * (1 - 40 / count))
      #expect(numbers.min() ?? 0 < -bound * (1 - 40 / count))
      #expect(abs(numbers.reduce(0, +) / count) < 5 * bound / (3 * count).squareRoot())
    }
  }

  @Test func layersComputeWhatTheirNamesSay() throws {
    let image = TensorValue((1...6).map(Double.init), shape: [1, 1, 2, 3])
    let weight = TensorValue([1.0, 10], shape: [1, 1, 1, 2])
    let convolved = try output(
      of: Conv2d(1, kernel: [1, 2]), image, ["conv2d1.weight": weight, "conv2d1.bias": TensorValue([0.5])])
    #expect(convolved == TensorValue([21.5, 32.5, 54.5, 65.5], shape: [1, 1, 2, 2]))
    let transposed = try output(
      of: ConvTranspose2d(1, kernel: [1, 2], stride: [1, 2], outputPadding: [0, 1], bias: false), image,
      ["convtranspose2d1.weight": weight])
    #expect(
      transposed == TensorValue([1.0, 10, 2, 20, 3, 30, 0, 4, 40, 5, 50, 6, 60, 0], shape: [1, 1, 2, 7]))
    #expect(try output(of: MaxPool2d(kernel: [2, 1]), image) == TensorValue([4.0, 5, 6], shape: [1, 1, 1, 3]))
    // Padding counts as zeros.
    #expect(
      try output(of: AvgPool2d(kernel: 2, padding: [0, 1]), image)
        == TensorValue([5.0 / 4, 16.0 / 4], shape: [1, 1, 1, 2]))
    #expect(try output(of: GlobalAveragePool(), image) == TensorValue([3.5], shape: [1, 1]))
  }

  @Test func mistakesNameTheLayer() throws {
    let mistakes: [(any Layer, [Int], NNError.Code, [String])] = [
      (Conv2d(4, kernel: 3), [3, 9], .shape, ["conv2d1", "[?1, 3, 9]", "2 extents"]),
      (Conv2d(0, kernel: 3), [3, 9, 9], .setting, ["conv2d1", "0 outputs"]),
      (Conv2d(4, kernel: 3, groups: 3), [3, 9, 9], .setting, ["conv2d1", "4 outputs in 3 groups"]),
      (Conv2d(4, kernel: 3, groups: .min), [3, 9, 9], .setting, ["conv2d1"]),
      (Conv1d(4, kernel: [3, 3]), [3, 9], .setting, ["conv1d1", "[3, 3]"]),
      (Conv1d(4, kernel: 0), [3, 9], .setting, ["conv1d1", "kernel [0]"]),
      (Conv2d(4, kernel: 10), [3, 9, 9], .shape, ["Conv", "spans 10 elements"]),
      (Conv2d(4, kernel: 3, stride: 0), [3, 9, 9], .shape, ["Conv", "strides [0, 0]"]),
      (Conv2d(4, kernel: 3, padding: [1, 2, 3]), [3, 9, 9], .shape, ["Conv", "pads [1, 2, 3, 1, 2, 3]"]),
      (ConvTranspose2d(4, kernel: 3, outputPadding: 1), [3, 9, 9], .shape, ["ConvTranspose", "stride 1"]),
      (MaxPool2d(kernel: 2, padding: 2), [3, 9, 9], .shape, ["MaxPool", "padding alone"]),
      (AvgPool2d(kernel: -1), [3, 9, 9], .shape, ["AveragePool", "[-1, -1]"]),
      (GlobalAveragePool(), [3], .shape, ["GlobalAveragePool", "[?1, 3]"]),
    ]
    for (layer, input, code, parts) in mistakes {
      let error = #expect(throws: NNError.self, "\(parts)") { try Sequential("net", input: input, layers: [layer]) }
      #expect(error?.code == code, "\(error.map { "\($0)" } ?? "")")
      for part in parts {
        #expect(error?.description.contains(part) == true, "\(error.map { "\($0)" } ?? "") lacks \(part)")
      }
    }
  }

  /// A convolutional critic with a gradient penalty, whose gradient needs second derivatives of every layer.
  @Test func gradientPenaltyOfAConvolutionalCritic() throws {
    let layers: [any Layer] = [
      Conv2d(3, kernel: 3, stride: 2, padding: 1), Activation.tanh, ConvTranspose2d(2, kernel: 2), Activation.tanh,
      MaxPool2d(kernel: 2, stride: 1), AvgPool2d(kernel: 2), GlobalAveragePool(), Linear(1),
    ]
    let network = try Sequential("critic", input: [1, 6, 6], layers: layers, dtype: .float64)
    var stream = RandomStream(seed: 4, name: "init")
    let start = network.initialParameters(from: &stream)
    let images = Tensor(TensorValue(stream.uniform([2, 1, 6, 6], low: -1, high: 1).doubles, shape: [2, 1, 6, 6]))
    func penalty(_ values: [String: TensorValue]) throws -> (Tensor, Network) {
      let critic = Network(network.graph, parameters: values.mapValues { Tensor($0) }, requiresGrad: true)
      let x = images.detached(requiresGrad: true)
      let y = try critic(x)
      let g = try grad([y], [x], gradOutputs: [.ones(like: y)], createGraph: true)[0]
      return (try #require(g).squared().sum(), critic)
    }
    let (value, critic) = try penalty(start)
    let gradients = try critic.gradients(of: value)
    let step = 1e-5
    for (name, weights) in start where !name.hasPrefix("linear1.bias") {
      // Along a fixed direction, against central differences.
      let direction = weights.doubles.indices.map { Double(($0 * 7) % 5) - 2 }
      func moved(_ distance: Double) throws -> Double {
        var values = start
        let numbers = zip(weights.doubles, direction).map { $0 + distance * $1 }
        values[name] = TensorValue(numbers, shape: weights.shape)
        return try penalty(values).0.value.doubles[0]
      }
      let expected = (try moved(step) - moved(-step)) / (2 * step)
      let found = zip(try #require(gradients[name]).value.doubles, direction).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(mismatch([found], [expected], relative: 1e-5, absolute: 1e-9) == nil, "\(name)")
    }
  }
}
