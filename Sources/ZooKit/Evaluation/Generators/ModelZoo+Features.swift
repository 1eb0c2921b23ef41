import Foundation
import ONNXFormat

extension Catalogue {
  /// The network of features that a user names.
  ///
  /// - Parameters:
  ///   - reference: an ONNX file, `MODEL:trained`, a run (`RUN`, `RUN@STEP`, …), or a graph of the store.
  ///   - layer: the value in the network whose elements are the features; nil for the input of its last linear layer.
  ///   - zoo: the zoo with the runs and graphs; nil if there is none.
  /// - Throws: `ONNXError` if the file can't be read; `StoreError` if there is no such run or graph; ``ModelZooError``
  ///   for the layer, or if there is no such trained model.
  func featureNetwork(_ reference: String, layer: String?, in zoo: ModelZoo?) throws -> FeatureNetwork {
    if Self.isModelFile(reference) {
      let model = try ONNXImporter().read(URL(filePath: reference))
      return try FeatureNetwork(reference, model.graph, model.parameters, layer: layer)
    }
    if let trained = try trainedModel(reference) {
      let network = try trained.network()
      return try FeatureNetwork(reference, network.graph, network.parameters, layer: layer)
    }
    guard let zoo else {
      throw ModelZooError(
        .noStore, "there is no store with the network '\(reference)'; name an ONNX file or a trained model")
    }
    if case .graph(let name) = try zoo.find(reference) {
      let stored = try zoo.graph(name)
      return try FeatureNetwork(reference, stored.graph, stored.parameters, layer: layer)
    }
    let stored = try zoo.network(reference)
    return try FeatureNetwork(reference, stored.graph, stored.parameters, layer: layer)
  }

  /// Whether a text names an ONNX file by its ending.
  static func isModelFile(_ text: String) -> Bool {
    ONNXFile.fileExtensions.contains(URL(filePath: text).pathExtension.lowercased())
  }
}

extension ModelZoo {
  /// The network of features that a user names: an ONNX file, `MODEL:trained`, a run, or a graph of the store.
  ///
  /// - Parameter layer: the value whose elements are the features; nil for the input of the last linear layer.
  /// - Throws: as `Catalogue.featureNetwork(_:layer:in:)`.
  package func featureNetwork(_ reference: String, layer: String?) throws -> FeatureNetwork {
    try catalogue.featureNetwork(reference, layer: layer, in: self)
  }
}
