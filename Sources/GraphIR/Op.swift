/// The vocabulary: every operator that a node, the tape, a plan or an exported model can name.
///
/// A raw value is ONNX's `op_type`. Operators that ONNX lacks are in a domain of our own
/// (``OpDefinition/Signature/domain``) and have a composition in plain ONNX. Adding one takes a case here and its row in
/// ``definition``.
public enum Op: String, CaseIterable, Sendable, Codable {
  case abs = "Abs"
  case add = "Add"
  case and = "And"
  case argMax = "ArgMax"
  case argMin = "ArgMin"
  case batchNormalization = "BatchNormalization"
  case cast = "Cast"
  case concat = "Concat"
  case cumSum = "CumSum"
  case div = "Div"
  case equal = "Equal"
  case exp = "Exp"
  case expand = "Expand"
  case gemm = "Gemm"
  case greater = "Greater"
  case greaterOrEqual = "GreaterOrEqual"
  case hardmax = "Hardmax"
  case identity = "Identity"
  case leakyRelu = "LeakyRelu"
  case less = "Less"
  case lessOrEqual = "LessOrEqual"
  case log = "Log"
  case logSoftmax = "LogSoftmax"
  case matMul = "MatMul"
  case max = "Max"
  case min = "Min"
  case mul = "Mul"
  case neg = "Neg"
  case not = "Not"
  case or = "Or"
  case pad = "Pad"
  case pow = "Pow"
  case randomNormal = "RandomNormal"
  case randomUniform = "RandomUniform"
  case reciprocal = "Reciprocal"
  case reduceL1 = "ReduceL1"
  case reduceL2 = "ReduceL2"
  case reduceLogSum = "ReduceLogSum"
  case reduceLogSumExp = "ReduceLogSumExp"
  case reduceMax = "ReduceMax"
  case reduceMean = "ReduceMean"
  case reduceMin = "ReduceMin"
  case reduceProd = "ReduceProd"
  case reduceSum = "ReduceSum"
  case reduceSumSquare = "ReduceSumSquare"
  case relu = "Relu"
  case reshape = "Reshape"
  case sigmoid = "Sigmoid"
  case sign = "Sign"
  case slice = "Slice"
  case softmax = "Softmax"
  case softplus = "Softplus"
  case sqrt = "Sqrt"
  case sub = "Sub"
  case tanh = "Tanh"
  case transpose = "Transpose"
  case `where` = "Where"
  case xor = "Xor"

  // Gradient-only and fused operators of our own domain.
  case adamStep = "AdamStep"
  case leakyReluGrad = "LeakyReluGrad"

  /// The operator's row: signature, shape inference, reference kernel, composition.
  public var definition: OpDefinition {
    switch self {
    case .abs: Elementwise.abs
    case .add: Arithmetic.add
    case .and: Logic.and
    case .argMax: Selection.argMax
    case .argMin: Selection.argMin
    case .batchNormalization: Normalization.batchNormalization
    case .cast: Elementwise.cast
    case .concat: Movement.concat
    case .cumSum: Scan.cumSum
    case .div: Arithmetic.div
    case .equal: Logic.equal
    case .exp: Elementwise.exp
    case .expand: Movement.expand
    case .gemm: Matrix.gemm
    case .greater: Logic.greater
    case .greaterOrEqual: Logic.greaterOrEqual
    case .hardmax: Softmax.hardmax
    case .identity: Elementwise.identity
    case .leakyRelu: Elementwise.leakyRelu
    case .less: Logic.less
    case .lessOrEqual: Logic.lessOrEqual
    case .log: Elementwise.log
    case .logSoftmax: Softmax.logSoftmax
    case .matMul: Matrix.matMul
    case .max: Arithmetic.max
    case .min: Arithmetic.min
    case .mul: Arithmetic.mul
    case .neg: Elementwise.neg
    case .not: Logic.not
    case .or: Logic.or
    case .pad: Movement.pad
    case .pow: Arithmetic.pow
    case .randomNormal: RandomDraws.normal
    case .randomUniform: RandomDraws.uniform
    case .reciprocal: Elementwise.reciprocal
    case .reduceL1: Reduction.l1
    case .reduceL2: Reduction.l2
    case .reduceLogSum: Reduction.logSum
    case .reduceLogSumExp: Reduction.logSumExp
    case .reduceMax: Reduction.max
    case .reduceMean: Reduction.mean
    case .reduceMin: Reduction.min
    case .reduceProd: Reduction.prod
    case .reduceSum: Reduction.sum
    case .reduceSumSquare: Reduction.sumSquare
    case .relu: Elementwise.relu
    case .reshape: Movement.reshape
    case .sigmoid: Elementwise.sigmoid
    case .sign: Elementwise.sign
    case .slice: Movement.slice
    case .softmax: Softmax.softmax
    case .softplus: Elementwise.softplus
    case .sqrt: Elementwise.sqrt
    case .sub: Arithmetic.sub
    case .tanh: Elementwise.tanh
    case .transpose: Movement.transpose
    case .where: Logic.where
    case .xor: Logic.xor
    case .adamStep: Training.adamStep
    case .leakyReluGrad: Training.leakyReluGrad
    }
  }
}
