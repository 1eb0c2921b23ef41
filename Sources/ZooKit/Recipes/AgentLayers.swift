import NN

/// The names of an agent's networks in recipes.
enum AgentRole: String, CaseIterable { case actor, critic }

/// The hidden layers of an agent's network in a recipe. Its algorithm adds the heads: see `AgentNetworks`.
public struct AgentLayers {
  private enum Key: String, CaseIterable { case layers }

  private let value: RecipeValue
  private let list: RecipeValue
  private let items: [RecipeValue]
  private let inputs: Int
  private let layers: [any Layer]
  /// The number of layers that precede those of the recipe.
  private let added: Int

  /// Reads `{layers: [{linear: 64}, tanh]}`; the list may be empty.
  ///
  /// - Parameters:
  ///   - value: the mapping to read.
  ///   - inputs: the number of elements of a sample.
  ///   - picture: the form of samples that are pictures; nil, the default, for others. The layers see [channels,
  ///     height, width].
  ///   - initialization: the initialisation of `linear` layers.
  /// - Throws: ``RecipeError`` at the wrong value.
  public init(
    _ value: RecipeValue, inputs: Int, picture: PictureInput? = nil, _ initialization: Linear.Initialization = .uniform
  ) throws(RecipeError) {
    self.value = value
    self.inputs = inputs
    list = try value.mapping(of: Key.self).required(.layers)
    items = try list.list(of: "a list of layers")
    let first: [any Layer] = picture.map { [$0] } ?? []
    added = first.count
    let hidden = try items.map { (item) throws(RecipeError) -> any Layer in
      let layer = try item.layer()
      guard let linear = layer as? Linear else { return layer }
      return Linear(linear.outputs, bias: linear.hasBias, initialization: initialization)
    }
    layers = first + hidden
  }

  /// The network that `build` creates from the layers.
  ///
  /// - Throws: ``RecipeError`` with code `.badShape` at the layer that does not fit.
  public func network(_ build: ([any Layer]) throws -> Sequential) throws(RecipeError) -> RecipeNetwork {
    let network: Sequential
    do {
      network = try build(layers)
    } catch {
      // Layers that fit each other may not fit the heads.
      let misfit = RecipeNetwork.firstMisfit(of: layers, input: [inputs])
      let culprit = misfit.map { items[$0 - added] } ?? list
      throw culprit.error(.badShape, "\(culprit.path) does not fit", cause: error)
    }
    return try RecipeNetwork(network, at: value)
  }
}
