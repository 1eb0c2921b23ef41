import Autograd
import Environments
import GraphIR
import NN

/// A policy as a separate graph, for export and evaluation: from the environment's observations to its actions.
///
/// The input is `observation` [batch, S]. Parameters have the same names as in a checkpoint. The first output is
/// `action`: the most probable discrete action in the environment's numbering, int64 [batch], or [batch, A] for several
/// at once, or the distribution's mode within the environment's bounds, [batch, A].
struct PolicyGraph {
  /// The name of the input.
  static let input = "observation"
  /// The name of the first output.
  static let action = "action"

  private let trace = Trace(name: "policy", symbols: ["batch"])
  private let environment: EnvironmentSettings
  private let spaces: EnvironmentSpaces
  /// The inputs of the networks: observations, normalised as in training.
  private(set) var states: Tensor

  /// - Throws: `GraphError` if names collide.
  init(_ environment: EnvironmentSettings, _ spaces: EnvironmentSpaces, dtype: DataType) throws {
    self.environment = environment
    self.spaces = spaces
    states = try trace.input(Self.input, TensorType(dtype, [-1, spaces.observationWidth]))
    guard environment.normalizeObservation else { return }
    func moment(_ name: String) throws -> Tensor {
      try trace.parameter(
        "environment/observation-moments/\(name)", TensorType(dtype, [spaces.observationWidth]), isTrainable: false)
    }
    let deviation = (try moment("variance") + EnvironmentSettings.normalizationEpsilon).sqrt()
    let bound = EnvironmentSettings.normalizationClip
    states = ((states - (try moment("mean"))) / deviation).clamp(min: -bound, max: bound)
  }

  /// A network whose parameters are those of a checkpoint under `role/`.
  func network(_ graph: Graph, role: String) throws -> Network {
    var parameters: NamedTensors = [:]
    for parameter in graph.parameters {
      parameters[parameter.name] = try trace.parameter("\(role)/\(parameter.name)", parameter.type)
    }
    return Network(graph, parameters: parameters)
  }

  /// The graph with an action and the parameters of its distribution.
  ///
  /// - Parameters:
  ///   - mode: the logits of discrete or binary actions, or a vector.
  ///   - isRescaled: whether the vector lies within ±1 and is rescaled to the environment's bounds; otherwise it is
  ///     clipped.
  ///   - distribution: the parameters of the action's distribution, by the names of their outputs.
  func graph(mode: Tensor, isRescaled: Bool, distribution: [String: Tensor]) throws -> Graph {
    switch spaces.action {
    case .discrete(_, let start):
      let choice = mode.argmax(axis: 1)
      try trace.output(start == 0 ? choice : choice + Tensor(TensorValue([Int64(start)])), named: Self.action)
    case .multiDiscrete(let counts, let starts):
      let choices = mode.split(sizes: counts, axis: 1).map { $0.argmax(axis: 1, keepDims: true) }
      let action = concatenated(choices, axis: 1) + Tensor(TensorValue(starts.map(Int64.init)))
      try trace.output(action, named: Self.action)
    case .multiBinary:
      try trace.output((mode .> 0).cast(to: .int64), named: Self.action)
    case .box(let box):
      func bound(_ values: [Float]) -> Tensor {
        Tensor(mode.dtype == .float32 ? TensorValue(values) : TensorValue(values.map(Double.init)))
      }
      var action = mode
      if isRescaled {
        // As in the environment's wrapper: both have the same bits.
        let scaling = ActionScaling(to: box)
        action = (mode - bound(scaling.intercept)) / bound(scaling.slope)
      }
      action = action.maximum(bound(box.low)).minimum(bound(box.high))
      try trace.output(action, named: Self.action)
    }
    for (name, tensor) in distribution.sorted(by: { $0.key < $1.key }) { try trace.output(tensor, named: name) }
    return trace.graph.removingDeadCode()
  }
}
