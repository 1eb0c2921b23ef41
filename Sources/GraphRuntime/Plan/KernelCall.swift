import CKernels
import GraphIR

/// A call without an instruction of its own. It runs as outside of plans, and its results are copied to their places.
final class KernelCall {
  private let op: Op
  private let inputs: [TensorValue?]
  private let attributes: Attributes
  private let types: [TensorType]
  private let results: [UnsafeMutableRawPointer?]
  private let backend: CPUBackend
  private var failure: (any Error)?

  /// Creates a call.
  ///
  /// - Parameters:
  ///   - node: the node to compute.
  ///   - inputs: the operands in place.
  ///   - types: the types of the outputs.
  ///   - results: the places of the outputs; nil for an unused output.
  ///   - threads: the number of threads.
  init(
    _ node: Node, inputs: [TensorValue?], types: [TensorType], results: [UnsafeMutableRawPointer?], threads: Int
  ) {
    op = node.op
    attributes = node.attributes
    self.inputs = inputs
    self.types = types
    self.results = results
    backend = CPUBackend(threads: threads)
  }

  private func run() -> Bool {
    do {
      let values = try backend.run(op, inputs: inputs, attributes: attributes, outputs: types)
      for (value, result) in zip(values, results) {
        result?.copyMemory(from: value.storage.pointer, byteCount: value.byteCount)
      }
      return true
    } catch {
      failure = error
      return false
    }
  }

  /// The call as an instruction.
  var bound: BoundInstruction {
    let context = Unmanaged.passRetained(self)
    return BoundInstruction(
      { $0.map { Unmanaged<KernelCall>.fromOpaque($0).takeUnretainedValue().run() } ?? false }, context.toOpaque(),
      failure: { self.failure }
    ) { context.release() }
  }
}
