import Foundation

extension Catalogue {
  /// The trained model of a reference `MODEL:trained`; nil for any other text.
  ///
  /// - Throws: ``ModelZooError`` with code `trainedModel` and the known names if there is no such model; with the file
  ///   if its card is damaged.
  public func trainedModel(_ reference: String) throws -> TrainedModel? {
    guard reference.hasSuffix(TrainedModel.ending) else { return nil }
    let model = String(reference.dropLast(TrainedModel.ending.count))
    let names = trainedNames
    guard let folder = trainedFolder, !names.isEmpty else {
      let place = trainedFolder.map { "'\($0.path)' has none" } ?? "there is no folder Models/trained above the program"
      throw ModelZooError(
        .trainedModel,
        "'\(reference)': trained models are not installed: \(place); name their folder in \(TrainedFolder.variable)")
    }
    guard names.contains(model) else {
      throw ModelZooError(
        .trainedModel, "there is no trained model '\(model)'; \(Suggestion.hint(for: model, among: names))")
    }
    return try TrainedModel(model, in: folder, self)
  }

  /// The names of the models that are trained, sorted; empty if their folder is missing.
  public var trainedNames: [String] {
    let files = trainedFolder.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0.path) }
    return (files ?? []).filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.map {
      String($0.dropLast(".json".count))
    }
    .sorted()
  }

  /// The trained model that a reference to nothing probably means; nil if there is none.
  public func likelyTrained(_ reference: String) -> String? {
    let known = trainedNames.map { $0 + TrainedModel.ending }
    if let own = known.first(where: { $0 == reference + TrainedModel.ending }) { return own }
    return reference.contains(":") ? Suggestion.nearest(to: reference, among: known).first : nil
  }
}
