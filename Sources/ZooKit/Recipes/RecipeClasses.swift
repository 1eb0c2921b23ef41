import NN

/// The classes of a conditional GAN, for one of its networks.
struct RecipeClasses {
  /// The number of classes.
  let count: Int
  /// Whether the network is the generator.
  let isGenerator: Bool
  /// Whether the network also classifies samples.
  let classifies: Bool

  private enum Key: String, CaseIterable { case embed }

  /// Reads a network of layers: a generator with `labels: {embed: 50}`, a critic with `labels: concat` or
  /// `labels: projection`, or one without labels.
  ///
  /// - Throws: ``RecipeError`` at the wrong value.
  func network(
    _ role: String, input: RecipeValue, labels: RecipeValue?, layers: RecipeValue, batch: Int
  ) throws(RecipeError) -> Sequential {
    let (shape, built) = (try input.shape(), try layers.layers())
    guard !built.isEmpty else { throw layers.error(.badValue, "\(layers.path) is empty, expected at least one layer") }
    guard isGenerator else {
      let place = try labels.map { (value) throws(RecipeError) in
        try value.choice(of: ConditionalNetwork.Labels.self)
      }
      return try layers.fitting {
        try ConditionalNetwork.critic(
          role, input: shape, classes: count, labels: place, classifies: classifies, layers: built, batch: batch)
      }
    }
    guard let labels else {
      return try layers.fitting { try Sequential(role, input: shape, layers: built, batch: batch) }
    }
    let width = try labels.mapping(of: Key.self).required(.embed).integer(atMost: 1 << 20)
    guard shape.count == 1 else {
      throw input.error(.badShape, "\(input.path) is \(shape), expected one extent, to which labels are concatenated")
    }
    return try layers.fitting {
      try ConditionalNetwork.generator(
        role, noise: shape[0], classes: count, embedding: width, layers: built, batch: batch)
    }
  }
}

extension RecipeValue {
  /// Builds a network of the layers of this list.
  ///
  /// - Throws: ``RecipeError`` at the list if they do not fit.
  fileprivate func fitting(_ build: () throws -> Sequential) throws(RecipeError) -> Sequential {
    do { return try build() } catch { throw self.error(.badShape, "\(path) do not fit", cause: error) }
  }
}
