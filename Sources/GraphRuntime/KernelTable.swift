import CKernels
import GraphIR

/// The fast kernel of each operator, for eager calls, fused loops and instructions.
package enum KernelTable {
  /// Whether there is a fast kernel for some element type.
  package static func hasKernel(_ op: Op) -> Bool { kernel(of: op, ResolvedAttributes(op, [:])) != nil }

  /// Returns the outputs of a call; nil if the composition or the reference kernel is needed.
  package static func run(_ call: EvaluationContext) throws -> [TensorValue]? {
    try kernel(of: call.op, call.attributes)?.run(call)
  }

  /// The kernel of a call with these attributes; nil for an operator that runs as its composition or on its reference
  /// kernel.
  static func kernel(of op: Op, _ attributes: ResolvedAttributes) -> Kernel? {
    func number(_ name: String) -> Double { Double(attributes.float(name) ?? 0) }
    return switch op {
    case .abs: .unary(.abs)
    case .add: .binary(.add)
    case .and: .binary(.and)
    case .argMax: .call { Kernels.position(of: .max, $0) }
    case .argMin: .call { Kernels.position(of: .min, $0) }
    case .averagePool: .call { try Kernels.averagePool($0) }
    case .batchNormalization: .call { Kernels.batchNormalization($0) }
    case .cast: .function(.cast)
    case .ceil: .unary(.ceil)
    case .celu: .unary(.elu, number("alpha"), 1 / number("alpha"))
    case .clip: .call { Kernels.clip($0) }
    case .concat: .call { Kernels.concat($0) }
    case .conv: .convolution(.Y)
    case .convTranspose: .convolution(.X)
    case .cumSum: .call { Kernels.cumulativeSum($0) }
    case .depthToSpace: .call { Kernels.blocks($0) }
    case .div: .binary(.div)
    case .elu: .unary(.elu, number("alpha"), 1)
    case .equal: .function(.compare(.equal))
    case .expand: .call { Kernels.expand($0) }
    case .flatten: .call { [$0.input(0).reshaped(to: $0.outputs[0].shape)] }
    case .floor: .unary(.floor)
    case .gather: .call { try Kernels.gather($0) }
    case .gatherElements: .call { try Kernels.gatherElements($0) }
    case .gatherND: .call { try Kernels.gatherND($0) }
    case .gelu: .unary(attributes.string("approximate") == "tanh" ? .geluTanh : .gelu)
    case .gemm: .call { Kernels.gemm($0) }
    case .globalAveragePool: .call { Kernels.reduceImages(.mean, $0) }
    case .globalMaxPool: .call { Kernels.reduceImages(.max, $0) }
    case .greater: .function(.compare(.greater))
    case .greaterOrEqual: .function(.compare(.greaterOrEqual))
    case .groupNormalization: .call { Kernels.groupNormalization($0) }
    case .hardSigmoid: .unary(.hardSigmoid, number("alpha"), number("beta"))
    case .hardSwish: .unary(.hardSwish)
    case .identity: .call { [$0.input(0)] }
    case .instanceNormalization: .call { Kernels.instanceNormalization($0) }
    case .isInf: .call { Kernels.isInf($0) }
    case .isNaN: .call { Kernels.isNaN($0) }
    case .layerNormalization: .call { Kernels.layerNormalization($0) }
    case .leakyRelu: .unary(.leakyRelu, number("alpha"))
    case .less: .function(.compare(.less))
    case .lessOrEqual: .function(.compare(.lessOrEqual))
    case .logSoftmax: .call { Kernels.softmax(.logSoftmax, $0) }
    case .matMul: .call { Kernels.matMul($0) }
    case .max: .binary(.max)
    case .maxPool: .call { try Kernels.maxPool($0) }
    case .min: .binary(.min)
    case .mod: .binary(attributes.flag("fmod") ? .fmod : .mod)
    case .mul: .binary(.mul)
    case .neg: .unary(.neg)
    case .not: .unary(.not)
    case .or: .binary(.or)
    case .pad: .call { Kernels.pad($0) }
    case .pow: .binary(.pow)
    case .prelu: .binary(.prelu)
    case .reciprocal: .unary(.reciprocal)
    case .reduceL1: .reduction(.L1)
    case .reduceL2: .reduction(.sumSquare, then: .sqrt)
    case .reduceLogSum: .reduction(.sum, then: .log)
    case .reduceLogSumExp: .call { Kernels.logSumExp($0) }
    case .reduceMax: .reduction(.max)
    case .reduceMean: .reduction(.mean)
    case .reduceMin: .reduction(.min)
    case .reduceProd: .reduction(.prod)
    case .reduceSum: .reduction(.sum)
    case .reduceSumSquare: .reduction(.sumSquare)
    case .relu: .unary(.relu)
    case .reshape: .call { [$0.input(0).reshaped(to: $0.outputs[0].shape)] }
    case .rmsNormalization: .call { Kernels.rmsNormalization($0) }
    case .round: .unary(.round)
    case .scatterElements: .call { try Kernels.scatterElements($0) }
    case .scatterND: .call { try Kernels.scatterND($0) }
    case .selu: .unary(.selu, number("alpha"), number("gamma"))
    case .sign: .unary(.sign)
    case .slice: .call { try Kernels.slice($0) }
    case .softmax: .call { Kernels.softmax(.softmax, $0) }
    case .softsign: .unary(.softsign)
    case .spaceToDepth: .call { Kernels.blocks($0) }
    case .split: .call { Kernels.split($0) }
    case .sqrt: .unary(.sqrt)
    case .squeeze: .call { [$0.input(0).reshaped(to: $0.outputs[0].shape)] }
    case .sub: .binary(.sub)
    case .thresholdedRelu: .unary(.thresholdedRelu, number("alpha"))
    case .tile: .call { Kernels.tile($0) }
    case .topK: .call { Kernels.topK($0) }
    case .transpose: .call { Kernels.transpose($0) }
    case .unsqueeze: .call { [$0.input(0).reshaped(to: $0.outputs[0].shape)] }
    case .where: .function(.select)
    case .xor: .binary(.xor)
    case .adamStep: .call { Kernels.adamStep($0) }
    case .convWeightGrad: .convolution(.W)
    case .leakyReluGrad: .function(.leakyReluGrad(number("alpha")))
    case .stopGradient: .call { [$0.input(0)] }
    // A row of zk_transcendental.def; else a composition or the reference kernel.
    default: transcendental[op.ordinal].map { .unary($0) }
    }
  }

  /// The function of zk_transcendental.def that bears the name of an operator, by the operator's ordinal.
  private static let transcendental = {
    let functions = (0...ZKUnary.not.rawValue).compactMap(ZKUnary.init)
    let named = Dictionary(
      uniqueKeysWithValues: functions.compactMap { function in
        zk_transcendental_name(function).map { (String(cString: $0), function) }
      })
    return Op.allCases.map { named[$0.rawValue] }
  }()
}
