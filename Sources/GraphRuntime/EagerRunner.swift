import GraphIR

/// Runs programs node by node: the reference implementation for plans.
public final class EagerRunner: ProgramRunner {
  /// The programs by name.
  public let programs: [String: Graph]
  /// The state.
  public private(set) var tensors: [String: TensorValue]
  private let executors: [String: Executor]
  private var inputs: [String: [String: TensorValue]] = [:]
  private var results: [String: Executor.Results] = [:]

  /// Creates a runner.
  ///
  /// - Parameters:
  ///   - programs: the programs by name.
  ///   - tensors: a value for each of their parameters.
  ///   - backend: the backend of their operators.
  /// - Throws: `GraphError` for an invalid program, ``ExecutionError`` if the tensors do not fit it.
  public init(
    _ programs: [String: Graph], tensors: [String: TensorValue], backend: any Backend = CPUBackend()
  ) throws {
    self.programs = programs
    self.tensors = tensors
    executors = try programs.mapValues { graph in
      let names = Set(graph.parameters.map(\.name))
      return try Executor(graph, parameters: tensors.filter { names.contains($0.key) }, backend: backend)
    }
  }

  private func executor(_ program: String) -> Executor {
    guard let executor = executors[program] else { preconditionFailure("there is no program '\(program)'") }
    return executor
  }

  /// Lets `body` write an input of a program.
  public func fill(
    _ input: String, of program: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) rethrows {
    guard let type = executor(program).graph.inputs.first(where: { $0.name == input })?.type else {
      preconditionFailure("program '\(program)' has no input '\(input)'")
    }
    let value = TensorValue(uninitialized: type)
    try value.withMutableElements(of: Float.self, body)
    inputs[program, default: [:]][input] = value
  }

  /// Runs a program's nodes.
  ///
  /// - Throws: ``ExecutionError`` that names the missing input or the node.
  public func compute(_ program: String) throws {
    results[program] = try executor(program).run(inputs[program] ?? [:], changed: tensors)
  }

  /// An output of a program.
  public func output(_ name: String, of program: String) -> TensorValue {
    guard let value = results[program]?.outputs[name] else {
      preconditionFailure("program '\(program)' has no output '\(name)'")
    }
    return value
  }

  /// Adopts the updates of the state that the nodes computed.
  public func commit(_ program: String) { tensors.merge(results[program]?.updates ?? [:]) { $1 } }
}
