import Datasets
import GraphIR
import NN

extension WGANGP {
  /// - Throws: ``AlgorithmError`` where a setting is out of range or the networks do not fit each other.
  func validate() throws {
    func require(_ isRight: Bool, _ name: String, _ found: Any, _ expected: String) throws {
      guard isRight else { throw AlgorithmError(.setting, "settings: \(name) is \(found), expected \(expected)") }
    }
    try require(settings.batch > 0, "batch", settings.batch, "at least 1")
    try require(settings.criticSteps > 0, "criticSteps", settings.criticSteps, "at least 1")
    let penalty = settings.penalty
    try require(
      penalty.weight >= 0 && penalty.weight.isFinite, "penalty.weight", penalty.weight, "a number of at least 0")
    do {
      try penalty.gradient.validate()
    } catch {
      throw AlgorithmError(.setting, "settings: penalty", cause: error)
    }
    do {
      try settings.optimizer.adam.validate()
    } catch {
      throw AlgorithmError(.setting, "settings: optimizer", cause: error)
    }
    try validateNetworks()
  }

  private var roles: [(name: String, graph: Graph)] { [("generator", generator), ("critic", critic)] }

  private func validateNetworks() throws {
    for (role, graph) in roles {
      do {
        try graph.verify()
      } catch {
        throw AlgorithmError(.network, "the \(role) is no valid graph", cause: error)
      }
      guard graph.inputs.count == 1, graph.outputs.count == 1, graph.inputs[0].type.shape.first == -1 else {
        let types = { (values: [Graph.Value]) in values.map { graph.describe($0.type) }.joined(separator: ", ") }
        throw AlgorithmError(
          .network,
          "the \(role) makes (\(types(graph.outputs))) of (\(types(graph.inputs))), expected one output and one input of shape "
            + "[batch, …]")
      }
    }
    let (made, taken) = (generator.outputs[0].type, critic.inputs[0].type)
    guard made == taken else {
      throw AlgorithmError(
        .network,
        "the generator makes \(generator.describe(made)), but the critic takes \(critic.describe(taken)), expected equal types"
      )
    }
    let score = critic.outputs[0].type
    guard score.shape == [-1, 1] else {
      throw AlgorithmError(
        .network, "the critic gives \(critic.describe(score)), expected one score a sample: [batch, 1]")
    }
  }

  /// The types of both networks' parameters, named as in the state.
  var parameterTypes: [String: TensorType] {
    roles.reduce(into: [:]) { types, role in
      for parameter in role.graph.parameters { types["\(role.name)/\(parameter.name)"] = parameter.type }
    }
  }

  /// The names of the parameters that an optimiser changes, as in the state.
  var trainableNames: Set<String> {
    Set(roles.flatMap { role in role.graph.parameters.filter(\.isTrainable).map { "\(role.name)/\($0.name)" } })
  }

  /// The types of both optimisers' tensors, named as in the state.
  var optimizerTypes: [String: TensorType] {
    roles.reduce(into: [:]) { types, role in
      let trainable = role.graph.parameters.filter(\.isTrainable).map { ($0.name, $0.type) }
      let state = settings.optimizer.adam.stateTypes(for: Dictionary(uniqueKeysWithValues: trainable))
      types.merge(state, under: "\(role.name)/adam")
    }
  }

  /// The tensors of a state as they are.
  ///
  /// - Throws: ``AlgorithmError`` where one is missing, has another type than the networks say, or belongs to neither.
  func checked(_ tensors: [String: TensorValue]) throws -> [String: TensorValue] {
    let types = parameterTypes.merging(optimizerTypes) { $1 }
    for name in Set(types.keys).union(tensors.keys).sorted() where tensors[name]?.type != types[name] {
      let (expected, found) = (types[name]?.description ?? "nothing", tensors[name]?.type.description ?? "nothing")
      throw AlgorithmError(.state, "the tensor '\(name)' of the state: expected \(expected), found \(found)")
    }
    return tensors
  }

  /// - Throws: ``AlgorithmError`` where images do not fill the critic's input.
  func check(_ data: any ImageDataset) throws {
    let input = critic.inputs[0].type
    guard input.dtype == .float32 else {
      throw AlgorithmError(
        .network, "the critic takes \(critic.describe(input)), expected float32 as the images of '\(data.name)'")
    }
    let sample = Shape(input.shape.dropFirst())
    guard data.imageSize == sample.elementCount else {
      throw AlgorithmError(
        .network,
        "an image of '\(data.name)' is \(Shape(data.imageShape)), \(data.imageSize) numbers; the critic takes \(sample), "
          + "\(sample.elementCount)")
    }
    guard data.count >= settings.batch else {
      throw AlgorithmError(
        .setting, "settings: batch is \(settings.batch), but '\(data.name)' has \(data.count) images")
    }
  }
}
