import Foundation
import Testing
import Datasets
import ZooKit

/// The descriptions of settings, which `zoo show MODEL --settings` and `Docs/Settings.md` print.
@Suite struct SettingsTests {
  /// A codec writes the form that it reads. Settings that require another setting say so first.
  @Test(arguments: Recipe.builtIn.map(\.name)) func valuesAreReadBack(model: String) throws {
    let recipe = try Recipe.named(model)
    var count = 0
    for setting in recipe.settings.descriptions where setting.value != "none" {
      do {
        let changed = try recipe.setting("\(setting.path)=\(setting.value)")
        #expect(changed.settings.isEqual(to: recipe.settings), "\(setting.path)")
        count += 1
      } catch {
        #expect(error.message.contains(" first"), "\(error)")
      }
    }
    #expect(count > 5)
  }

  @Test func theReferenceIsComplete() throws {
    var text = """
      # Settings

      For users who write recipes or use `--set`: all settings of each algorithm with their defaults.
      `zoo show MODEL --settings` prints those of a model with its values. `none` stands for a setting that is left out.

      """
    func section(_ name: String, _ settings: [SettingDescription]) {
      text += "\n## \(name)\n\n"
      for setting in settings {
        #expect(setting.summary.hasSuffix("."), "\(name): \(setting.path)")
        text +=
          "- `\(setting.path)`, by default `\(setting.value)`\n  \(setting.summary)\n  Expected: \(setting.expected).\n"
      }
    }
    for (name, algorithm) in Catalogue.standard.algorithms.sorted(by: { $0.key < $1.key }) {
      section(name, algorithm.init().descriptions)
    }
    text += """

      # Optimisers

      The value of `optimizer` names one of these, such as `optimizer: {adamw: {weightDecay: 0.1}}`. An algorithm has a
      default, with hyperparameters of its own (above). `wgan-gp` also reads the learning rate `rate` there.

      """
    for (name, optimizer) in Catalogue.standard.optimizers.sorted(by: { $0.key < $1.key }) {
      section(name, optimizer.descriptions)
    }
    text += """

      # Data sets

      The keys of `dataset` in a recipe. `dataset: NAME` is short for `dataset: {name: NAME}`.

      """
    for (kind, settings) in DatasetSettings.descriptions.sorted(by: { $0.key < $1.key }) { section(kind, settings) }
    let file = URL(filePath: #filePath).appending(path: "../../../Docs/Settings.md").standardizedFileURL
    let written = try? String(contentsOf: file, encoding: .utf8)
    guard written != text else { return }
    let expected = FileManager.default.temporaryDirectory.appending(path: "Settings.md")
    try text.write(to: expected, atomically: true, encoding: .utf8)
    Issue.record("Docs/Settings.md is not that of these settings; it should be '\(expected.path)'")
  }
}
