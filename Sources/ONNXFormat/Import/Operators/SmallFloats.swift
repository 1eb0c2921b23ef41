import Foundation
import GraphIR

extension GraphImport {
  /// The nearest number of a format of few bits. Ties go to the even one. Numbers out of range become the largest, or
  /// with `saturate` 0 infinite or NaN. NaN becomes 0 in a format without it. The derivative is 1, as that of a cast in
  /// PyTorch.
  func rounded(_ x: CompositionValue, to format: SmallFloat, _ call: OperatorCall) throws -> CompositionValue {
    let largest = Double(format.largest)
    let saturates = try call.int("saturate", default: 1) == 1 || !(format.hasInfinity || format.hasNaN)
    let wide = try self.call(.cast, x, attributes: ["to": .int(DataType.float64.onnxCode)])
    func number(_ value: Double) throws -> CompositionValue { try constant(value, like: wide) }
    let inside = try self.call(.clip, wide, number(-2 * largest), number(2 * largest))
    let magnitude = try self.call(.max, self.call(.abs, inside), number(Double(Float.leastNonzeroMagnitude)))
    let logarithm = try self.call(.div, self.call(.log, magnitude), number(log(2)))
    let exponent = try self.call(.max, self.call(.floor, logarithm), number(Double(1 - format.bias)))
    // The distance of neighbours of this exponent.
    let step = try self.call(.pow, number(2), self.call(.sub, exponent, number(Double(format.mantissaBits))))
    let nearest = try self.call(.mul, self.call(.round, self.call(.div, inside, step)), step)
    let outside = saturates ? largest : format.hasInfinity ? .infinity : .nan
    let isOutside = try self.call(.greater, self.call(.abs, nearest), number(largest))
    let limit = try self.call(.mul, self.call(.sign, nearest), number(outside))
    let result = try self.call(.where, isOutside, limit, nearest)
    let slope = try self.call(.sub, inside, self.call(.stopGradient, inside))
    let sum = try self.call(.add, self.call(.stopGradient, result), slope)
    let other = try format.hasNaN ? wide : number(0)
    return try cast(self.call(.where, self.call(.isNaN, wide), other, sum), like: x)
  }
}
