import Autograd
import GraphIR

/// Traces one program of an algorithm: a step as a function of state, inputs and draws.
///
/// ```swift
/// let program = try ProgramBuilder("critic step", state: stateTypes)
/// let real = try program.input("data/real", TensorType(.float32, [64, 784]))
/// let result = try criticStep(program.state, real: real)
/// try program.output(result.metrics)
/// program.update(to: result.state)
/// return program.graph
/// ```
public struct ProgramBuilder {
  /// The state before the step: a parameter of the program for each tensor.
  public let state: NamedTensors
  private let trace: Trace

  /// A program on a state.
  ///
  /// - Parameters:
  ///   - name: the name of the graph.
  ///   - types: the types of the state's tensors, by name.
  ///   - trainable: the names of those that are marked as trainable; nil for all.
  /// - Throws: `GraphError` if names collide.
  public init(_ name: String, state types: [String: TensorType], trainable: Set<String>? = nil) throws {
    trace = Trace(name: name)
    var state: NamedTensors = [:]
    for (name, type) in types.sorted(by: { $0.key < $1.key }) {
      state[name] = try trace.parameter(name, type, isTrainable: trainable?.contains(name) ?? true)
    }
    self.state = state
  }

  /// Adds an input. The part of its name before `/` is its source: `data`, `normal`, `uniform`, `rollout`, …
  ///
  /// - Throws: `GraphError` if the name is taken.
  public func input(_ name: String, _ type: TensorType) throws -> Tensor { try trace.input(name, type) }

  /// Adds an output.
  ///
  /// - Throws: `GraphError` if the name is taken.
  public func output(_ tensor: Tensor, named name: String) throws { try trace.output(tensor, named: name) }

  /// Adds an output for each metric, in alphabetical order.
  ///
  /// - Throws: `GraphError` if a name is taken.
  public func output(_ metrics: NamedTensors) throws {
    for (name, metric) in metrics.sorted(by: { $0.key < $1.key }) { try output(metric, named: name) }
  }

  /// Sets the state after the step: the tensors that differ from those of ``state``.
  public func update(to next: NamedTensors) {
    for (name, tensor) in next.sorted(by: { $0.key < $1.key }) where tensor !== state[name] {
      trace.update(name, to: tensor)
    }
  }

  /// The program.
  public var graph: Graph { trace.graph.removingDeadCode() }
}
