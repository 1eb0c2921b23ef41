import TrainingAlgorithms
import Datasets
import Environments
import Foundation
import Models
import NN

/// The names that recipes can use: data sets, layers, algorithms, optimisers, environments and models.
///
/// A program adds its own parts to ``standard`` and passes the catalogue to ``ModelZoo`` or to the command line:
///
/// ```swift
/// var catalogue = Catalogue.standard
/// catalogue.add(Moons.self)
/// catalogue.add(layer: "maxout") { options in Maxout(try options.required("{maxout: 2}").integer()) }
/// catalogue.add(DQNSettings.self)
/// let zoo = try ModelZoo(at: "zoo.sqlite", catalogue: catalogue)
/// ```
public struct Catalogue: Sendable {
  /// The data sets without settings, by name.
  public private(set) var datasets: [String: DatasetSource] = [:]
  /// The types of data sets with settings, by name.
  public private(set) var recipeDatasets: [String: any RecipeDataset.Type] = [:]
  /// The layers by name.
  public private(set) var layers: [String: LayerReader] = [:]
  /// The types of the algorithms' settings by name.
  public private(set) var algorithms: [String: any AlgorithmSettings.Type] = [:]
  /// The optimisers by name.
  public private(set) var optimizers: [String: any RecipeOptimizer.Type] = [:]
  /// The native environments.
  public var environments = EnvironmentRegistry()
  /// The texts of the models by file name.
  public private(set) var models: [String: String] = [:]
  /// The folder of the trained models; nil if there is none. By default `Models/trained` of the library, or the folder
  /// in the environment variable `ZOO_MODELS`.
  public var trainedFolder = TrainedFolder.standard
  /// The trajectories of experts that models name, as CSV by file name.
  public private(set) var trajectories: [String: String] = [:]

  /// Finds the graph of a name in a store, for recipes that name one as a network; nil if there is no store.
  var storedGraph: (@Sendable (String) throws -> StoredGraph?)?

  /// An empty catalogue.
  public init() {}

  /// The library's own data sets, layers, algorithms, optimisers, environments and models.
  public static let standard: Catalogue = {
    var catalogue = Catalogue()
    for source in DatasetSource.standard { catalogue.add(source) }
    for layer in LayerVocabulary.allCases {
      catalogue.add(layer: layer.rawValue) { (options) throws(RecipeError) in try layer.layer(options) }
    }
    catalogue.add(WGANGPSettings.self)
    catalogue.add(SupervisedSettings.self)
    catalogue.add(PPOSettings.self)
    catalogue.add(A2CSettings.self)
    catalogue.add(DDPGSettings.self)
    catalogue.add(TD3Settings.self)
    catalogue.add(SACSettings.self)
    catalogue.add(ImitationSettings.self)
    catalogue.add(Adam.self)
    catalogue.add(AdamW.self)
    catalogue.add(RMSprop.self)
    catalogue.add(SGD.self)
    catalogue.environments = .standard
    for (file, text) in BuiltInModels.all { catalogue.add(model: text, file: file) }
    catalogue.trajectories = BuiltInModels.trajectories
    return catalogue
  }()

  /// Adds a data set without settings, or replaces the one with its name.
  public mutating func add(_ source: DatasetSource) {
    datasets[source.name] = source
    recipeDatasets[source.name] = nil
  }

  /// Adds a data set with settings, or replaces the one with its name.
  public mutating func add<Chosen: RecipeDataset>(_ dataset: Chosen.Type) {
    recipeDatasets[Chosen.name] = dataset
    datasets[Chosen.name] = nil
  }

  /// Adds a layer, or replaces the one with this name.
  ///
  /// - Parameters:
  ///   - name: the name in recipes, such as `layer-norm`.
  ///   - read: creates the layer from its options in a recipe.
  public mutating func add(layer name: String, read: @escaping LayerReader) { layers[name] = read }

  /// Adds an algorithm, or replaces the one with its name.
  public mutating func add<Settings: AlgorithmSettings>(_ settings: Settings.Type) {
    algorithms[Settings.name] = settings
  }

  /// Adds an optimiser, or replaces the one with its name.
  public mutating func add<Chosen: RecipeOptimizer>(_ optimizer: Chosen.Type) { optimizers[Chosen.name] = optimizer }

  /// Adds a model, or replaces the one of this file name.
  ///
  /// - Parameters:
  ///   - text: the recipe as YAML.
  ///   - file: the name of its file, `NAME.yaml`.
  public mutating func add(model text: String, file: String) { models[file] = text }
}

/// Creates a layer from its options in a recipe.
///
/// - Throws: ``RecipeError`` at the wrong option.
public typealias LayerReader = @Sendable (LayerOptions) throws(RecipeError) -> any Layer
