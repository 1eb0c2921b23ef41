import Algorithms
import Datasets
import Environments
import Models
import NN

/// The names that recipes can use: data sets, layers, algorithms, optimisers and environments, and the models that come with them.
///
/// A program with parts of its own adds them to ``standard`` and passes the catalogue to ``ModelZoo`` or to the command line:
///
/// ```swift
/// var catalogue = Catalogue.standard
/// catalogue.add(DatasetSource("moons") { _ in Moons() })
/// catalogue.add(layer: "maxout") { options in Maxout(try options.required("{maxout: 2}").integer()) }
/// catalogue.add(DQNSettings.self)
/// let zoo = try ModelZoo(at: "zoo.sqlite", catalogue: catalogue)
/// ```
public struct Catalogue: Sendable {
  /// The data sets by name.
  public private(set) var datasets: [String: DatasetSource] = [:]
  /// The layers by name.
  public private(set) var layers: [String: LayerReader] = [:]
  /// The algorithms by name, as types of their settings.
  public private(set) var algorithms: [String: any AlgorithmSettings.Type] = [:]
  /// The optimisers by name.
  public private(set) var optimizers: [String: any RecipeOptimizer.Type] = [:]
  /// The environments beside Gymnasium's.
  public var environments = EnvironmentRegistry()
  /// The texts of the models by the names of their files.
  public private(set) var models: [String: String] = [:]
  /// Trajectories of experts that models name, as CSV by the names of their files.
  public private(set) var trajectories: [String: String] = [:]

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

  /// Adds a data set, or replaces the one of its name.
  public mutating func add(_ source: DatasetSource) { datasets[source.name] = source }

  /// Adds a layer, or replaces the one of this name.
  ///
  /// - Parameters:
  ///   - name: the name that recipes use, such as `layer-norm`.
  ///   - read: makes the layer of its options in a recipe.
  public mutating func add(layer name: String, read: @escaping LayerReader) { layers[name] = read }

  /// Adds an algorithm, or replaces the one of its name.
  public mutating func add<Settings: AlgorithmSettings>(_ settings: Settings.Type) {
    algorithms[Settings.name] = settings
  }

  /// Adds an optimiser, or replaces the one of its name.
  public mutating func add<Chosen: RecipeOptimizer>(_ optimizer: Chosen.Type) { optimizers[Chosen.name] = optimizer }

  /// Adds a model that commands know by its name.
  ///
  /// - Parameters:
  ///   - text: the recipe as YAML.
  ///   - file: the name of its file, `NAME.yaml`, for messages.
  public mutating func add(model text: String, file: String) { models[file] = text }
}

/// Makes a layer of its options in a recipe.
///
/// - Throws: ``RecipeError`` at the option that is wrong.
public typealias LayerReader = @Sendable (LayerOptions) throws(RecipeError) -> any Layer
