import RunStore
import ZooKit

/// The settings of a run, and those of the recipe that the program now has for its model.
struct RunSettings {
  /// The settings of the run by path.
  private(set) var own: [String: String] = [:]
  /// The settings of the recipe by path; empty if there is no recipe that can be read without Python.
  private(set) var standard: [String: String] = [:]

  /// No settings.
  init() {}

  /// - Throws: `ModelZooError` if the settings of the run can't be read by the program's catalogue.
  init(_ run: Run, _ zoo: ModelZoo) throws {
    let specification = try RunSpecification(json: run.settings, run: run.id, catalogue: zoo.catalogue)
    func values(_ descriptions: [SettingDescription]) -> [String: String] {
      Dictionary(descriptions.map { ($0.path, $0.value) }) { first, _ in first }
    }
    own = values(specification.settings.descriptions)
    let file = "\(run.model).yaml"
    guard let text = zoo.catalogue.models[file],
      try RecipeCard(yaml: text, source: file, catalogue: zoo.catalogue) == nil
    else { return }
    standard = values(try Recipe(yaml: text, source: file, catalogue: zoo.catalogue).settings.descriptions)
  }
}
