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

  /// Reads `{layers: [{linear: 64}, tanh]}`; the list may be empty.
  ///
  /// - Parameters:
  ///   - value: the mapping to read.
  ///   - inputs: the number of elements of a sample.
  ///   - initialization: the initialisation of `linear` layers.
  /// - Throws: ``RecipeError`` at the wrong value.
  public init(_ value: RecipeValue, inputs: Int, _ initialization: Linear.Initialization = .uniform) throws(RecipeError)
  {
    self.value = value
    self.inputs = inputs
    list = try value.mapping(of: Key.self).required(.layers)
    items = try list.list(of: "a list of layers")
    layers = try items.map { (item) throws(RecipeError) in
      let layer = try item.layer()
      guard let linear = layer as? Linear else { return layer }
      return Linear(linear.outputs, bias: linear.hasBias, initialization: initialization)
    }
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
      let culprit = misfit.map { items[$0] } ?? list
      throw culprit.error(.badShape, "\(culprit.path) does not fit", cause: error)
    }
    return try RecipeNetwork(network, at: value)
  }
}
