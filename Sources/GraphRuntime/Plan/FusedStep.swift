import CKernels
import GraphIR

/// What an elementwise call is in a fused loop: one step, or a few.
struct FusedStep {
  /// A function of what it reads.
  enum Function {
    case unary(ZKUnary, Double, Double)
    case binary(ZKBinary)
    case compare(ZKCompare)
    case cast
    case select
    case leakyReluGrad(Double)
  }

  let function: Function
  let inputs: [String]
  let output: String
  /// The element type of the operands, and of the result.
  let type, result: DataType

  /// The step of a call; nil for one that fused loops do not know.
  init?(_ node: Node, types: [String: TensorType]) {
    let operands = node.inputs.map { types[$0] }
    guard let result = types[node.outputs[0]]?.dtype, let last = operands.last, let dtype = last?.dtype,
      let function = Self.function(of: node, operands.compactMap { $0 }), operands.allSatisfy({ $0 != nil })
    else { return nil }
    self.function = function
    inputs = node.inputs
    output = node.outputs[0]
    self.result = result
    type = dtype
    guard type != .int64, result != .int64 else { return nil }
  }

  private static func function(of node: Node, _ operands: [TensorType]) -> Function? {
    let attributes = ResolvedAttributes(node.op, node.attributes)
    func number(_ name: String) -> Double { Double(attributes.float(name) ?? 0) }
    func unary(_ function: ZKUnary, _ a: Double = 0, _ b: Double = 0) -> Function { .unary(function, a, b) }
    let isAlike = operands.allSatisfy { $0.dtype == operands[0].dtype }
    switch node.op {
    case .abs: return unary(.abs)
    case .acos: return unary(.acos)
    case .asin: return unary(.asin)
    case .atan: return unary(.atan)
    case .ceil: return unary(.ceil)
    case .celu: return unary(.elu, number("alpha"), 1 / number("alpha"))
    case .cos: return unary(.cos)
    case .cosh: return unary(.cosh)
    case .elu: return unary(.elu, number("alpha"), 1)
    case .erf: return unary(.erf)
    case .exp: return unary(.exp)
    case .floor: return unary(.floor)
    case .gelu: return unary(attributes.string("approximate") == "tanh" ? .geluTanh : .gelu)
    case .hardSigmoid: return unary(.hardSigmoid, number("alpha"), number("beta"))
    case .hardSwish: return unary(.hardSwish)
    case .leakyRelu: return unary(.leakyRelu, number("alpha"))
    case .log: return unary(.log)
    case .mish: return unary(.mish)
    case .neg: return unary(.neg)
    case .not: return unary(.not)
    case .reciprocal: return unary(.reciprocal)
    case .relu: return unary(.relu)
    case .round: return unary(.round)
    case .selu: return unary(.selu, number("alpha"), number("gamma"))
    case .sigmoid: return unary(.sigmoid)
    case .sign: return unary(.sign)
    case .sin: return unary(.sin)
    case .sinh: return unary(.sinh)
    case .softplus: return unary(.softplus)
    case .softsign: return unary(.softsign)
    case .sqrt: return unary(.sqrt)
    case .tan: return unary(.tan)
    case .tanh: return unary(.tanh)
    case .thresholdedRelu: return unary(.thresholdedRelu, number("alpha"))
    case .add: return .binary(.add)
    case .sub: return .binary(.sub)
    case .mul: return .binary(.mul)
    case .div: return .binary(.div)
    case .pow: return isAlike ? .binary(.pow) : nil
    case .max: return operands.count == 2 ? .binary(.max) : nil
    case .min: return operands.count == 2 ? .binary(.min) : nil
    case .prelu: return .binary(.prelu)
    case .and: return .binary(.and)
    case .or: return .binary(.or)
    case .xor: return .binary(.xor)
    case .equal: return .compare(.equal)
    case .greater: return .compare(.greater)
    case .greaterOrEqual: return .compare(.greaterOrEqual)
    case .less: return .compare(.less)
    case .lessOrEqual: return .compare(.lessOrEqual)
    case .cast: return .cast
    case .where: return .select
    case .leakyReluGrad: return .leakyReluGrad(number("alpha"))
    default: return nil
    }
  }
}
