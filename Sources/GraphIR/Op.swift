/// The vocabulary: every operator that a node, the tape, a plan or an exported model can name.
///
/// A raw value is ONNX's `op_type`. Operators that ONNX lacks are in a private domain
/// (``Signature/domain``) and have a composition in plain ONNX. A new operator needs a case here and an
/// entry in ``definition``; the compiler reports the rest.
public enum Op: String, CaseIterable, Sendable, Codable {
  case abs = "Abs"
  case acos = "Acos"
  case acosh = "Acosh"
  case add = "Add"
  case and = "And"
  case argMax = "ArgMax"
  case argMin = "ArgMin"
  case asin = "Asin"
  case asinh = "Asinh"
  case atan = "Atan"
  case atanh = "Atanh"
  case averagePool = "AveragePool"
  case batchNormalization = "BatchNormalization"
  case bernoulli = "Bernoulli"
  case cast = "Cast"
  case ceil = "Ceil"
  case celu = "Celu"
  case clip = "Clip"
  case concat = "Concat"
  case constant = "Constant"
  case constantOfShape = "ConstantOfShape"
  case conv = "Conv"
  case convTranspose = "ConvTranspose"
  case cos = "Cos"
  case cosh = "Cosh"
  case cumSum = "CumSum"
  case depthToSpace = "DepthToSpace"
  case div = "Div"
  case dropout = "Dropout"
  case einsum = "Einsum"
  case elu = "Elu"
  case equal = "Equal"
  case erf = "Erf"
  case exp = "Exp"
  case expand = "Expand"
  case eyeLike = "EyeLike"
  case flatten = "Flatten"
  case floor = "Floor"
  case gather = "Gather"
  case gatherElements = "GatherElements"
  case gatherND = "GatherND"
  case gelu = "Gelu"
  case gemm = "Gemm"
  case globalAveragePool = "GlobalAveragePool"
  case globalMaxPool = "GlobalMaxPool"
  case greater = "Greater"
  case greaterOrEqual = "GreaterOrEqual"
  case groupNormalization = "GroupNormalization"
  case gru = "GRU"
  case hardmax = "Hardmax"
  case hardSigmoid = "HardSigmoid"
  case hardSwish = "HardSwish"
  case identity = "Identity"
  case instanceNormalization = "InstanceNormalization"
  case isInf = "IsInf"
  case isNaN = "IsNaN"
  case layerNormalization = "LayerNormalization"
  case leakyRelu = "LeakyRelu"
  case less = "Less"
  case lessOrEqual = "LessOrEqual"
  case log = "Log"
  case logSoftmax = "LogSoftmax"
  case lstm = "LSTM"
  case matMul = "MatMul"
  case max = "Max"
  case maxPool = "MaxPool"
  case min = "Min"
  case mish = "Mish"
  case mod = "Mod"
  case mul = "Mul"
  case multinomial = "Multinomial"
  case neg = "Neg"
  case nonZero = "NonZero"
  case not = "Not"
  case oneHot = "OneHot"
  case or = "Or"
  case pad = "Pad"
  case pow = "Pow"
  case prelu = "PRelu"
  case randomNormal = "RandomNormal"
  case randomUniform = "RandomUniform"
  case range = "Range"
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
  case resize = "Resize"
  case rmsNormalization = "RMSNormalization"
  case rnn = "RNN"
  case round = "Round"
  case scatterElements = "ScatterElements"
  case scatterND = "ScatterND"
  case selu = "Selu"
  case shape = "Shape"
  case sigmoid = "Sigmoid"
  case sign = "Sign"
  case sin = "Sin"
  case sinh = "Sinh"
  case size = "Size"
  case slice = "Slice"
  case softmax = "Softmax"
  case softplus = "Softplus"
  case softsign = "Softsign"
  case spaceToDepth = "SpaceToDepth"
  case split = "Split"
  case sqrt = "Sqrt"
  case squeeze = "Squeeze"
  case sub = "Sub"
  case tan = "Tan"
  case tanh = "Tanh"
  case thresholdedRelu = "ThresholdedRelu"
  case tile = "Tile"
  case topK = "TopK"
  case transpose = "Transpose"
  case trilu = "Trilu"
  case unsqueeze = "Unsqueeze"
  case upsample = "Upsample"
  case `where` = "Where"
  case xor = "Xor"

  // Gradient-only and fused operators of the private domain.
  case adamStep = "AdamStep"
  case convWeightGrad = "ConvWeightGrad"
  case leakyReluGrad = "LeakyReluGrad"
  case stopGradient = "StopGradient"

  /// The position in ``allCases``, without a search.
  package var ordinal: Int { Int(unsafeBitCast(self, to: UInt8.self)) }

  /// The operator's definition: signature, traits, shape inference, reference kernel, composition.
  public var definition: OpDefinition {
    switch self {
    case .abs: Elementwise.abs
    case .acos: SpecialFunctions.acos
    case .acosh: SpecialFunctions.acosh
    case .add: Arithmetic.add
    case .and: Logic.and
    case .argMax: Selection.argMax
    case .argMin: Selection.argMin
    case .asin: SpecialFunctions.asin
    case .asinh: SpecialFunctions.asinh
    case .atan: SpecialFunctions.atan
    case .atanh: SpecialFunctions.atanh
    case .averagePool: Pooling.averagePool
    case .batchNormalization: Normalization.batchNormalization
    case .bernoulli: RandomChoices.bernoulli
    case .cast: Elementwise.cast
    case .ceil: Rounding.ceil
    case .celu: Activations.celu
    case .clip: Rounding.clip
    case .concat: Movement.concat
    case .constant: Rearranging.constant
    case .constantOfShape: Rearranging.constantOfShape
    case .conv: Convolution.conv
    case .convTranspose: Convolution.convTranspose
    case .cos: SpecialFunctions.cos
    case .cosh: SpecialFunctions.cosh
    case .cumSum: Scan.cumSum
    case .depthToSpace: Rearranging.depthToSpace
    case .div: Arithmetic.div
    case .dropout: RandomChoices.dropout
    case .einsum: Einsum.einsum
    case .elu: Activations.elu
    case .equal: Logic.equal
    case .erf: SpecialFunctions.erf
    case .exp: Elementwise.exp
    case .expand: Movement.expand
    case .eyeLike: Rearranging.eyeLike
    case .flatten: Shaping.flatten
    case .floor: Rounding.floor
    case .gather: Indexing.gather
    case .gatherElements: Indexing.gatherElements
    case .gatherND: Indexing.gatherND
    case .gelu: Activations.gelu
    case .gemm: Matrix.gemm
    case .globalAveragePool: Pooling.globalAveragePool
    case .globalMaxPool: Pooling.globalMaxPool
    case .greater: Logic.greater
    case .greaterOrEqual: Logic.greaterOrEqual
    case .groupNormalization: Normalization.groupNormalization
    case .gru: Recurrent.gru
    case .hardmax: Softmax.hardmax
    case .hardSigmoid: Activations.hardSigmoid
    case .hardSwish: Activations.hardSwish
    case .identity: Elementwise.identity
    case .instanceNormalization: Normalization.instanceNormalization
    case .isInf: Classification.isInf
    case .isNaN: Classification.isNaN
    case .layerNormalization: Normalization.layerNormalization
    case .leakyRelu: Elementwise.leakyRelu
    case .less: Logic.less
    case .lessOrEqual: Logic.lessOrEqual
    case .log: Elementwise.log
    case .logSoftmax: Softmax.logSoftmax
    case .lstm: Recurrent.lstm
    case .matMul: Matrix.matMul
    case .max: Arithmetic.max
    case .maxPool: Pooling.maxPool
    case .min: Arithmetic.min
    case .mish: Activations.mish
    case .mod: Rounding.mod
    case .mul: Arithmetic.mul
    case .multinomial: RandomChoices.multinomial
    case .neg: Elementwise.neg
    case .nonZero: NonZero.nonZero
    case .not: Logic.not
    case .oneHot: Classes.oneHot
    case .or: Logic.or
    case .pad: Movement.pad
    case .pow: Arithmetic.pow
    case .prelu: Activations.prelu
    case .randomNormal: RandomDraws.normal
    case .randomUniform: RandomDraws.uniform
    case .range: Ranges.range
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
    case .resize: Resizing.resize
    case .rmsNormalization: Normalization.rmsNormalization
    case .rnn: Recurrent.rnn
    case .round: Rounding.round
    case .scatterElements: Indexing.scatterElements
    case .scatterND: Indexing.scatterND
    case .selu: Activations.selu
    case .shape: Shaping.shape
    case .sigmoid: Elementwise.sigmoid
    case .sign: Elementwise.sign
    case .sin: SpecialFunctions.sin
    case .sinh: SpecialFunctions.sinh
    case .size: Shaping.size
    case .slice: Movement.slice
    case .softmax: Softmax.softmax
    case .softplus: Elementwise.softplus
    case .softsign: Activations.softsign
    case .spaceToDepth: Rearranging.spaceToDepth
    case .split: Shaping.split
    case .sqrt: Elementwise.sqrt
    case .squeeze: Shaping.squeeze
    case .sub: Arithmetic.sub
    case .tan: SpecialFunctions.tan
    case .tanh: Elementwise.tanh
    case .thresholdedRelu: Activations.thresholdedRelu
    case .tile: Shaping.tile
    case .topK: TopK.topK
    case .transpose: Movement.transpose
    case .trilu: Rearranging.trilu
    case .unsqueeze: Shaping.unsqueeze
    case .upsample: Upsampling.upsample
    case .where: Logic.where
    case .xor: Logic.xor
    case .adamStep: Training.adamStep
    case .convWeightGrad: Convolution.convWeightGrad
    case .leakyReluGrad: Training.leakyReluGrad
    case .stopGradient: Training.stopGradient
    }
  }
}
