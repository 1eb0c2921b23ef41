import Datasets
import Foundation

/// A data set with settings of its own, which recipes name. Add the type to a ``Catalogue``.
///
/// ```swift
/// struct Moons: RecipeDataset {
///   static let name = "moons"
///   static let table: SettingTable<Self> = [.init("count", \.count, .count, "The number of points.")]
///   var count = 1000
///   func load(folder: URL?) throws -> any Dataset { … }
/// }
/// ```
///
/// A recipe then has `dataset: moons`, or `dataset: {name: moons, count: 500}`. A run keeps the settings as JSON: a
/// property that is renamed later makes older runs unreadable.
public protocol RecipeDataset: Sendable, Codable {
  /// The name in recipes.
  static var name: String { get }

  /// The keys beside `name`, one row each.
  static var table: SettingTable<Self> { get }

  /// The default settings.
  init()

  /// Reads or computes the samples that models are trained with.
  ///
  /// - Parameter folder: the folder of `--data`; nil if there is none.
  /// - Throws: an error that names the file or setting, what was expected, what was found and what to do.
  func load(folder: URL?) throws -> any Dataset
}

extension RecipeDataset {
  /// The settings with their defaults.
  public static var descriptions: [SettingDescription] { table.describe(Self()) }

  /// The settings of a run.
  ///
  /// - Throws: `DatasetError` with code `.unknownDataset` for JSON of other settings.
  init(json: String) throws(DatasetError) {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(json.utf8))
    } catch {
      throw DatasetError(
        code: .unknownDataset,
        message: "the data set '\(Self.name)' of this program has other settings than the run, which has \(json); "
          + "use the program that started the run", cause: error)
    }
  }

  /// The settings as JSON, equal for equal settings.
  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    do { return String(decoding: try encoder.encode(self), as: UTF8.self) } catch {
      preconditionFailure("the settings of data set '\(Self.name)' can't be encoded: \(error)")
    }
  }
}
