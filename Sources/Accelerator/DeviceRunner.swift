import GraphIR
import GraphRuntime
import StableHLO

/// Runs programs on devices. The state stays there between steps.
///
/// A step computes new tensors beside the state's, and ``commit(_:)`` exchanges them: a step that diverged changes
/// nothing. Programs that change no state, such as an agent's `act`, run on the processor: the way to a device takes
/// longer than they do.
public final class DeviceRunner: ProgramRunner {
  /// The programs by name.
  public let programs: [String: Graph]
  private let client: DeviceClient
  private let compiled: [String: CompiledProgram]
  private let executors: [String: Executor]
  private var state: [String: DeviceBuffer] = [:]
  /// The tensors of the state that were read since they changed.
  private var read: [String: TensorValue]
  private var inputs: [String: [String: TensorValue]] = [:]
  private var results: [String: [DeviceBuffer]] = [:]
  private var outputs: [String: [String: TensorValue]] = [:]

  /// Compiles programs, and copies their state to the devices.
  ///
  /// - Parameters:
  ///   - programs: the programs by name, with static shapes.
  ///   - tensors: a value for each of their parameters.
  ///   - client: the devices.
  ///   - threads: the threads of programs on the processor.
  /// - Throws: `StableHLOError` for a program that has no form there, ``AcceleratorError`` for one that can't be
  ///   compiled, `ExecutionError` if the tensors do not fit.
  public init(
    _ programs: [String: Graph], tensors: [String: TensorValue], on client: DeviceClient, threads: Int
  ) throws {
    (self.programs, self.client, read) = (programs, client, tensors)
    compiled = try Dictionary(
      uniqueKeysWithValues: programs.filter { !$0.value.updates.isEmpty }.map { name, graph in
        (name, try client.compile(StableHLOProgram(graph, devices: client.choice.count), named: name))
      })
    let backend = CPUBackend(threads: threads)
    executors = try programs.filter { $0.value.updates.isEmpty }.mapValues { graph in
      let names = Set(graph.parameters.map(\.name))
      return try Executor(graph, parameters: tensors.filter { names.contains($0.key) }, backend: backend)
    }
    for (name, value) in tensors where compiled.values.contains(where: { $0.program.reads(name) }) {
      state[name] = try DeviceBuffer(value, isSplit: false, on: client, name)
    }
  }

  /// A copy of every tensor of the state.
  ///
  /// - Throws: ``AcceleratorError`` with the plugin's message.
  public var tensors: [String: TensorValue] {
    get throws {
      for name in state.keys { _ = try tensor(name) }
      return read
    }
  }

  private func tensor(_ name: String) throws -> TensorValue {
    if let value = read[name] { return value }
    guard let buffer = state[name] else { preconditionFailure("the state has no tensor '\(name)'") }
    let value = try buffer.value(name)
    read[name] = value
    return value
  }

  private func graph(_ program: String) -> Graph {
    guard let graph = programs[program] else { preconditionFailure("there is no program '\(program)'") }
    return graph
  }

  /// Lets `body` write an input of a program.
  public func fill(
    _ input: String, of program: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) rethrows {
    guard let type = graph(program).inputs.first(where: { $0.name == input })?.type else {
      preconditionFailure("program '\(program)' has no input '\(input)'")
    }
    let value = TensorValue(uninitialized: type)
    try value.withMutableElements(of: Float.self, body)
    inputs[program, default: [:]][input] = value
  }

  /// Starts a program.
  ///
  /// - Throws: ``AcceleratorError`` with the plugin's message, `ExecutionError` of a program on the processor.
  public func compute(_ program: String) throws {
    outputs[program] = nil
    guard let compiled = compiled[program] else {
      let names = graph(program).parameters.map(\.name)
      let tensors = try Dictionary(uniqueKeysWithValues: names.map { ($0, try tensor($0)) })
      outputs[program] = try executors[program]?.run(inputs[program] ?? [:], changed: tensors).outputs
      return
    }
    let arguments = try compiled.program.arguments.map { argument -> DeviceBuffer in
      if argument.isParameter, let buffer = state[argument.name] { return buffer }
      guard let value = inputs[program]?[argument.name] else {
        preconditionFailure("program '\(program)': '\(argument.name)' was not filled")
      }
      return try DeviceBuffer(value, isSplit: argument.isSplit, on: client, argument.name)
    }
    let results = try compiled.run(arguments, named: program)
    var outputs: [String: TensorValue] = [:]
    for (result, buffer) in zip(compiled.program.results, results) {
      switch result {
      case .update: break
      case .metrics(let names):
        let numbers = try buffer.value("metrics of \(program)").elements(as: Float.self)
        for (name, number) in zip(names, numbers) { outputs[name] = TensorValue(scalar: number) }
      case .output(let name): outputs[name] = try buffer.value(name)
      }
    }
    (self.results[program], self.outputs[program]) = (results, outputs)
  }

  /// An output of a program.
  public func output(_ name: String, of program: String) -> TensorValue {
    guard let value = outputs[program]?[name] else {
      preconditionFailure("program '\(program)' has no output '\(name)'")
    }
    return value
  }

  /// Adopts the tensors that the program computed.
  public func commit(_ program: String) throws {
    guard let compiled = compiled[program], let results = results.removeValue(forKey: program) else { return }
    for case (.update(let parameter), let buffer) in zip(compiled.program.results, results) {
      (state[parameter], read[parameter]) = (buffer, nil)
    }
  }
}

extension StableHLOProgram {
  /// Whether the program reads a tensor of the state.
  fileprivate func reads(_ name: String) -> Bool { arguments.contains { $0.isParameter && $0.name == name } }
}
