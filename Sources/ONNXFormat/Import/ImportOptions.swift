import GraphIR

/// Facts and choices that a file does not contain.
public struct ImportOptions: Sendable {
  /// The extents of symbolic dimensions by name. Others stay symbolic. The length of an input that is a sequence is one
  /// by the name of the input.
  public var dimensions: [String: Int] = [:]
  /// Patterns of names of initializers that become trainable parameters. `*` stands for any characters.
  public var trainable: [String] = []
  /// Patterns of names of initializers that become constants. They take precedence over ``trainable``.
  public var constant: [String] = []
  /// Inputs that become constants, with their values by name. What they determine, such as shapes, is then known.
  public var values: [String: TensorValue] = [:]
  /// Whether ``values`` has all inputs. An optional input without a value is then absent, and a sequence `name` has as
  /// many elements as there are values `name_0`, `name_1`, ….
  public var areInputsKnown = false
  /// The limits on the cost of a file.
  public var limits = Limits()

  /// Options: no dimension fixed, roles decided by use and name, the standard limits.
  public init(
    dimensions: [String: Int] = [:], trainable: [String] = [], constant: [String] = [],
    values: [String: TensorValue] = [:], areInputsKnown: Bool = false, limits: Limits = Limits()
  ) {
    self.dimensions = dimensions
    self.trainable = trainable
    self.constant = constant
    self.values = values
    self.areInputsKnown = areInputsKnown
    self.limits = limits
  }
}
