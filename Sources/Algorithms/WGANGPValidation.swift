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
    try require(penalty.weight >= 0 && penalty.weight.isFinite, "penalty.weight", penalty.weight, "a number of at least 0")
    try require(penalty.target >= 0 && penalty.target.isFinite, "penalty.target", penalty.target, "a number of at least 0")
    do {
      try settings.optimizer.adam.validate()
    } catch {
      throw AlgorithmError(.setting, "settings: optimizer", cause: error)
    }
    try validateNetworks()
  }

  private func validateNetworks() throws {
    for (role, graph) in [("generator", generator), ("critic", critic)] {
      try graph.verify()
      guard graph.inputs.count == 1, graph.outputs.count == 1, graph.inputs[0].type.shape.first == -1 else {
        throw AlgorithmError(
          .network, "the \(role) takes \(graph.inputs.count) inputs, expected one of shape [batch, …] and one output")
      }
    }
    let (made, taken) = (generator.outputs[0].type, critic.inputs[0].type)
    guard made == taken else {
      throw AlgorithmError(
        .network,
        "the generator makes \(generator.describe(made)), but the critic takes \(critic.describe(taken)); they must be equal")
    }
    guard critic.outputs[0].type.shape == [-1, 1] else {
      throw AlgorithmError(
        .network, "the critic gives \(critic.describe(critic.outputs[0].type)), expected one score a sample: [batch, 1]")
    }
    if let layer = critic.nodes.first(where: { $0.op == .batchNormalization }) {
      throw AlgorithmError(
        .network,
        "the critic's node '\(layer.name)' is a BatchNormalization, which couples the samples of a batch: the gradient penalty "
          + "is no longer one of each sample (arXiv:1704.00028, section 4); leave it out")
    }
  }

  /// - Throws: ``AlgorithmError`` where images do not fill the critic's input.
  func check(_ data: any ImageDataset) throws {
    let sample = Shape(critic.inputs[0].type.shape.dropFirst())
    guard data.imageSize == sample.elementCount else {
      throw AlgorithmError(
        .network,
        "an image of '\(data.name)' is \(Shape(data.imageShape)), \(data.imageSize) numbers; the critic takes \(sample), "
          + "\(sample.elementCount)")
    }
    guard data.count >= settings.batch else {
      throw AlgorithmError(.setting, "settings: batch is \(settings.batch), but '\(data.name)' has \(data.count) images")
    }
  }
}
