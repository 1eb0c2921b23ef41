import Foundation
import ONNXFormat

extension ModelZoo {
  /// The network of features that a user names.
  ///
  /// - Parameters:
  ///   - reference: an ONNX file, a run (`RUN`, `RUN@STEP`, …), or a graph of the store.
  ///   - layer: the value in the network whose elements are the features; nil for the input of its last linear layer.
  /// - Throws: `ONNXError` if the file can't be read; `StoreError` if there is no such run or graph; ``ModelZooError``
  ///   for the layer.
  package func featureNetwork(_ reference: String, layer: String?) throws -> FeatureNetwork {
    if Self.isModelFile(reference) {
      let model = try ONNXImporter().read(URL(filePath: reference))
      return try FeatureNetwork(reference, model.graph, model.parameters, layer: layer)
    }
    if case .graph(let name) = try find(reference) {
      let stored = try graph(name)
      return try FeatureNetwork(reference, stored.graph, stored.parameters, layer: layer)
    }
    let stored = try network(reference)
    return try FeatureNetwork(reference, stored.graph, stored.parameters, layer: layer)
  }

  /// Whether a text names an ONNX file by its ending.
  static func isModelFile(_ text: String) -> Bool {
    ONNXFile.fileExtensions.contains(URL(filePath: text).pathExtension.lowercased())
  }
}
