import Autograd
import Foundation
import GraphIR
import NN
import TestSupport
import Testing

/// Every form of the penalty against its definition, for functions with known gradients.
@Suite struct GradientPenaltyFormsTests {
  private let points = TensorValue([0.5, -1.0, 2.0, 0.25, 1.5, -0.75], shape: [2, 3])
  private let others = TensorValue([1.0, -0.5, 0.25, 2.0], shape: [2, 2])
  private let matrix = [[1.0, -2.0, 0.5], [0.25, 3.0, -1.0]]

  /// ½‖x‖² of each sample: its gradient is x.
  private func bowl(_ x: Tensor) -> Tensor { x.squared().sum([1], keepDims: true) * 0.5 }

  private func rows(_ value: TensorValue) -> [[Double]] {
    let width = value.count / value.shape[0]
    return (0..<value.shape[0]).map { Array(value.doubles[$0 * width..<($0 + 1) * width]) }
  }

  private func norm(_ row: [Double], _ p: Double) -> Double {
    p == .infinity ? row.map(abs).max() ?? 0 : pow(row.reduce(0) { $0 + pow(abs($1), p) }, 1 / p)
  }

  private func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(numbers.count) }

  @Test(arguments: [1, 1.5, 2, 3, .infinity])
  func theOrderOfTheNorm(p: Double) throws {
    for target in [0, 0.7] {
      let found = try GradientPenalty(target: target, p: p)(bowl, at: Tensor(points)).item
      let wanted = mean(rows(points).map { pow(norm($0, p) - target, 2) })
      #expect(abs(found - wanted) < 1e-12, "target \(target)")
    }
  }

  @Test(arguments: [1, 2, 3] as [Double])
  func epsIsAddedUnderTheRoot(p: Double) throws {
    for target in [0, 0.7] {
      let found = try GradientPenalty(target: target, p: p, eps: 0.3)(bowl, at: Tensor(points)).item
      let wanted = mean(rows(points).map { pow(pow(pow(norm($0, p), p) + 0.3, 1 / p) - target, 2) })
      #expect(abs(found - wanted) < 1e-12, "target \(target)")
    }
  }

  @Test func aJacobianHasTheNormOfAllOutputs() throws {
    // y = A·x has the Jacobian A for every sample.
    let a = Tensor(TensorValue(matrix.flatMap { $0 }, shape: [2, 3]))
    let map = { (x: Tensor) in x.matmul(a.transposed()) }
    let frobenius = norm(matrix.flatMap { $0 }, 2)
    let summed = norm(zip(matrix[0], matrix[1]).map(+), 2)
    for target in [0.0, 1] {
      let jacobian = try GradientPenalty(target: target, output: .jacobian)(map, at: Tensor(points)).item
      #expect(abs(jacobian - pow(frobenius - target, 2)) < 1e-12)
      let sum = try GradientPenalty(target: target, output: .sum)(map, at: Tensor(points)).item
      #expect(abs(sum - pow(summed - target, 2)) < 1e-12)
    }
    let elementwise = try GradientPenalty(reduction: .elementwise, output: .jacobian)(map, at: Tensor(points)).item
    #expect(abs(elementwise - mean(matrix.flatMap { $0 }.map { pow(abs($0) - 1, 2) })) < 1e-12)
  }

  @Test func aScalarOutputIsOneNumberASample() throws {
    let penalty = GradientPenalty(output: .scalar)
    let wanted = try GradientPenalty()(bowl, at: Tensor(points)).item
    #expect(try penalty(bowl, at: Tensor(points)).item == wanted)
    #expect(try penalty({ $0.squared().sum([1]) * 0.5 }, at: Tensor(points)).item == wanted)
    let error = #expect(throws: NNError.self) { try penalty({ $0.squared() }, at: Tensor(points)) }
    #expect(error?.code == .shape)
    #expect(error?.description.contains("[2, 3]") == true)
  }

  @Test func severalInputsHaveOneNormOrEachItsOwn() throws {
    let function = { (inputs: [Tensor]) in self.bowl(inputs[0]) + self.bowl(inputs[1]) }
    let tensors = [Tensor(points), Tensor(others)]
    let norms = zip(rows(points), rows(others)).map { (norm($0, 2), norm($1, 2)) }
    let joint = try GradientPenalty(inputs: .joint)(function, at: tensors).item
    #expect(abs(joint - mean(norms.map { pow(hypot($0.0, $0.1) - 1, 2) })) < 1e-12)
    let each = try GradientPenalty(inputs: .each)(function, at: tensors).item
    #expect(abs(each - mean(norms.map { pow($0.0 - 1, 2) }) - mean(norms.map { pow($0.1 - 1, 2) })) < 1e-12)
  }

  @Test func theZeroCentredPenaltyIsSmoothWhereTheGradientVanishes() throws {
    // s·½‖x‖² at 0 and at a point of norm 5: the penalty is the mean of s²‖x‖².
    let scale = Tensor(TensorValue(scalar: 3.0), requiresGrad: true)
    let x = Tensor(TensorValue([0.0, 0, 3, 4], shape: [2, 2]))
    let penalty = try GradientPenalty(target: 0)({ scale * self.bowl($0) }, at: x)
    #expect(penalty.item == 9 * 12.5)
    let first = try grad(penalty, scale, createGraph: true)
    #expect(first.item == 2 * 3 * 12.5)
    #expect(try grad(first, scale).item == 25)
  }

  @Test func theDerivativesAreThoseOfFiniteDifferences() throws {
    let forms = [
      GradientPenalty(p: 1), GradientPenalty(p: 3), GradientPenalty(p: .infinity), GradientPenalty(p: 3, eps: 0.1),
      GradientPenalty(eps: 0.1), GradientPenalty(target: 0), GradientPenalty(output: .jacobian),
      GradientPenalty(target: 0, output: .jacobian), GradientPenalty(sided: .one, inputs: .each),
      GradientPenalty(inputs: .joint, output: .jacobian, p: 3),
    ]
    for form in forms {
      for order in 1...2 {
        try gradcheck([TensorValue(matrix.flatMap { $0 }, shape: [2, 3]), others], order: order) { parameters in
          try enableGrad {
            let penalty = try form(
              { inputs in (inputs[0].matmul(parameters[0].transposed()) + inputs[1] * parameters[1]).tanh() },
              at: [Tensor(points), Tensor(others)])
            return [penalty]
          }
        }
      }
    }
  }

  @Test func numbersOutOfRangeAreErrors() throws {
    let wrong: [(GradientPenalty, String)] = [
      (GradientPenalty(target: -1), "target is -1"), (GradientPenalty(target: .nan), "target is nan"),
      (GradientPenalty(p: 0.5), "p is 0.5"), (GradientPenalty(p: .nan), "p is nan"),
      (GradientPenalty(eps: -1e-3), "eps is -0.001"), (GradientPenalty(eps: .infinity), "eps is inf"),
    ]
    for (penalty, saying) in wrong {
      let error = #expect(throws: NNError.self) { try penalty(bowl, at: Tensor(points)) }
      #expect(error?.code == .setting)
      #expect(error?.description.contains(saying) == true, "\(error?.description ?? "")")
    }
  }

  @Test func jsonKeepsEveryNumberAndFillsInDefaults() throws {
    let penalty = GradientPenalty(
      at: .fake, target: 0.25, sided: .one, reduction: .elementwise, inputs: .each, output: .jacobian, p: .infinity,
      eps: 1e-12)
    for penalty in [penalty, GradientPenalty(p: 3), GradientPenalty()] {
      let json = try JSONEncoder().encode(penalty)
      #expect(try JSONDecoder().decode(GradientPenalty.self, from: json) == penalty)
    }
    let older = #"{"target": 0, "sided": "two", "reduction": "per-sample", "at": "real"}"#
    let decoded = try JSONDecoder().decode(GradientPenalty.self, from: Data(older.utf8))
    #expect(decoded == GradientPenalty(at: .real, target: 0))
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(GradientPenalty.self, from: Data(#"{"p": "infinite"}"#.utf8))
    }
  }

  @Test func layersThatCoupleSamplesAreFound() throws {
    func nodes(_ layers: [any Layer]) throws -> [Op] {
      try Sequential("critic", input: [4], layers: layers).graph.nodesCouplingSamples().map(\.op)
    }
    #expect(try nodes([Linear(3), Activation.tanh, Unflatten([3, 1]), Flatten(), Linear(1)]).isEmpty)
    #expect(try nodes([Linear(3), BatchNorm(), Linear(1)]) == [.batchNormalization])
    let trace = Trace(name: "mean", symbols: ["batch"])
    let x = try trace.input("x", TensorType(.float32, [-1, 4]))
    try trace.output(x - x.mean([0], keepDims: true) + x.mean([1], keepDims: true))
    #expect(try trace.graph.nodesCouplingSamples().map(\.op) == [.reduceMean])
    for (axis, coupling) in [(0, [Op.softmax]), (-2, [.softmax]), (1, []), (-1, [])] {
      let trace = Trace(name: "softmax", symbols: ["batch"])
      let x = try trace.input("x", TensorType(.float32, [-1, 4]))
      try trace.output(apply(.softmax, [x], ["axis": .int(axis)])[0])
      #expect(try trace.graph.nodesCouplingSamples().map(\.op) == coupling, "axis \(axis)")
    }
    for (axis, coupling) in [(0, [Op.layerNormalization]), (1, []), (-1, [])] {
      let trace = Trace(name: "normalisation", symbols: ["batch"])
      let x = try trace.input("x", TensorType(.float32, [-1, 4]))
      let scale = Tensor(TensorValue([1 as Float]))
      try trace.output(apply(.layerNormalization, [x, scale], ["axis": .int(axis)])[0])
      #expect(try trace.graph.nodesCouplingSamples().map(\.op) == coupling, "axis \(axis)")
    }
  }
}
