import GraphIR

/// Which fast kernel runs an operator. An entry is optional, so a new operator runs everywhere before it has one.
package enum KernelTable {
  /// A kernel; it gives nil, before anything is computed, for types or shapes that it has no code for.
  typealias Kernel = (EvaluationContext) throws -> [TensorValue]?

  /// Whether there is a fast kernel for some element type.
  package static func hasKernel(_ op: Op) -> Bool { kernel(of: op) != nil }

  /// The outputs of a call; nil stands for the composition or the reference kernel.
  package static func run(_ call: EvaluationContext) throws -> [TensorValue]? { try kernel(of: call.op)?(call) }

  private static func kernel(of op: Op) -> Kernel? {
    switch op {
    case .abs: { Kernels.unary(.abs, $0) }
    case .acos: { Kernels.unary(.acos, $0) }
    case .add: { Kernels.binary(.add, $0) }
    case .and: { Kernels.binary(.and, $0) }
    case .argMax: { Kernels.position(of: .max, $0) }
    case .argMin: { Kernels.position(of: .min, $0) }
    case .asin: { Kernels.unary(.asin, $0) }
    case .atan: { Kernels.unary(.atan, $0) }
    case .averagePool: { try Kernels.averagePool($0) }
    case .batchNormalization: { Kernels.batchNormalization($0) }
    case .cast: { Kernels.cast($0) }
    case .ceil: { Kernels.unary(.ceil, $0) }
    case .celu: { Kernels.celu($0) }
    case .clip: { Kernels.clip($0) }
    case .concat: { Kernels.concat($0) }
    case .conv: { try Kernels.conv($0) }
    case .convTranspose: { try Kernels.convTranspose($0) }
    case .convWeightGrad: { try Kernels.convWeightGrad($0) }
    case .cos: { Kernels.unary(.cos, $0) }
    case .cosh: { Kernels.unary(.cosh, $0) }
    case .cumSum: { Kernels.cumulativeSum($0) }
    case .depthToSpace: { Kernels.blocks($0) }
    case .div: { Kernels.binary(.div, $0) }
    case .elu: { Kernels.unary(.elu, $0, $0.attributes.float("alpha"), 1) }
    case .equal: { Kernels.compare(.equal, $0) }
    case .erf: { Kernels.unary(.erf, $0) }
    case .exp: { Kernels.unary(.exp, $0) }
    case .expand: { Kernels.expand($0) }
    case .flatten: { [$0.input(0).reshaped(to: $0.outputs[0].shape)] }
    case .floor: { Kernels.unary(.floor, $0) }
    case .gather: { try Kernels.gather($0) }
    case .gatherElements: { try Kernels.gatherElements($0) }
    case .gatherND: { try Kernels.gatherND($0) }
    case .gelu: { Kernels.unary($0.attributes.string("approximate") == "tanh" ? .geluTanh : .gelu, $0) }
    case .gemm: { Kernels.gemm($0) }
    case .globalAveragePool: { Kernels.reduceImages(.mean, $0) }
    case .globalMaxPool: { Kernels.reduceImages(.max, $0) }
    case .greater: { Kernels.compare(.greater, $0) }
    case .greaterOrEqual: { Kernels.compare(.greaterOrEqual, $0) }
    case .groupNormalization: { Kernels.groupNormalization($0) }
    case .hardSigmoid: { Kernels.unary(.hardSigmoid, $0, $0.attributes.float("alpha"), $0.attributes.float("beta")) }
    case .hardSwish: { Kernels.unary(.hardSwish, $0) }
    case .identity: { [$0.input(0)] }
    case .instanceNormalization: { Kernels.instanceNormalization($0) }
    case .isInf: { Kernels.isInf($0) }
    case .isNaN: { Kernels.isNaN($0) }
    case .layerNormalization: { Kernels.layerNormalization($0) }
    case .leakyRelu: { Kernels.unary(.leakyRelu, $0, $0.attributes.float("alpha")) }
    case .less: { Kernels.compare(.less, $0) }
    case .lessOrEqual: { Kernels.compare(.lessOrEqual, $0) }
    case .log: { Kernels.unary(.log, $0) }
    case .logSoftmax: { Kernels.softmax(.logSoftmax, $0) }
    case .matMul: { Kernels.matMul($0) }
    case .max: { Kernels.variadic(.max, $0) }
    case .maxPool: { try Kernels.maxPool($0) }
    case .min: { Kernels.variadic(.min, $0) }
    case .mish: { Kernels.unary(.mish, $0) }
    case .mod: { Kernels.binary($0.attributes.flag("fmod") ? .fmod : .mod, $0) }
    case .mul: { Kernels.binary(.mul, $0) }
    case .neg: { Kernels.unary(.neg, $0) }
    case .not: { Kernels.unary(.not, $0) }
    case .or: { Kernels.binary(.or, $0) }
    case .pad: { Kernels.pad($0) }
    case .pow: { Kernels.pow($0) }
    case .prelu: { Kernels.binary(.prelu, $0) }
    case .reciprocal: { Kernels.unary(.reciprocal, $0) }
    case .reduceL1: { Kernels.reduce(.L1, $0) }
    case .reduceL2: { Kernels.reduce(.sumSquare, .sqrt, $0) }
    case .reduceLogSum: { Kernels.reduce(.sum, .log, $0) }
    case .reduceLogSumExp: { Kernels.logSumExp($0) }
    case .reduceMax: { Kernels.reduce(.max, $0) }
    case .reduceMean: { Kernels.reduce(.mean, $0) }
    case .reduceMin: { Kernels.reduce(.min, $0) }
    case .reduceProd: { Kernels.reduce(.prod, $0) }
    case .reduceSum: { Kernels.reduce(.sum, $0) }
    case .reduceSumSquare: { Kernels.reduce(.sumSquare, $0) }
    case .relu: { Kernels.unary(.relu, $0) }
    case .reshape: { [$0.input(0).reshaped(to: $0.outputs[0].shape)] }
    case .rmsNormalization: { Kernels.rmsNormalization($0) }
    case .round: { Kernels.unary(.round, $0) }
    case .scatterElements: { try Kernels.scatterElements($0) }
    case .scatterND: { try Kernels.scatterND($0) }
    case .selu: { Kernels.unary(.selu, $0, $0.attributes.float("alpha"), $0.attributes.float("gamma")) }
    case .sigmoid: { Kernels.unary(.sigmoid, $0) }
    case .sign: { Kernels.unary(.sign, $0) }
    case .sin: { Kernels.unary(.sin, $0) }
    case .sinh: { Kernels.unary(.sinh, $0) }
    case .slice: { try Kernels.slice($0) }
    case .softmax: { Kernels.softmax(.softmax, $0) }
    case .softplus: { Kernels.unary(.softplus, $0) }
    case .softsign: { Kernels.unary(.softsign, $0) }
    case .spaceToDepth: { Kernels.blocks($0) }
    case .split: { Kernels.split($0) }
    case .sqrt: { Kernels.unary(.sqrt, $0) }
    case .squeeze: { [$0.input(0).reshaped(to: $0.outputs[0].shape)] }
    case .stopGradient: { [$0.input(0)] }
    case .sub: { Kernels.binary(.sub, $0) }
    case .tan: { Kernels.unary(.tan, $0) }
    case .tanh: { Kernels.unary(.tanh, $0) }
    case .thresholdedRelu: { Kernels.unary(.thresholdedRelu, $0, $0.attributes.float("alpha")) }
    case .tile: { Kernels.tile($0) }
    case .topK: { Kernels.topK($0) }
    case .transpose: { Kernels.transpose($0) }
    case .unsqueeze: { [$0.input(0).reshaped(to: $0.outputs[0].shape)] }
    case .where: { Kernels.select($0) }
    case .xor: { Kernels.binary(.xor, $0) }
    case .adamStep: { Kernels.adamStep($0) }
    case .leakyReluGrad: { Kernels.leakyReluGrad($0) }
    default: nil
    }
  }
}

/// The calls of the C kernels, by family. Each returns nil, before anything is computed, where it has no kernel for the call.
enum Kernels {}
