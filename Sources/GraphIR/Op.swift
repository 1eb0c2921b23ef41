/// The vocabulary: every operator that a node, the tape, a plan or an exported model can name.
///
/// A raw value is ONNX's `op_type`. Operators that ONNX lacks are in a domain of our own
/// (``OpDefinition/Signature/domain``) and have a composition in plain ONNX. Adding one takes a case here and its row in
/// ``definition``.
public enum Op: String, CaseIterable, Sendable, Codable {
  case abs = "Abs"
  case acos = "Acos"
  case add = "Add"
  case and = "And"
  case asin = "Asin"
  case atan = "Atan"
  case batchNormalization = "BatchNormalization"
  case cast = "Cast"
  case ceil = "Ceil"
  case celu = "Celu"
  case clip = "Clip"
  case concat = "Concat"
  case cos = "Cos"
  case cosh = "Cosh"
  case div = "Div"
  case elu = "Elu"
  case equal = "Equal"
  case erf = "Erf"
  case exp = "Exp"
  case expand = "Expand"
  case floor = "Floor"
  case gelu = "Gelu"
  case gemm = "Gemm"
  case greater = "Greater"
  case greaterOrEqual = "GreaterOrEqual"
  case hardSigmoid = "HardSigmoid"
  case hardSwish = "HardSwish"
  case identity = "Identity"
  case isInf = "IsInf"
  case isNaN = "IsNaN"
  case leakyRelu = "LeakyRelu"
  case less = "Less"
  case lessOrEqual = "LessOrEqual"
  case log = "Log"
  case matMul = "MatMul"
  case max = "Max"
  case min = "Min"
  case mish = "Mish"
  case mod = "Mod"
  case mul = "Mul"
  case neg = "Neg"
  case not = "Not"
  case or = "Or"
  case pad = "Pad"
  case pow = "Pow"
  case prelu = "PRelu"
  case randomNormal = "RandomNormal"
  case randomUniform = "RandomUniform"
  case reciprocal = "Reciprocal"
  case reduceMax = "ReduceMax"
  case reduceMean = "ReduceMean"
  case reduceSum = "ReduceSum"
  case relu = "Relu"
  case selu = "Selu"
  case reshape = "Reshape"
  case round = "Round"
  case sigmoid = "Sigmoid"
  case sign = "Sign"
  case sin = "Sin"
  case sinh = "Sinh"
  case slice = "Slice"
  case softplus = "Softplus"
  case softsign = "Softsign"
  case sqrt = "Sqrt"
  case sub = "Sub"
  case tan = "Tan"
  case tanh = "Tanh"
  case thresholdedRelu = "ThresholdedRelu"
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
    case .acos: SpecialFunctions.acos
    case .add: Arithmetic.add
    case .and: Logic.and
    case .asin: SpecialFunctions.asin
    case .atan: SpecialFunctions.atan
    case .batchNormalization: Normalization.batchNormalization
    case .cast: Elementwise.cast
    case .ceil: Rounding.ceil
    case .celu: Activations.celu
    case .clip: Rounding.clip
    case .concat: Movement.concat
    case .cos: SpecialFunctions.cos
    case .cosh: SpecialFunctions.cosh
    case .div: Arithmetic.div
    case .elu: Activations.elu
    case .equal: Logic.equal
    case .erf: SpecialFunctions.erf
    case .exp: Elementwise.exp
    case .expand: Movement.expand
    case .floor: Rounding.floor
    case .gelu: Activations.gelu
    case .gemm: Matrix.gemm
    case .greater: Logic.greater
    case .greaterOrEqual: Logic.greaterOrEqual
    case .hardSigmoid: Activations.hardSigmoid
    case .hardSwish: Activations.hardSwish
    case .identity: Elementwise.identity
    case .isInf: Classification.isInf
    case .isNaN: Classification.isNaN
    case .leakyRelu: Elementwise.leakyRelu
    case .less: Logic.less
    case .lessOrEqual: Logic.lessOrEqual
    case .log: Elementwise.log
    case .matMul: Matrix.matMul
    case .max: Arithmetic.max
    case .min: Arithmetic.min
    case .mish: Activations.mish
    case .mod: Rounding.mod
    case .mul: Arithmetic.mul
    case .neg: Elementwise.neg
    case .not: Logic.not
    case .or: Logic.or
    case .pad: Movement.pad
    case .pow: Arithmetic.pow
    case .prelu: Activations.prelu
    case .randomNormal: RandomDraws.normal
    case .randomUniform: RandomDraws.uniform
    case .reciprocal: Elementwise.reciprocal
    case .reduceMax: Reduction.max
    case .reduceMean: Reduction.mean
    case .reduceSum: Reduction.sum
    case .relu: Elementwise.relu
    case .selu: Activations.selu
    case .reshape: Movement.reshape
    case .round: Rounding.round
    case .sigmoid: Elementwise.sigmoid
    case .sign: Elementwise.sign
    case .sin: SpecialFunctions.sin
    case .sinh: SpecialFunctions.sinh
    case .slice: Movement.slice
    case .softplus: Elementwise.softplus
    case .softsign: Activations.softsign
    case .sqrt: Elementwise.sqrt
    case .sub: Arithmetic.sub
    case .tan: SpecialFunctions.tan
    case .tanh: Elementwise.tanh
    case .thresholdedRelu: Activations.thresholdedRelu
    case .transpose: Movement.transpose
    case .where: Logic.where
    case .xor: Logic.xor
    case .adamStep: Training.adamStep
    case .leakyReluGrad: Training.leakyReluGrad
    }
  }
}
