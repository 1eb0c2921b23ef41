import ZooKit

/// A model of the catalogue as pages and JSON show it.
struct ModelSummary: Encodable {
  let name, summary, algorithm, data: String
  let steps: Int
  let isTrained: Bool

  /// The models of a catalogue, sorted by name.
  ///
  /// - Throws: `RecipeError` for a recipe that is wrong.
  static func all(_ catalogue: Catalogue) throws -> [ModelSummary] {
    let trained = Set(catalogue.trainedNames)
    let recipes = try catalogue.recipes().map {
      ModelSummary(
        name: $0.name, summary: $0.summary, algorithm: $0.algorithm,
        data: $0.dataset?.name ?? $0.environment?.id ?? "", steps: $0.steps, isTrained: trained.contains($0.name))
    }
    let cards = try catalogue.cards().map {
      ModelSummary(
        name: $0.name, summary: $0.summary, algorithm: $0.algorithm, data: $0.environment, steps: $0.steps,
        isTrained: trained.contains($0.name))
    }
    return (recipes + cards).sorted { $0.name < $1.name }
  }
}
