import GraphIR

/// Runs programs as plans that share one state.
public final class PlanRunner: ProgramRunner {
  /// The programs by name.
  public let programs: [String: Graph]
  /// The plan of each program.
  public let plans: [String: Plan]
  private let state: ProgramState

  /// Compiles programs.
  ///
  /// - Parameters:
  ///   - programs: the programs by name, with static shapes.
  ///   - tensors: a value for each of their parameters.
  ///   - threads: the maximal number of threads of an instruction; by default that of `CPUBackend`.
  /// - Throws: the errors of ``Plan/init(_:state:threads:)``.
  public init(_ programs: [String: Graph], tensors: [String: TensorValue], threads: Int? = nil) throws {
    self.programs = programs
    let graphs = programs.sorted { $0.key < $1.key }
    let state = ProgramState(tensors, for: graphs.map(\.value))
    self.state = state
    plans = Dictionary(
      uniqueKeysWithValues: try graphs.map { ($0.key, try Plan($0.value, state: state, threads: threads)) })
  }

  private func plan(_ program: String) -> Plan {
    guard let plan = plans[program] else { preconditionFailure("there is no program '\(program)'") }
    return plan
  }

  /// A copy of every tensor of the state.
  public var tensors: [String: TensorValue] { state.tensors }

  /// Lets `body` write an input of a program in place.
  public func fill(
    _ input: String, of program: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) rethrows { try plan(program).fill(input, body) }

  /// Runs the first part of a program's plan.
  ///
  /// - Throws: ``ExecutionError`` that names the instruction.
  public func compute(_ program: String) throws { try plan(program).compute() }

  /// An output of a program.
  public func output(_ name: String, of program: String) -> TensorValue { plan(program).output(name) }

  /// Runs the second part of a program's plan.
  ///
  /// - Throws: ``ExecutionError`` that names the instruction.
  public func commit(_ program: String) throws { try plan(program).commit() }
}
