import NN

/// A layer in a recipe: its name and its options, if any, as in `tanh`, `{linear: 128}` or
/// `{linear: {outputs: 128, bias: false}}`.
public struct LayerOptions {
  /// The name of the layer.
  public let name: String
  /// The layer with its options.
  public let value: RecipeValue
  /// The options; nil if there are none.
  public let options: RecipeValue?

  /// Returns the options of a layer that requires them.
  ///
  /// - Parameter example: an example of the layer in a recipe, for the message.
  /// - Throws: ``RecipeError`` with code `missingKey` if there are none.
  public func required(_ example: String) throws(RecipeError) -> RecipeValue {
    guard let options else {
      throw value.error(.missingKey, "\(value.path) is \(name) without options, expected \(example)")
    }
    return options
  }

  /// Checks that the layer has no options.
  ///
  /// - Throws: ``RecipeError`` with code `wrongType` if it has options.
  public func none() throws(RecipeError) {
    if let options { throw options.wrongType("no options: write just \(name)") }
  }
}

extension RecipeValue {
  /// Reads the layer that this value names. Its name is one of the catalogue's.
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

  /// Reads a list of layers.
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
