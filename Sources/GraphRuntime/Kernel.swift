import CKernels
import GraphIR

/// The fast kernel of an operator.
enum Kernel {
  /// A function of elements. Fused loops take it as a step.
  case function(ElementFunction)
  /// A reduction over axes, and a function of its result.
  case reduction(ZKReduce, then: ZKUnary? = nil)
  /// The operand of a convolution that follows from the other two.
  case convolution(ZKConvolutionResult)
  /// A separate call. It returns nil, before any computation, for types or shapes without code.
  case call((EvaluationContext) throws -> [TensorValue]?)

  /// A function of one number, with its parameters.
  static func unary(_ function: ZKUnary, _ a: Double = 0, _ b: Double = 0) -> Kernel {
    .function(.unary(function, a, b))
  }

  /// A function of two numbers.
  static func binary(_ function: ZKBinary) -> Kernel { .function(.binary(function)) }

  /// Returns the outputs of a call; nil, before any computation, if there is no code for its types or shapes.
  func run(_ call: EvaluationContext) throws -> [TensorValue]? {
    switch self {
    case .function(let function): Kernels.run(function, call)
    case .reduction(let op, let function?): Kernels.reduce(op, function, call)
    case .reduction(let op, nil): Kernels.reduce(op, call)
    case .convolution(let result): try Kernels.convolve(result, call)
    case .call(let kernel): try kernel(call)
    }
  }
}

/// A function of the elements at one position.
enum ElementFunction {
  /// A function of one number, with its parameters.
  case unary(ZKUnary, Double, Double)
  /// A function of two numbers of one type.
  case binary(ZKBinary)
  case compare(ZKCompare)
  /// A conversion to the type of the result.
  case cast
  /// The second operand where the first is true, otherwise the third.
  case select
  /// The derivative of LeakyRelu with this slope.
  case leakyReluGrad(Double)
}

extension Op {
  /// The reduction at the end of a loop over the operator's input; nil for other operators.
  var reduction: ZKReduce? {
    guard case .reduction(let op, nil)? = KernelTable.kernel(of: self, ResolvedAttributes(self, [:])), op.isInLoops
    else { return nil }
    return op
  }

  /// Whether a loop over the operator's input can end in the operator.
  var isReduction: Bool { reduction != nil }
}

extension ZKReduce {
  /// Whether fused loops support the reduction.
  fileprivate var isInLoops: Bool {
    switch self {
    case .sum, .mean, .sumSquare, .max, .min: true
    case .L1, .prod: false
    }
  }
}

/// The calls of the C kernels, by family. Each returns nil, before any computation, if it has no kernel for the call.
enum Kernels {}
