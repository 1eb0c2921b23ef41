import GraphRuntime
import Foundation
import GraphIR
import Testing
import TestSupport

/// Every operator and element type on random shapes (broadcast, empty, of extent 1, large) and values (also NaN and
/// infinities): the fast kernel against the reference kernel.
@Suite struct KernelTests {
  private static let callsPerType = 60

  /// The largest difference of a fast kernel from the reference kernel; nil if the bits must be the same.
  private static func tolerance(_ op: Op) -> Tolerance? {
    guard op.traits.results == .rounded else { return nil }
    // Absolute errors grow with the drawn values, and with the number of terms of a sum.
    return switch op {
    case .celu, .elu, .gelu, .hardSigmoid, .hardSwish, .mish, .selu, .softsign:
      // For 1 + erf x or a x + b close to 0, only the absolute error is small.
      Tolerance(relative: [.float32: 2e-6, .float64: 1e-14], absolute: [.float32: 1e-6, .float64: 1e-14])
    case _ where op.traits.isElementwise:
      // libm and SLEEF: a few units in the last place.
      Tolerance(relative: [.float32: 1e-6, .float64: 1e-14], absolute: [.float32: 1e-37, .float64: 1e-300])
    case .cumSum, .logSoftmax, .reduceL1, .reduceL2, .reduceLogSum, .reduceLogSumExp, .reduceProd, .reduceSumSquare,
      .softmax:
      Tolerance(relative: [.float32: 1e-5, .float64: 1e-12], absolute: [.float32: 1e-6, .float64: 1e-13])
    case .conv, .convTranspose, .convWeightGrad, .einsum, .gemm, .matMul, .reduceMean, .reduceSum:
      Tolerance(relative: [.float32: 1e-5, .float64: 1e-12], absolute: [.float32: 1e-3, .float64: 1e-11])
    default:
      Tolerance(relative: [.float32: 1e-5, .float64: 1e-12], absolute: [.float32: 1e-5, .float64: 1e-12])
    }
  }

  @Test(arguments: Op.allCases) func agreesWithReference(_ op: Op) throws {
    for dtype in types(of: op) {
      for seed in 0..<Self.callsPerType {
        var generator = SplitMix64(seed: UInt64(seed))
        let call = generator.call(op, dtype)
        let fast = try call.run(on: CPUBackend(threads: 2))
        let reference = try call.run(on: ReferenceBackend())
        #expect(fast.map(\.type) == reference.map(\.type))
        for (found, expected) in zip(fast, reference) {
          let difference = firstDifference(found, expected, Self.tolerance(op))
          #expect(difference == nil, "\(op.rawValue), seed \(seed), inputs \(call.inputs.map { $0?.type })")
        }
      }
    }
  }

  /// A fallback to the reference kernel would pass every other test, slowly.
  @Test(arguments: Op.allCases.filter(KernelTable.hasKernel)) func hasFastKernel(_ op: Op) throws {
    for dtype in types(of: op) {
      let isReference = dtype == .int64 && op == .div
      var generator = SplitMix64(seed: 1)
      let context = try generator.call(op, dtype).context()
      #expect(try (KernelTable.run(context) == nil) == isReference, "\(op.rawValue) of \(dtype.rawValue)")
    }
  }

  /// An operator with neither runs on its reference kernel, which is slow.
  @Test func everyOtherOperatorHasFastKernelOrComposition() {
    // The reference kernel of a random operator draws, so a seed has one meaning. The others read shapes and indices
    // or write constants.
    let onReference: Set<Op> = [
      .bernoulli, .dropout, .multinomial, .randomNormal, .randomUniform, .constant, .nonZero, .range, .shape, .size,
    ]
    let slow = Op.allCases.filter { !KernelTable.hasKernel($0) && !$0.definition.isComposed }
    #expect(Set(slow) == onReference, "a function of zk_transcendental.def bears its operator's name")
  }

  @Test func moreDimensionsThanLayoutsHold() throws {
    let shape: Shape = [2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2]
    let other: Shape = [1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
    var generator = SplitMix64(seed: 3)
    let call = Call(op: .add, inputs: [generator.value(.float32, shape), generator.value(.float32, other)])
    let (fast, reference) = (try call.run(on: CPUBackend()), try call.run(on: ReferenceBackend()))
    #expect(firstDifference(fast[0], reference[0], nil) == nil)
  }

  /// Matrix products that differ in one field alone must not share primitives; narrow ones are computed transposed.
  @Test(arguments: [(8, 8), (20, 3), (300, 1)]) func productsOfOneShape(rows: Int, columns: Int) throws {
    var generator = SplitMix64(seed: 11)
    func matrix(_ shape: Shape) -> TensorValue { generator.value(.float32, shape, special: false) }
    let (a, b) = (matrix([rows, 8]), matrix([8, columns]))
    let (turnedA, turnedB) = (matrix([8, rows]), matrix([columns, 8]))
    let added: [TensorValue?] = [nil, matrix([columns]), matrix([rows, columns])]
    for transposition in 0..<4 {
      for (alpha, beta) in [(1, 1), (2, 1), (1, 3), (2, 3)] as [(Float, Float)] {
        for c in added {
          let call = Call(
            op: .gemm, inputs: [transposition & 1 == 0 ? a : turnedA, transposition >> 1 == 0 ? b : turnedB, c],
            attributes: [
              "transA": .int(transposition & 1), "transB": .int(transposition >> 1), "alpha": .float(alpha),
              "beta": .float(beta),
            ])
          let (fast, reference) = (try call.run(on: CPUBackend()), try call.run(on: ReferenceBackend()))
          let difference = firstDifference(fast[0], reference[0], Self.tolerance(.gemm))
          #expect(difference == nil, "\(transposition), \(alpha), \(beta), \(c.map { "\($0.type)" } ?? "no C")")
        }
      }
    }
  }

  /// One matrix times many, on either side.
  @Test(arguments: [.float32, .float64] as [DataType]) func productsWithOneMatrix(dtype: DataType) throws {
    var generator = SplitMix64(seed: 12)
    for (left, right) in [
      ([4, 5], [3, 5, 6]), ([3, 4, 5], [5, 6]), ([3, 1, 4, 5], [2, 5, 6]), ([3, 4, 5], [3, 5, 6]),
    ] as [(Shape, Shape)] {
      let inputs = [generator.value(dtype, left, special: false), generator.value(dtype, right, special: false)]
      let call = Call(op: .matMul, inputs: inputs)
      let (fast, reference) = (try call.run(on: CPUBackend()), try call.run(on: ReferenceBackend()))
      #expect(firstDifference(fast[0], reference[0], Self.tolerance(.matMul)) == nil, "\(left) times \(right)")
    }
  }

  /// Float results against libm's in double precision, in units of the last place: small numbers, and both signs of
  /// every magnitude.
  @Test(arguments: Op.allCases.filter { $0.isPlainFunction && $0.traits.isCostly })
  func transcendentalsAreAccurate(_ op: Op) throws {
    let magnitudes = (-100...100).map { Float(sign: .plus, exponent: $0, significand: 1.37) }
    let numbers =
      (-4000...4000).map { Float($0) / 100 + 1e-3 } + (-99...99).map { Float($0) / 99 } + magnitudes
      + magnitudes.map { -$0 }
    let results = try Call(op: op, inputs: [TensorValue(numbers)]).run(on: CPUBackend())[0].elements(as: Float.self)
    let exact = try Call(op: op, inputs: [TensorValue(numbers.map(Double.init))]).run(on: ReferenceBackend())[0].doubles
    for ((x, y), exact) in zip(zip(numbers, results), exact) {
      if y == Float(exact) || y.isNaN && exact.isNaN { continue }
      let unit = Double(max(abs(Float(exact)), Float.leastNormalMagnitude).ulp)
      #expect(abs(Double(y) - exact) <= 4 * unit, "\(op.rawValue)(\(x))")
    }
  }
}

/// The allowed difference from expected values.
struct Tolerance {
  let relative: [DataType: Double]
  let absolute: [DataType: Double]
}

/// The element types of an operator's first input; for an operator without inputs, floats.
func types(of op: Op) -> [DataType] {
  guard let first = op.definition.signature.inputs.first else { return [.float32, .float64] }
  return DataType.allCases.filter(first.types.contains)
}

/// The first element in which two values differ; nil if there is none. NaN equals NaN.
func firstDifference(_ found: TensorValue, _ expected: TensorValue, _ tolerance: Tolerance?) -> String? {
  if found.dtype == .int64 { return found == expected ? nil : "integers differ" }
  for (index, (a, b)) in zip(found.doubles, expected.doubles).enumerated() {
    if a.bitPattern == b.bitPattern || a.isNaN && b.isNaN { continue }
    let allowed = tolerance.map { ($0.relative[found.dtype] ?? 0) * abs(b) + ($0.absolute[found.dtype] ?? 0) }
    if let allowed, abs(a - b) <= allowed { continue }
    return "element \(index) is \(a), expected \(b)"
  }
  return nil
}
