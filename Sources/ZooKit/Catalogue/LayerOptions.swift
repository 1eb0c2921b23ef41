import NN

/// A layer in a recipe: its name, and its options if it has some, as in `tanh`, `{linear: 128}` or
/// `{linear: {outputs: 128, bias: false}}`.
public struct LayerOptions {
  /// The name of the layer.
  public let name: String
  /// The layer with its options.
  public let value: RecipeValue
  /// The options; nil if the layer stands alone.
  public let options: RecipeValue?

  /// The options of a layer that needs some.
  ///
  /// - Parameter example: the layer as it could stand in a recipe, for the message.
  /// - Throws: ``RecipeError`` with code `missingKey` if there are none.
  public func required(_ example: String) throws(RecipeError) -> RecipeValue {
    guard let options else {
      throw value.error(.missingKey, "\(value.path) is \(name) without its options, expected \(example)")
    }
    return options
  }

  /// Makes sure that a layer that takes no options has none.
  ///
  /// - Throws: ``RecipeError`` with code `wrongType` if there are some.
  public func none() throws(RecipeError) {
    if let options { throw options.wrongType("no options: write just \(name)") }
  }
}

extension RecipeValue {
  /// The layer that this value describes, by the catalogue's names.
  ///
  /// - Throws: ``RecipeError`` if there is no such layer or an option is wrong.
  public func layer() throws(RecipeError) -> any Layer {
    guard isMapping else { return try layer(named: self, options: nil) }
    let entries = try entries()
    guard entries.count == 1 else {
      throw wrongType("one layer; options stand inside, as in {linear: {outputs: 128, bias: false}}")
    }
    return try layer(named: entries[0].key, options: entries[0].value)
  }

  /// The layers of a list.
  ///
  /// - Throws: as ``layer()``.
  public func layers() throws(RecipeError) -> [any Layer] {
    try list(of: "a list of layers").map { (item) throws(RecipeError) in try item.layer() }
  }

  private func layer(named name: RecipeValue, options: RecipeValue?) throws(RecipeError) -> any Layer {
    let layers = context.catalogue.layers
    let word = try name.choice(among: layers.keys.sorted())
    guard let read = layers[word] else { preconditionFailure("no layer '\(word)'") }
    return try read(LayerOptions(name: word, value: self, options: options))
  }
}
