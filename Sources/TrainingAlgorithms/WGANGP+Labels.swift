import Autograd
import Datasets
import GraphIR
import NN

extension WGANGP {
  /// The labels of an update's samples, [N] of int64 each.
  public typealias Labels = (real: Tensor, fake: Tensor)

  /// The classes of the batch of samples.
  static let labelsInput = "data/labels"
  /// The draws of the classes of generated samples.
  static let labelDrawsInput = "uniform/labels"

  /// Whether a network takes labels, [batch] of int64, beside samples or noise.
  static func takesLabels(_ network: Graph) -> Bool {
    network.inputs.count == 2 && network.inputs[1].type == TensorType(.int64, [-1])
  }

  /// The inputs of a network: samples or noise, and their labels if it takes them.
  func inputs(_ network: Network, _ samples: Tensor, _ labels: Tensor?) -> [Tensor] {
    guard Self.takesLabels(network.graph) else { return [samples] }
    guard let labels else { preconditionFailure("the network '\(network.graph.name)' needs labels") }
    return [samples, labels]
  }

  /// Generated samples, and the generator's running statistics.
  func samples(_ generator: Network, _ noise: Tensor, _ labels: Tensor?) throws -> (Tensor, statistics: NamedTensors) {
    let (outputs, statistics) = try generator.training(inputs(generator, noise, labels))
    return (outputs[0], statistics)
  }

  /// The loss of the auxiliary classifier, not yet weighted; nil without one.
  ///
  /// - Parameters:
  ///   - outputs: the critic's outputs for some samples: scores, and the logits of the classes.
  ///   - labels: the classes of the samples.
  func classification(_ outputs: [Tensor], _ labels: Tensor?) -> Tensor? {
    guard settings.classifierWeight > 0, outputs.count > 1, let labels else { return nil }
    return Loss.crossEntropy(outputs[1], labels)
  }

  /// Draws of labels, uniform on [0, 1), as int64.
  func labels(drawn draws: Tensor, of classes: Int) -> Tensor {
    // The product may be rounded up to the number of classes.
    (draws * Double(classes)).floor().clamp(max: Double(classes - 1)).cast(to: .int64)
  }

  /// - Throws: ``AlgorithmError`` if a network's inputs or outputs do not fit the setting of classes.
  func validateLabels() throws {
    try SettingCheck.nonnegative("classifier.weight", settings.classifierWeight)
    let takers = ["generator": generator, "critic": critic].filter { Self.takesLabels($0.value) }
    guard let classes = settings.classes else {
      if let role = takers.keys.min() {
        throw AlgorithmError(
          .setting, "settings: classes is none, but the \(role) takes labels; expected the number of classes",
          setting: "classes")
      }
      try SettingCheck.require("classifier.weight", settings.classifierWeight, "0, as classes is none") { $0 == 0 }
      return
    }
    try SettingCheck.count("classes", classes)
    let hasClassifier = settings.classifierWeight > 0
    guard Self.takesLabels(generator), Self.takesLabels(critic) || hasClassifier else {
      let role = Self.takesLabels(generator) ? "critic takes no labels and has no classifier" : "generator takes none"
      throw AlgorithmError(
        .setting, "settings: classes is \(classes), but the \(role); give the network 'labels', or leave classes out",
        setting: "classes")
    }
    let logits = critic.outputs.dropFirst().first?.type.shape
    guard !hasClassifier || logits == [-1, classes] else {
      throw AlgorithmError(
        .network, "the critic has no output of logits [batch, \(classes)] for the classifier (classifier.weight)")
    }
  }

  /// - Throws: ``AlgorithmError`` if the data have other classes than the settings.
  func checkLabels(of data: any Dataset) throws {
    guard let classes = settings.classes else { return }
    guard let labels = data.labels else {
      throw AlgorithmError(
        .setting, "settings: classes is \(classes), but '\(data.name)' has no labels; leave it out", setting: "classes")
    }
    guard labels.names.count == classes else {
      throw AlgorithmError(
        .setting, "settings: classes is \(classes), expected the \(labels.names.count) of '\(data.name)'",
        setting: "classes")
    }
  }
}
