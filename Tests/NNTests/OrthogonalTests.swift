import Autograd
import GraphIR
import NN
import TestSupport
import Testing

/// The defining properties of orthogonal weights, for any draw.
@Suite struct OrthogonalTests {
  private static let shapes: [Shape] = [
    [1, 1], [1, 7], [7, 1], [3, 3], [4, 64], [64, 4], [64, 64], [6, 2, 2], [3, 2, 2, 5],
  ]

  private func weight(_ shape: Shape, gain: Float, dtype: DataType, seed: UInt64 = 1) -> TensorValue {
    var stream = RandomStream(seed: seed, name: "init")
    return Initializer.orthogonal(gain: gain).value(TensorType(dtype, shape), from: &stream)
  }

  /// W Wᵀ = gain² I if there are no more rows than columns, otherwise WᵀW.
  @Test(arguments: shapes, [DataType.float64, .float32])
  func theShorterSideIsOrthonormal(shape: Shape, dtype: DataType) {
    for gain: Float in [1, 1.5, 0.01] {
      let value = weight(shape, gain: gain, dtype: dtype)
      #expect(value.type == TensorType(dtype, shape))
      let matrix = Tensor(value).cast(to: .float64).flattened(start: 1)
      let transpose = matrix.transposed()
      let isWide = matrix.shape[0] <= matrix.shape[1]
      let product = isWide ? matrix.matmul(transpose) : transpose.matmul(matrix)
      let square = Double(gain) * Double(gain)
      let expected = (Tensor.eye(product.shape[0], dtype: .float64) * square).value
      #expect(mismatch(product.value, expected, absolute: square * (dtype == .float64 ? 1e-13 : 1e-6)) == nil)
    }
  }

  /// Q of the decomposition whose R has a positive diagonal: the first column, or row, is the draw with its own sign.
  @Test(arguments: [Shape([5, 3]), [3, 5]]) func signsAreThoseOfTheDraws(shape: Shape) {
    var stream = RandomStream(seed: 4, name: "init")
    let draws = Tensor(stream.normal(shape)).cast(to: .float64)
    let found = Tensor(weight(shape, gain: 1, dtype: .float64, seed: 4))
    let axis = shape[0] > shape[1] ? 1 : 0
    let (first, draw) = (found.sliced(axis: axis, from: 0, to: 1), draws.sliced(axis: axis, from: 0, to: 1))
    #expect(mismatch(first.value, (draw / draw.norm()).value, relative: 1e-12) == nil)
    // R = QᵀA, or AQᵀ, is triangular with a positive diagonal.
    let r = axis == 1 ? found.transposed().matmul(draws) : found.matmul(draws.transposed())
    let numbers = r.value.doubles
    for row in 0..<3 {
      #expect(numbers[row * 4] > 0)
      for column in 0..<row { #expect(abs(numbers[row * 3 + column]) < 1e-12) }
    }
  }

  /// Every element has the mean 0 and the mean square 1/n, within five standard errors of 400 matrices.
  @Test func directionsHaveNoPreference() {
    let count = 400
    var (sums, squares) = ([Double](repeating: 0, count: 16), [Double](repeating: 0, count: 16))
    for seed in 0..<count {
      for (index, number) in weight([4, 4], gain: 1, dtype: .float64, seed: UInt64(seed)).doubles.enumerated() {
        sums[index] += number
        squares[index] += number * number
      }
    }
    // The square of a coordinate of a direction in four dimensions has the variance 3/(4·6) - 1/16.
    for index in 0..<16 {
      #expect(abs(sums[index]) < 5 * (Double(count) / 4).squareRoot())
      #expect(abs(squares[index] / Double(count) - 0.25) < 5 * (0.0625 / Double(count)).squareRoot())
    }
  }

  @Test func aLinearLayerHasAnOrthogonalWeightAndNoBias() throws {
    let layers: [any Layer] = [
      Linear(3, initialization: .orthogonal(gain: 2)), Linear(2, bias: false, initialization: .orthogonal(gain: 1)),
    ]
    var stream = RandomStream(seed: 1, name: "init")
    let parameters = try Sequential("policy", input: [5], layers: layers).initialParameters(from: &stream)
    #expect(parameters.keys.sorted() == ["linear1.bias", "linear1.weight", "linear2.weight"])
    #expect(parameters["linear1.bias"] == TensorValue(repeating: 0, type: TensorType(.float32, [3])))
    #expect(parameters["linear1.weight"] == weight([3, 5], gain: 2, dtype: .float32))
  }
}
