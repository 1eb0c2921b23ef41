import GraphIR
import Synchronization

/// Runs operators without a kernel as their compositions. Each composition is prepared once.
struct ComposedCalls: Sendable {
  private struct Key: Hashable {
    let op: Op
    let attributes: Attributes
    let types: [TensorType?]
    var constants: [TensorValue?]
    let outputCount: Int
    let threads: Int
  }

  /// The maximal number of prepared compositions. They are small, but shapes may change with every call.
  private static let limit = 1024
  private static let prepared = Mutex<[Key: Executor]>([:])

  /// The outputs of a call; nil for an operator without a composition.
  static func run(_ call: EvaluationContext, on backend: CPUBackend) throws -> [TensorValue]? {
    guard call.op.definition.isComposed else { return nil }
    let signature = call.op.definition.signature
    let constants = call.inputs.enumerated().map { index, value in
      value.flatMap { signature.isKnown(index, $0.dtype) ? $0 : nil }
    }
    let key = Key(
      op: call.op, attributes: call.attributes.set, types: call.inputs.map { $0?.type }, constants: constants,
      outputCount: call.outputs.count, threads: backend.threads)
    guard let executor = try prepared.withLock({ $0[key] }) ?? prepare(key, on: backend) else { return nil }
    var arguments: [String: TensorValue] = [:]
    for (index, value) in call.inputs.enumerated() where constants[index] == nil { arguments["x\(index)"] = value }
    let outputs = try executor.run(arguments).outputs
    return call.outputs.indices.compactMap { outputs["y\($0)"] }
  }

  private static func prepare(_ call: Key, on backend: CPUBackend) throws -> Executor? {
    // A stored key outlives the memory of the call's values.
    var key = call
    key.constants = call.constants.map { $0?.owned }
    let composition = try key.op.composition(
      of: key.types, constants: key.constants, attributes: key.attributes, outputCount: key.outputCount)
    guard let composition else { return nil }
    let executor = try Executor(composition, backend: backend)
    prepared.withLock { prepared in
      if prepared.count >= limit { prepared.removeAll() }
      prepared[key] = executor
    }
    return executor
  }
}
