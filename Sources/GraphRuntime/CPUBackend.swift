import CKernels
import GraphIR

/// The backend of the vectorised kernels: oneDNN for products of matrices, C loops for the rest.
///
/// A call that has no fast kernel (odd element types, more than eight dimensions that do not merge) runs as the operator's
/// composition where it has one, and on its reference kernel otherwise. For one thread count, equal inputs give equal bits.
///
/// ```swift
/// try CurrentBackend.$value.withValue(CPUBackend(threads: 2)) { try train() }  // CurrentBackend: module Autograd
/// ```
public struct CPUBackend: Backend {
  /// `cpu`.
  public var name: String { "cpu" }
  /// How many threads a kernel may use.
  public let threads: Int

  /// A backend whose kernels use at most `threads` threads; by default what OpenMP would use (`OMP_NUM_THREADS`, else one for
  /// each core).
  public init(threads: Int? = nil) {
    precondition(threads ?? 1 > 0, "a backend needs at least one thread, not \(threads ?? 1)")
    self.threads = threads ?? Int(zk_threads())
  }

  /// Runs `op` on its fast kernel, as its composition, or on the reference kernel.
  public func run(
    _ op: Op, inputs: [TensorValue?], attributes: Attributes, outputs: [TensorType]
  ) throws -> [TensorValue] {
    let call = EvaluationContext(op, inputs: inputs, attributes: attributes, outputs: outputs)
    zk_set_threads(Int32(clamping: threads))
    // Kernels get bare pointers, so the inputs must live until they are done.
    return try withExtendedLifetime(call) {
      try KernelTable.run(call) ?? ComposedCalls.run(call, on: self) ?? op.definition.evaluate(call)
    }
  }
}
