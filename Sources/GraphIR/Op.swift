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
  case cast = "Cast"
  case concat = "Concat"
  case constant = "Constant"
  case constantOfShape = "ConstantOfShape"
  case depthToSpace = "DepthToSpace"
  case div = "Div"
  case equal = "Equal"
  case exp = "Exp"
  case expand = "Expand"
  case eyeLike = "EyeLike"
  case flatten = "Flatten"
  case gather = "Gather"
  case gatherElements = "GatherElements"
  case gatherND = "GatherND"
  case gemm = "Gemm"
  case greater = "Greater"
  case greaterOrEqual = "GreaterOrEqual"
  case identity = "Identity"
  case leakyRelu = "LeakyRelu"
  case less = "Less"
  case lessOrEqual = "LessOrEqual"
  case log = "Log"
  case matMul = "MatMul"
  case max = "Max"
  case min = "Min"
  case mul = "Mul"
  case neg = "Neg"
  case not = "Not"
  case oneHot = "OneHot"
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
  case resize = "Resize"
  case scatterElements = "ScatterElements"
  case scatterND = "ScatterND"
  case shape = "Shape"
  case sigmoid = "Sigmoid"
  case sign = "Sign"
  case size = "Size"
  case slice = "Slice"
  case softplus = "Softplus"
  case spaceToDepth = "SpaceToDepth"
  case split = "Split"
  case sqrt = "Sqrt"
  case squeeze = "Squeeze"
  case sub = "Sub"
  case tanh = "Tanh"
  case tile = "Tile"
  case transpose = "Transpose"
  case trilu = "Trilu"
  case unsqueeze = "Unsqueeze"
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
    case .batchNormalization: Normalization.batchNormalization
    case .cast: Elementwise.cast
    case .concat: Movement.concat
    case .constant: Rearranging.constant
    case .constantOfShape: Rearranging.constantOfShape
    case .depthToSpace: Rearranging.depthToSpace
    case .div: Arithmetic.div
    case .equal: Logic.equal
    case .exp: Elementwise.exp
    case .expand: Movement.expand
    case .eyeLike: Rearranging.eyeLike
    case .flatten: Shaping.flatten
    case .gather: Indexing.gather
    case .gatherElements: Indexing.gatherElements
    case .gatherND: Indexing.gatherND
    case .gemm: Matrix.gemm
    case .greater: Logic.greater
    case .greaterOrEqual: Logic.greaterOrEqual
    case .identity: Elementwise.identity
    case .leakyRelu: Elementwise.leakyRelu
    case .less: Logic.less
    case .lessOrEqual: Logic.lessOrEqual
    case .log: Elementwise.log
    case .matMul: Matrix.matMul
    case .max: Arithmetic.max
    case .min: Arithmetic.min
    case .mul: Arithmetic.mul
    case .neg: Elementwise.neg
    case .not: Logic.not
    case .oneHot: Classes.oneHot
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
    case .resize: Resizing.resize
    case .scatterElements: Indexing.scatterElements
    case .scatterND: Indexing.scatterND
    case .shape: Shaping.shape
    case .sigmoid: Elementwise.sigmoid
    case .sign: Elementwise.sign
    case .size: Shaping.size
    case .slice: Movement.slice
    case .softplus: Elementwise.softplus
    case .spaceToDepth: Rearranging.spaceToDepth
    case .split: Shaping.split
    case .sqrt: Elementwise.sqrt
    case .squeeze: Shaping.squeeze
    case .sub: Arithmetic.sub
    case .tanh: Elementwise.tanh
    case .tile: Shaping.tile
    case .transpose: Movement.transpose
    case .trilu: Rearranging.trilu
    case .unsqueeze: Shaping.unsqueeze
    case .where: Logic.where
    case .xor: Logic.xor
    case .adamStep: Training.adamStep
    case .leakyReluGrad: Training.leakyReluGrad
    }
  }
}
