import GraphIR

/// Which fast kernel runs an operator. Nil stands for the reference kernel: there is no fast one, or not for these types. An entry
/// is optional, so a new operator runs everywhere before it has one.
package enum KernelTable {
  package static func run(_ call: EvaluationContext) throws -> [TensorValue]? {
    switch call.op {
    case .abs: Kernels.unary(.abs, call)
    case .add: Kernels.binary(.add, call)
    case .and: Kernels.binary(.and, call)
    case .batchNormalization: Kernels.batchNormalization(call)
    case .cast: Kernels.cast(call)
    case .concat: Kernels.concat(call)
    case .div: Kernels.binary(.div, call)
    case .equal: Kernels.compare(.equal, call)
    case .exp: Kernels.unary(.exp, call)
    case .expand: Kernels.expand(call)
    case .depthToSpace, .spaceToDepth: Kernels.blocks(call)
    case .flatten, .squeeze, .unsqueeze: [call.input(0).reshaped(to: call.outputs[0].shape)]
    case .gather: try Kernels.gather(call)
    case .gatherElements: try Kernels.gatherElements(call)
    case .gatherND: try Kernels.gatherND(call)
    case .gemm: Kernels.gemm(call)
    case .greater: Kernels.compare(.greater, call)
    case .greaterOrEqual: Kernels.compare(.greaterOrEqual, call)
    case .identity: [call.input(0)]
    case .leakyRelu: Kernels.unary(.leakyRelu, call, alpha: call.attributes.float("alpha"))
    case .less: Kernels.compare(.less, call)
    case .lessOrEqual: Kernels.compare(.lessOrEqual, call)
    case .log: Kernels.unary(.log, call)
    case .matMul: Kernels.matMul(call)
    case .max: Kernels.variadic(.max, call)
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
    case .leakyReluGrad: Kernels.leakyReluGrad(call)
    default: nil
    }
  }
}

/// The calls of the C kernels, by family. Each returns nil, before anything is computed, where it has no kernel for the call.
enum Kernels {}
