import Datasets
import GraphIR
import NN

extension WGANGP {
  /// - Throws: ``AlgorithmError`` if a setting is out of range or the networks do not fit each other.
  func validate() throws {
    try SettingCheck.count("batch", settings.batch)
    try SettingCheck.count("criticSteps", settings.criticSteps)
    let penalty = settings.penalty
    try SettingCheck.nonnegative("penalty.weight", penalty.weight)
    try SettingCheck.count("penalty.every", penalty.every)
    do {
      try penalty.gradient.validate()
    } catch {
      throw AlgorithmError(.setting, "settings: penalty", setting: "penalty", cause: error)
    }
    try SettingCheck.optimizer("optimizer", settings.optimizer)
    if let own = settings.generatorOptimizer { try SettingCheck.optimizer("generatorOptimizer", own) }
    if let decay = settings.ema.decay {
      try SettingCheck.require("ema.decay", decay, "a number of at least 0 and below 1") { (0..<1).contains($0) }
    }
    try settings.samples.validate()
    try settings.evaluation.validate()
    try validateNetworks()
    try validateLabels()
  }

  private func validateNetworks() throws {
    for (role, graph) in [("generator", generator), ("critic", critic)] {
      do {
        try graph.verify()
      } catch {
        throw AlgorithmError(.network, "the \(role) is not a valid graph", cause: error)
      }
      let outputs = role == "critic" && settings.classifierWeight > 0 ? 2 : 1
      guard graph.inputs.count == 1 || Self.takesLabels(graph), graph.outputs.count == outputs,
        graph.inputs[0].type.shape.first == -1
      else {
        let types = { (values: [Graph.Value]) in values.map { graph.describe($0.type) }.joined(separator: ", ") }
        throw AlgorithmError(
          .network,
          "the \(role) outputs (\(types(graph.outputs))) from (\(types(graph.inputs))), expected "
            + "\(outputs == 1 ? "one output" : "scores and logits of classes") and one input of shape [batch, …]")
      }
    }
    let (made, taken) = (generator.outputs[0].type, critic.inputs[0].type)
    guard made == taken else {
      throw AlgorithmError(
        .network,
        "the generator outputs \(generator.describe(made)), but the critic takes \(critic.describe(taken)); expected "
          + "equal types")
    }
    let score = critic.outputs[0].type
    guard score.shape == [-1, 1] else {
      throw AlgorithmError(
        .network, "the critic outputs \(critic.describe(score)), expected one score per sample: [batch, 1]")
    }
  }

  /// The names of the parameters that an optimiser changes, as in the state.
  var trainableNames: Set<String> {
    Set(trained.flatMap { role in role.value.parameters.filter(\.isTrainable).map { "\(role.key)/\($0.name)" } })
  }

  /// The types of the networks' parameters and of the optimisers' tensors.
  public var stateTypes: [String: TensorType] {
    trained.reduce(into: parameterTypes) { types, role in
      let own = role.key == "generator" ? settings.generatorOptimizer : nil
      let optimizer = own ?? settings.optimizer
      types.merge(optimizer.base.stateTypes(for: role.value), under: "\(role.key)/\(optimizer.name)")
    }
  }
}
