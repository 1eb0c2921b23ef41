import Foundation

/// Elementwise operators of two or more inputs, with NumPy broadcasting.
enum Arithmetic {
  static let add = binary(.commutative, .init(float32: { $0 + $1 }, float64: { $0 + $1 }, int64: { $0 &+ $1 }))
  static let sub = binary(.broadcast, .init(float32: { $0 - $1 }, float64: { $0 - $1 }, int64: { $0 &- $1 }))
  static let mul = binary(.commutative, .init(float32: { $0 * $1 }, float64: { $0 * $1 }, int64: { $0 &* $1 }))
  static let div = binary(
    .broadcast,
    .init(
      float32: { $0 / $1 }, float64: { $0 / $1 },
      int64: { $1 == 0 ? 0 : $0.dividedReportingOverflow(by: $1).partialValue }))
  /// The result has the base's type. With an exponent of another type it is computed in double precision.
  static let pow = OpDefinition(
    Signature(
      since: 15, [Formal("X", .numeric, "T"), Formal("Y", .numeric, "T1")], to: [Formal("Z", .numeric, "T")]),
    traits: .init(.elementwise(.broadcast(isCommutative: false), .costly), .rounded),
    infer: { [TensorType($0.input(0).dtype, try $0.broadcastShape())] },
    evaluate: { context in
      let (base, exponent, type) = (context.input(0), context.input(1), context.outputs[0])
      if base.dtype == exponent.dtype { return [power.apply(base, exponent, to: type)] }
      let wide = power.apply(
        Elementwise.convert(base, to: .float64), Elementwise.convert(exponent, to: .float64),
        to: TensorType(.float64, type.shape))
      return [Elementwise.convert(wide, to: type.dtype)]
    })
  private static let power = NumericKernel(
    float32: { Foundation.powf($0, $1) }, float64: { Foundation.pow($0, $1) }, int64: { integerPower($0, $1) })
  /// NaN propagates, as in NumPy and ONNX Runtime.
  static let max = variadic(
    to: "max",
    .init(
      float32: { $0.isNaN || $0 > $1 ? $0 : $1 }, float64: { $0.isNaN || $0 > $1 ? $0 : $1 },
      int64: { Swift.max($0, $1) }))
  static let min = variadic(
    to: "min",
    .init(
      float32: { $0.isNaN || $0 < $1 ? $0 : $1 }, float64: { $0.isNaN || $0 < $1 ? $0 : $1 },
      int64: { Swift.min($0, $1) }))

  private static func binary(
    _ traits: OpTraits, _ kernel: NumericKernel, _ names: [String] = ["A", "B", "C"], since version: Int = 14
  ) -> OpDefinition {
    OpDefinition(
      Signature(
        since: version, [Formal(names[0], .numeric, "T"), Formal(names[1], .numeric, "T")],
        to: [Formal(names[2], .numeric, "T")]),
      traits: traits,
      infer: { [TensorType($0.input(0).dtype, try $0.broadcastShape())] },
      evaluate: { context in [kernel.apply(context.input(0), context.input(1), to: context.outputs[0])] })
  }

  private static func variadic(to output: String, _ kernel: NumericKernel) -> OpDefinition {
    OpDefinition(
      Signature(since: 13, [Formal("data_0", .numeric, "T", .variadic)], to: [Formal(output, .numeric, "T")]),
      traits: .broadcast,
      infer: { [TensorType($0.input(0).dtype, try $0.broadcastShape())] },
      evaluate: { context in
        let first = Movement.broadcast(context.input(0), to: context.outputs[0].shape)
        return [
          context.inputs.dropFirst().compactMap { $0 }.reduce(first) {
            kernel.apply($0, $1, to: context.outputs[0])
          }
        ]
      })
  }

  /// Negative exponents of integers result in 0, as C's conversion of the real result does.
  private static func integerPower(_ base: Int64, _ exponent: Int64) -> Int64 {
    if exponent < 0 { return base == 1 ? 1 : base == -1 ? (exponent % 2 == 0 ? 1 : -1) : 0 }
    var (result, square, rest): (Int64, Int64, Int64) = (1, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result = result &* square }
      square = square &* square
      rest >>= 1
    }
    return result
  }
}

/// A function of two values, for each numeric element type.
struct NumericKernel: Sendable {
  let float32: @Sendable (Float, Float) -> Float
  let float64: @Sendable (Double, Double) -> Double
  let int64: @Sendable (Int64, Int64) -> Int64

  func apply(_ first: TensorValue, _ second: TensorValue, to type: TensorType) -> TensorValue {
    switch type.dtype {
    case .float32: zipBroadcast(first, second, to: type, float32)
    case .float64: zipBroadcast(first, second, to: type, float64)
    case .int64: zipBroadcast(first, second, to: type, int64)
    case .bool: preconditionFailure("arithmetic on bool was not checked")
    }
  }
}

/// Applies `body` to each pair of elements, with NumPy broadcasting.
func zipBroadcast<Input: TensorElement, Output: TensorElement>(
  _ first: TensorValue, _ second: TensorValue, to type: TensorType, _ body: (Input, Input) -> Output
) -> TensorValue {
  let result = TensorValue(uninitialized: type)
  let firstStrides = first.shape.broadcastStrides(to: type.shape)
  let secondStrides = second.shape.broadcastStrides(to: type.shape)
  first.withElements(of: Input.self) { left in
    second.withElements(of: Input.self) { right in
      result.withMutableElements(of: Output.self) { output in
        forEachIndex(of: type.shape, firstStrides, secondStrides) { index, leftIndex, rightIndex in
          output[index] = body(left[leftIndex], right[rightIndex])
        }
      }
    }
  }
  return result
}

/// Visits `shape` in row-major order. `body` receives the running index and the offsets under two other sets of
/// strides.
func forEachIndex(of shape: Shape, _ first: [Int], _ second: [Int], _ body: (Int, Int, Int) -> Void) {
  guard shape.elementCount > 0 else { return }
  var position = [Int](repeating: 0, count: shape.rank)
  var (left, right) = (0, 0)
  for index in 0..<shape.elementCount {
    body(index, left, right)
    var axis = shape.rank - 1
    while axis >= 0 {
      position[axis] += 1
      left += first[axis]
      right += second[axis]
      if position[axis] < shape[axis] { break }
      left -= first[axis] * shape[axis]
      right -= second[axis] * shape[axis]
      position[axis] = 0
      axis -= 1
    }
  }
}
