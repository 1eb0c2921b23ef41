import TrainingAlgorithms
import Foundation

extension GeneratorEvaluationSettings {
  /// The keys below `evaluation` of a GAN.
  static let table: SettingTable<Self> = [
    .init("every", \.every, .natural, "Steps between evaluations of the generator; 0 for none."),
    .init(
      "samples", \.samples, .evaluationSamples,
      "Generated samples of an evaluation, and the number of samples for training beside them."),
    .init(
      "metric", \.metric, .choice,
      "The distance: Fréchet (FID) or kernel distance (KID) of features, or sliced Wasserstein distance of samples."),
    .init(
      "features", \.features, .network,
      "The network of features: an ONNX file, MODEL:trained, a run, or a graph; none for swd."),
    .init("layer", \.layer, .text, "The value in it that is the features; none for the last linear layer's input."),
  ]
}

extension SettingCodec where Value == Int {
  /// A number of samples that distances can be computed of.
  fileprivate static var evaluationSamples: Self {
    Self("a whole number from 2 to 1000000") { (value) throws(RecipeError) in
      try value.integer(atLeast: 2, atMost: 1_000_000)
    }
  }
}

extension SettingCodec where Value == String {
  /// A run, a graph, a trained model, or an ONNX file. A file is found in the recipe's folder, and has an absolute path
  /// afterwards.
  static var network: Self {
    Self("an ONNX file, MODEL:trained, a run, or a graph of the store") { (value) throws(RecipeError) in
      let text = try value.text()
      guard Catalogue.isModelFile(text) else { return text }
      return URL(filePath: text, relativeTo: value.context.folder).standardizedFileURL.path
    }
  }
}
