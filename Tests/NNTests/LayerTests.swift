import Foundation
import Autograd
import GraphIR
import NN
import TestSupport
import Testing

@Suite struct LayerTests {
  private let everyKind: [any Layer] = [
    Unflatten([2, 3]), BatchNorm(eps: 0.8), Activation.relu, Flatten(), Linear(5), BatchNorm(),
    Activation.leakyRelu(0.2),
    Linear(4, bias: false), Activation.tanh, Activation.sigmoid, Activation.softplus, Linear(1),
  ]

  @Test func parametersAreNamedAfterKindAndPlace() throws {
    let network = try Sequential("all", input: [6], layers: everyKind)
    let expected: [(String, Shape, Bool)] = [
      ("batchnorm1.weight", [2], true), ("batchnorm1.bias", [2], true), ("batchnorm1.running_mean", [2], false),
      ("batchnorm1.running_var", [2], false), ("linear1.weight", [5, 6], true), ("linear1.bias", [5], true),
      ("batchnorm2.weight", [5], true), ("batchnorm2.bias", [5], true), ("batchnorm2.running_mean", [5], false),
      ("batchnorm2.running_var", [5], false), ("linear2.weight", [4, 5], true), ("linear3.weight", [1, 4], true),
      ("linear3.bias", [1], true),
    ]
    #expect(
      network.graph.parameters
        == expected.map { Graph.Parameter(name: $0, type: TensorType(.float32, $1), isTrainable: $2) })
    #expect(
      network.graph.updates.map(\.parameter) == [
        "batchnorm1.running_mean", "batchnorm1.running_var", "batchnorm2.running_mean", "batchnorm2.running_var",
      ])
  }

  @Test func theBatchStaysSymbolic() throws {
    let graph = try Sequential("all", input: [6], layers: everyKind).graph
    #expect(graph.inputs.map { graph.describe($0.type) } == ["float32[batch, 6]"])
    #expect(graph.outputs.map { graph.describe($0.type) } == ["float32[batch, 1]"])
  }

  @Test func activationsAreTheirFunctions() throws {
    let cases: [(Activation, (Double) -> Double)] = [
      (.tanh, { (exp($0) - exp(-$0)) / (exp($0) + exp(-$0)) }), (.sigmoid, { 1 / (1 + exp(-$0)) }),
      (.relu, { $0 > 0 ? $0 : 0 }), (.softplus, { log(1 + exp($0)) }), (.leakyRelu(0.25), { $0 > 0 ? $0 : $0 / 4 }),
    ]
    let points = [-2.0, -0.5, 0, 0.5, 2]
    for (layer, function) in cases {
      let network = try Sequential("one", input: [5], layers: [layer], dtype: .float64)
      let found = try Network(network.graph, parameters: [:])(Tensor(TensorValue(points, shape: [1, 5])))
      #expect(
        mismatch(found.value.doubles, points.map(function), relative: 1e-12, absolute: 1e-15) == nil, "\(layer.op)")
    }
  }

  @Test func linearIsTheProductWithTheTransposedWeightPlusBias() throws {
    let graph = try Sequential("one", input: [3], layers: [Linear(2)], dtype: .float64).graph
    let network = Network(
      graph,
      parameters: [
        "linear1.weight": Tensor(TensorValue([1.0, 2, 3, 4, 5, 6], shape: [2, 3])),
        "linear1.bias": Tensor(TensorValue([10.0, 20])),
      ])
    let found = try network(Tensor(TensorValue([1.0, 0, -1, 2, 1, 0], shape: [2, 3])))
    #expect(found.value == TensorValue([8.0, 18, 14, 33], shape: [2, 2]))
  }
}

@Suite struct InitializationTests {
  private func parameters(seed: UInt64, dtype: DataType = .float32) throws -> [String: TensorValue] {
    let network = try Sequential("wide", input: [256], layers: [Linear(128), BatchNorm(), Linear(64)], dtype: dtype)
    var stream = RandomStream(seed: seed, name: "init")
    return network.initialParameters(from: &stream)
  }

  /// The default of `torch.nn.Linear`: weight and bias uniform on ±1/√inputs, whose variance is 1/(3·inputs).
  @Test(arguments: [("linear1.weight", 256), ("linear2.weight", 128), ("linear1.bias", 256)])
  func linearIsUniformWithinOneOverTheRootOfItsInputs(name: String, inputs: Int) throws {
    let numbers = try #require(parameters(seed: 1)[name]).doubles
    let count = Double(numbers.count)
    let bound = 1 / Double(inputs).squareRoot()
    #expect(numbers.allSatisfy { abs($0) <= bound })
    // The largest of n uniform draws lies 20 / n of the range below its end with probability e⁻²⁰.
    #expect(numbers.max() ?? 0 > bound * (1 - 40 / count))
    #expect(numbers.min() ?? 0 < -bound * (1 - 40 / count))
    // The tolerances are five standard errors of the mean, and of the mean square (whose variance is 4/45·bound⁴).
    let mean = numbers.reduce(0, +) / count
    #expect(abs(mean) < 5 * bound / (3 * count).squareRoot())
    let meanSquare = numbers.reduce(0) { $0 + $1 * $1 } / count
    #expect(abs(meanSquare - bound * bound / 3) < 5 * bound * bound * (4 / 45 / count).squareRoot())
  }

  @Test func batchNormBeginsAsTheIdentity() throws {
    let parameters = try parameters(seed: 1)
    for (name, number) in [("weight", 1.0), ("bias", 0), ("running_mean", 0), ("running_var", 1)] {
      #expect(
        parameters["batchnorm1.\(name)"] == TensorValue(repeating: number, type: TensorType(.float32, [128])), "\(name)"
      )
    }
  }

  @Test func aSeedGivesTheSameBitsAndAnotherSeedOthers() throws {
    let (first, again, other) = (try parameters(seed: 1), try parameters(seed: 1), try parameters(seed: 2))
    #expect(first == again)
    for name in ["linear1.weight", "linear1.bias", "linear2.weight", "linear2.bias"] {
      #expect(first[name] != other[name], "\(name)")
    }
  }

  @Test func layersDrawDifferentNumbers() throws {
    let parameters = try parameters(seed: 1)
    let first = try #require(parameters["linear1.weight"]).doubles.prefix(64).map { $0 * 16 }
    let bias = try #require(parameters["linear1.bias"]).doubles.prefix(64).map { $0 * 16 }
    #expect(first != bias)
  }

  @Test func float64HasTheNumbersOfFloat32() throws {
    let (single, double) = (try parameters(seed: 3), try parameters(seed: 3, dtype: .float64))
    #expect(double.values.allSatisfy { $0.dtype == .float64 })
    #expect(single.mapValues(\.doubles) == double.mapValues(\.doubles))
  }

  @Test func aResidualBlockIsTheSumOfItsPaths() throws {
    let block = Residual([Linear(2, bias: false), Activation.tanh], shortcut: [Linear(2, bias: false)])
    let graph = try Sequential("one", input: [1], layers: [block], dtype: .float64).graph
    #expect(graph.parameters.map(\.name) == ["residual1.linear1.weight", "residual1.shortcut.linear1.weight"])
    let network = Network(
      graph,
      parameters: [
        "residual1.linear1.weight": Tensor(TensorValue([0.5, -1.0], shape: [2, 1])),
        "residual1.shortcut.linear1.weight": Tensor(TensorValue([2.0, 3.0], shape: [2, 1])),
      ])
    let found = try network(Tensor(TensorValue([1.5], shape: [1, 1]))).value.doubles
    #expect(mismatch(found, [tanh(0.75) + 3, tanh(-1.5) + 4.5], relative: 1e-12) == nil)

    let identity = try Sequential("two", input: [3], layers: [Residual([Activation.relu])], dtype: .float64).graph
    let doubled = try Network(identity, parameters: [:])(Tensor(TensorValue([-1.0, 0, 2], shape: [1, 3])))
    #expect(doubled.value.doubles == [-1, 0, 4])
  }

  @Test func pathsOfOtherShapesAreAnError() throws {
    let error = #expect(throws: NNError.self) {
      try Sequential("c", input: [3], layers: [Linear(4), Residual([Linear(4), Linear(5)])])
    }
    #expect(error?.code == .shape)
    for word in ["network 'c', layer 2 of 2", "residual1", "samples of [5]", "the shortcut of [4]"] {
      #expect(error?.description.contains(word) == true, "\(word): \(error?.description ?? "")")
    }
    let inner = #expect(throws: NNError.self) {
      try Sequential("c", input: [3], layers: [Residual([Linear(3), Unflatten([2, 2])])])
    }
    #expect(inner?.description.contains("residual1, layer 2 of 2") == true, "\(inner?.description ?? "")")
  }

  @Test func cropTakesTheBeginningOfEveryAxis() throws {
    let graph = try Sequential("one", input: [2, 3], layers: [Crop([1, 2])], dtype: .float64).graph
    let x = TensorValue((0..<12).map(Double.init), shape: [2, 2, 3])
    let found = try Network(graph, parameters: [:])(Tensor(x)).value
    #expect(found == TensorValue([0.0, 1, 6, 7], shape: [2, 1, 2]))
    for shape in [[3, 3], [2], [2, 0], [2, 3, 1]] {
      let error = #expect(throws: NNError.self) { try Sequential("c", input: [2, 3], layers: [Crop(shape)]) }
      #expect(error?.description.contains("crop1") == true)
    }
  }
}
