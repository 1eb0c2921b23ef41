import CKernels
import GraphIR

/// The backend of the vectorised kernels: loops, matrix products and convolutions in C.
///
/// A call without a fast kernel (unusual element types, more than eight dimensions that do not merge) runs as the
/// operator's composition. Without a composition it runs on the reference kernel. For one thread count, equal inputs
/// give equal bits.
///
/// ```swift
/// try CurrentBackend.$value.withValue(CPUBackend(threads: 2)) { try train() }  // CurrentBackend: module Autograd
/// ```
public struct CPUBackend: Backend {
  /// `cpu`.
  public var name: String { "cpu" }
  /// The maximal number of threads of a kernel.
  public let threads: Int

  /// The largest number of threads.
  public static let mostThreads = Int(ZKMostThreads)

  /// Creates a backend whose kernels use at most `threads` threads, from 1 to ``mostThreads``. The default is
  /// `OMP_NUM_THREADS`, or one for each processor that the process may use.
  public init(threads: Int? = nil) {
    precondition(
      1...Self.mostThreads ~= threads ?? 1,
      "backend: expected 1 to \(Self.mostThreads) threads, found \(threads ?? 1)")
    self.threads = threads ?? Int(zk_threads())
  }

  /// Runs `op` on its fast kernel, as its composition, or on the reference kernel.
  public func run(
    _ op: Op, inputs: [TensorValue?], attributes: Attributes, outputs: [TensorType]
  ) throws -> [TensorValue] {
    let call = EvaluationContext(op, inputs: inputs, attributes: attributes, outputs: outputs)
    zk_set_threads(Int32(clamping: threads))
    // Kernels get bare pointers, so the inputs must live until they return.
    return try withExtendedLifetime(call) {
      try KernelTable.run(call) ?? ComposedCalls.run(call, on: self) ?? op.definition.evaluate(call)
    }
  }
}
