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
    case .add: { Kernels.binary(.add, $0) }
    case .and: { Kernels.binary(.and, $0) }
    case .batchNormalization: { Kernels.batchNormalization($0) }
    case .cast: { Kernels.cast($0) }
    case .concat: { Kernels.concat($0) }
    case .div: { Kernels.binary(.div, $0) }
    case .equal: { Kernels.compare(.equal, $0) }
    case .exp: { Kernels.unary(.exp, $0) }
    case .expand: { Kernels.expand($0) }
    case .gemm: { Kernels.gemm($0) }
    case .greater: { Kernels.compare(.greater, $0) }
    case .greaterOrEqual: { Kernels.compare(.greaterOrEqual, $0) }
    case .identity: { [$0.input(0)] }
    case .leakyRelu: { Kernels.unary(.leakyRelu, $0, alpha: $0.attributes.float("alpha")) }
    case .less: { Kernels.compare(.less, $0) }
    case .lessOrEqual: { Kernels.compare(.lessOrEqual, $0) }
    case .log: { Kernels.unary(.log, $0) }
    case .matMul: { Kernels.matMul($0) }
    case .max: { Kernels.variadic(.max, $0) }
    case .min: { Kernels.variadic(.min, $0) }
    case .mul: { Kernels.binary(.mul, $0) }
    case .neg: { Kernels.unary(.neg, $0) }
    case .not: { Kernels.unary(.not, $0) }
    case .or: { Kernels.binary(.or, $0) }
    case .pad: { Kernels.pad($0) }
    case .pow: { Kernels.binary(.pow, $0) }
    case .reciprocal: { Kernels.unary(.reciprocal, $0) }
    case .reduceMax: { Kernels.reduce(.max, $0) }
    case .reduceMean: { Kernels.reduce(.mean, $0) }
    case .reduceSum: { Kernels.reduce(.sum, $0) }
    case .relu: { Kernels.unary(.relu, $0) }
    case .reshape: { [$0.input(0).reshaped(to: $0.outputs[0].shape)] }
    case .sigmoid: { Kernels.unary(.sigmoid, $0) }
    case .sign: { Kernels.unary(.sign, $0) }
    case .slice: { try Kernels.slice($0) }
    case .softplus: { Kernels.unary(.softplus, $0) }
    case .sqrt: { Kernels.unary(.sqrt, $0) }
    case .sub: { Kernels.binary(.sub, $0) }
    case .tanh: { Kernels.unary(.tanh, $0) }
    case .transpose: { Kernels.transpose($0) }
    case .where: { Kernels.select($0) }
    case .xor: { Kernels.binary(.xor, $0) }
    case .adamStep: { Kernels.adamStep($0) }
    case .leakyReluGrad: { Kernels.leakyReluGrad($0) }
  package static func run(_ call: EvaluationContext) throws -> [TensorValue]? {
    switch call.op {
    case .abs: Kernels.unary(.abs, call)
    case .add: Kernels.binary(.add, call)
    case .and: Kernels.binary(.and, call)
    case .batchNormalization: Kernels.batchNormalization(call)
    case .averagePool: try Kernels.averagePool(call)
    case .cast: Kernels.cast(call)
    case .concat: Kernels.concat(call)
    case .conv: try Kernels.conv(call)
    case .convTranspose: try Kernels.convTranspose(call)
    case .div: Kernels.binary(.div, call)
    case .equal: Kernels.compare(.equal, call)
    case .exp: Kernels.unary(.exp, call)
    case .expand: Kernels.expand(call)
    case .flatten, .squeeze, .unsqueeze: [call.input(0).reshaped(to: call.outputs[0].shape)]
    case .gather: try Kernels.gather(call)
    case .gatherElements: try Kernels.gatherElements(call)
    case .gatherND: try Kernels.gatherND(call)
    case .gemm: Kernels.gemm(call)
    case .globalAveragePool: Kernels.reduceImages(.mean, call)
    case .globalMaxPool: Kernels.reduceImages(.max, call)
    case .greater: Kernels.compare(.greater, call)
    case .greaterOrEqual: Kernels.compare(.greaterOrEqual, call)
    case .groupNormalization: Kernels.groupNormalization(call)
    case .identity: [call.input(0)]
    case .instanceNormalization: Kernels.instanceNormalization(call)
    case .layerNormalization: Kernels.layerNormalization(call)
    case .leakyRelu: Kernels.unary(.leakyRelu, call, alpha: call.attributes.float("alpha"))
    case .less: Kernels.compare(.less, call)
    case .lessOrEqual: Kernels.compare(.lessOrEqual, call)
    case .log: Kernels.unary(.log, call)
    case .matMul: Kernels.matMul(call)
    case .max: Kernels.variadic(.max, call)
    case .maxPool: try Kernels.maxPool(call)
    case .min: Kernels.variadic(.min, call)
    case .mul: Kernels.binary(.mul, call)
    case .neg: Kernels.unary(.neg, call)
    case .not: Kernels.unary(.not, call)
    case .or: Kernels.binary(.or, call)
    case .pad: Kernels.pad(call)
    case .pow: Kernels.binary(.pow, call)
    case .reciprocal: Kernels.unary(.reciprocal, call)
    case .reduceMax: Kernels.reduce(.max, call)
    case .reduceMean: Kernels.reduce(.mean, call)
    case .reduceSum: Kernels.reduce(.sum, call)
    case .relu: Kernels.unary(.relu, call)
    case .reshape: [call.input(0).reshaped(to: call.outputs[0].shape)]
    case .scatterElements: try Kernels.scatterElements(call)
    case .scatterND: try Kernels.scatterND(call)
    case .rmsNormalization: Kernels.rmsNormalization(call)
    case .sigmoid: Kernels.unary(.sigmoid, call)
    case .sign: Kernels.unary(.sign, call)
    case .slice: try Kernels.slice(call)
    case .softplus: Kernels.unary(.softplus, call)
    case .split: Kernels.split(call)
    case .sqrt: Kernels.unary(.sqrt, call)
    case .sub: Kernels.binary(.sub, call)
    case .tanh: Kernels.unary(.tanh, call)
    case .tile: Kernels.tile(call)
    case .transpose: Kernels.transpose(call)
    case .where: Kernels.select(call)
    case .xor: Kernels.binary(.xor, call)
    case .adamStep: Kernels.adamStep(call)
    case .convWeightGrad: try Kernels.convWeightGrad(call)
    case .leakyReluGrad: Kernels.leakyReluGrad(call)
    case .stopGradient: [call.input(0)]
    default: nil
    }
  }
}

/// The calls of the C kernels, by family. Each returns nil, before anything is computed, where it has no kernel for the call.
enum Kernels {}
