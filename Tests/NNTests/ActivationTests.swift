import Autograd
import Foundation
import GraphIR
import NN
import TestSupport
import Testing

@Suite struct ActivationTests {
  private let points = [-4.0, -2.0, -0.5, 0, 0.5, 2, 4]

  private func values(_ layer: any Layer, at points: [Double], parameters: [String: Tensor] = [:]) throws -> [Double] {
    let network = try Sequential("one", input: [points.count], layers: [layer], dtype: .float64)
    let x = Tensor(TensorValue(points, shape: [1, points.count]))
    return try Network(network.graph, parameters: parameters)(x).value.doubles
  }

  @Test func activationsAreTheirFunctions() throws {
    let cases: [(any Layer, (Double) -> Double)] = [
      (Activation.elu(0.5), { $0 > 0 ? $0 : 0.5 * (exp($0) - 1) }),
      (Activation.celu(2), { $0 > 0 ? $0 : 2 * (exp($0 / 2) - 1) }),
      (Activation.selu, { 1.0507009873554805 * ($0 > 0 ? $0 : 1.6732632423543772 * (exp($0) - 1)) }),
      (Activation.gelu, { $0 * erfc(-$0 / 2.0.squareRoot()) / 2 }),
      (Activation.geluTanh, { $0 / (1 + exp(-2 * (2 / Double.pi).squareRoot() * ($0 + 0.044715 * pow($0, 3)))) }),
      (Activation.softsign, { $0 / (1 + abs($0)) }),
      (Activation.hardSigmoid, { min(max($0 + 3, 0), 6) / 6 }),
      (Activation.hardSwish, { $0 * min(max($0 + 3, 0), 6) / 6 }),
      (Activation.mish, { $0 * tanh(log(1 + exp($0))) }),
      (Activation.thresholdedRelu(0.5), { $0 > 0.5 ? $0 : 0 }),
      (SiLU(), { $0 / (1 + exp(-$0)) }),
    ]
    for (layer, function) in cases {
      let difference = mismatch(try values(layer, at: points), points.map(function), relative: 1e-7, absolute: 1e-7)
      #expect(difference == nil, "\(layer)")
    }
  }

  @Test func preluLearnsOneSlopeOrOneForEachChannel() throws {
    let one = try Sequential("one", input: [3, 2], layers: [PReLU()])
    #expect(one.graph.parameters.map(\.type) == [TensorType(.float32, [1])])
    #expect(one.graph.parameters.map(\.name) == ["prelu1.weight"])
    var stream = RandomStream(seed: 1, name: "init")
    #expect(one.initialParameters(from: &stream)["prelu1.weight"] == TensorValue([Float(0.25)]))
    let each = try Sequential("each", input: [3, 2], layers: [PReLU(perChannel: true)])
    #expect(each.graph.parameters.map(\.type) == [TensorType(.float32, [3])])
    #expect(each.graph.outputs.map { each.graph.describe($0.type) } == ["float32[batch, 3, 2]"])
    let slopes = ["prelu1.weight": Tensor(TensorValue([0.5, 2, -1]))]
    #expect(try values(PReLU(perChannel: true), at: [-1, -2, -3], parameters: slopes) == [-0.5, -4, 3])
    #expect(throws: NNError.self) { try Sequential("none", input: [], layers: [PReLU(perChannel: true)]) }
  }
}
