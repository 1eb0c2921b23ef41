/// The vocabulary: every operator that a node, the tape, a plan or an exported model can name.
///
/// A raw value is ONNX's `op_type`. Operators that ONNX lacks are in a domain of our own
/// (``OpDefinition/Signature/domain``) and have a composition in plain ONNX. Adding one takes a case here and its row in
/// ``definition``.
public enum Op: String, CaseIterable, Sendable, Codable {
  case abs = "Abs"
  case add = "Add"
  case and = "And"
  case batchNormalization = "BatchNormalization"
  case bernoulli = "Bernoulli"
  case cast = "Cast"
  case concat = "Concat"
  case conv = "Conv"
  case convTranspose = "ConvTranspose"
  case div = "Div"
  case dropout = "Dropout"
  case equal = "Equal"
  case exp = "Exp"
  case expand = "Expand"
  case gemm = "Gemm"
  case greater = "Greater"
  case greaterOrEqual = "GreaterOrEqual"
  case groupNormalization = "GroupNormalization"
  case gru = "GRU"
  case identity = "Identity"
  case instanceNormalization = "InstanceNormalization"
  case layerNormalization = "LayerNormalization"
  case leakyRelu = "LeakyRelu"
  case less = "Less"
  case lessOrEqual = "LessOrEqual"
  case log = "Log"
  case lstm = "LSTM"
  case matMul = "MatMul"
  case max = "Max"
  case min = "Min"
  case mul = "Mul"
  case multinomial = "Multinomial"
  case neg = "Neg"
  case not = "Not"
  case or = "Or"
  case pad = "Pad"
  case pow = "Pow"
  case randomNormal = "RandomNormal"
  case randomUniform = "RandomUniform"
  case reciprocal = "Reciprocal"
  case reduceMax = "ReduceMax"
  case reduceMean = "ReduceMean"
  case reduceSum = "ReduceSum"
  case relu = "Relu"
  case reshape = "Reshape"
  case rmsNormalization = "RMSNormalization"
  case rnn = "RNN"
  case sigmoid = "Sigmoid"
  case sign = "Sign"
  case slice = "Slice"
  case softplus = "Softplus"
  case sqrt = "Sqrt"
  case sub = "Sub"
  case tanh = "Tanh"
  case transpose = "Transpose"
  case `where` = "Where"
  case xor = "Xor"

  // Gradient-only and fused operators of our own domain.
  case adamStep = "AdamStep"
  case convWeightGrad = "ConvWeightGrad"
  case leakyReluGrad = "LeakyReluGrad"
  case stopGradient = "StopGradient"

  /// The operator's row: signature, shape inference, reference kernel, composition.
  public var definition: OpDefinition {
    switch self {
    case .abs: Elementwise.abs
    case .add: Arithmetic.add
    case .and: Logic.and
    case .batchNormalization: Normalization.batchNormalization
    case .bernoulli: RandomChoices.bernoulli
    case .cast: Elementwise.cast
    case .concat: Movement.concat
    case .conv: Convolution.conv
    case .convTranspose: Convolution.convTranspose
    case .div: Arithmetic.div
    case .dropout: RandomChoices.dropout
    case .equal: Logic.equal
    case .exp: Elementwise.exp
    case .expand: Movement.expand
    case .gemm: Matrix.gemm
    case .greater: Logic.greater
    case .greaterOrEqual: Logic.greaterOrEqual
    case .groupNormalization: Normalization.groupNormalization
    case .gru: Recurrent.gru
    case .identity: Elementwise.identity
    case .instanceNormalization: Normalization.instanceNormalization
    case .layerNormalization: Normalization.layerNormalization
    case .leakyRelu: Elementwise.leakyRelu
    case .less: Logic.less
    case .lessOrEqual: Logic.lessOrEqual
    case .log: Elementwise.log
    case .lstm: Recurrent.lstm
    case .matMul: Matrix.matMul
    case .max: Arithmetic.max
    case .min: Arithmetic.min
    case .mul: Arithmetic.mul
    case .multinomial: RandomChoices.multinomial
    case .neg: Elementwise.neg
    case .not: Logic.not
    case .or: Logic.or
    case .pad: Movement.pad
    case .pow: Arithmetic.pow
    case .randomNormal: RandomDraws.normal
    case .randomUniform: RandomDraws.uniform
    case .reciprocal: Elementwise.reciprocal
    case .reduceMax: Reduction.max
    case .reduceMean: Reduction.mean
    case .reduceSum: Reduction.sum
    case .relu: Elementwise.relu
    case .reshape: Movement.reshape
    case .rmsNormalization: Normalization.rmsNormalization
    case .rnn: Recurrent.rnn
    case .sigmoid: Elementwise.sigmoid
    case .sign: Elementwise.sign
    case .slice: Movement.slice
    case .softplus: Elementwise.softplus
    case .sqrt: Elementwise.sqrt
    case .sub: Arithmetic.sub
    case .tanh: Elementwise.tanh
    case .transpose: Movement.transpose
    case .where: Logic.where
    case .xor: Logic.xor
    case .adamStep: Training.adamStep
    case .convWeightGrad: Convolution.convWeightGrad
    case .leakyReluGrad: Training.leakyReluGrad
    case .stopGradient: Training.stopGradient
    }
  }
}
