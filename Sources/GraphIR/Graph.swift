/// A network or a training step: nodes in topological order, and the names of its inputs and outputs.
///
/// A graph is plain data. ``verify()`` checks that it is valid; nothing else here checks.
public struct Graph: Hashable, Sendable {
  // Value, Parameter, Constant and Update have an initialiser each: Swift's memberwise one is internal.

  /// A name with a type.
  public struct Value: Hashable, Sendable {
    /// The name, unique in its graph.
    public var name: String
    /// The type.
    public var type: TensorType

    /// A value.
    public init(name: String, type: TensorType) {
      self.name = name
      self.type = type
    }
  }

  /// A tensor that the graph reads and that persists between runs under a stable name.
  public struct Parameter: Hashable, Sendable {
    /// The name, for example `linear1.weight`.
    public var name: String
    /// The type; its shape is static.
    public var type: TensorType
    /// Whether an optimiser changes it. Running statistics are not trainable.
    public var isTrainable: Bool

    /// A parameter.
    public init(name: String, type: TensorType, isTrainable: Bool = true) {
      self.name = name
      self.type = type
      self.isTrainable = isTrainable
    }
  }

  /// A value that never changes.
  public struct Constant: Hashable, Sendable {
    /// The name, unique in its graph.
    public var name: String
    /// The value.
    public var value: TensorValue

    /// A constant.
    public init(name: String, value: TensorValue) {
      self.name = name
      self.value = value
    }
  }

  /// The next value of a parameter after a run, as running statistics have in training mode.
  public struct Update: Hashable, Sendable {
    /// The parameter's name.
    public var parameter: String
    /// The name of its next value.
    public var value: String

    /// An update.
    public init(parameter: String, value: String) {
      self.parameter = parameter
      self.value = value
    }
  }

  /// The graph's name.
  public var name: String
  /// The names of symbolic dimensions; an extent of `-1` is the first of them.
  public var symbols: [String] = []
  /// The values that every run provides.
  public var inputs: [Value] = []
  /// The tensors that persist between runs.
  public var parameters: [Parameter] = []
  /// The values that never change.
  public var constants: [Constant] = []
  /// The nodes in topological order.
  public var nodes: [Node] = []
  /// The results.
  public var outputs: [Value] = []
  /// The next values of parameters.
  public var updates: [Update] = []

  /// An empty graph.
  public init(name: String) { self.name = name }

  /// The number of elements of all trainable parameters.
  public var trainableCount: Int {
    parameters.filter(\.isTrainable).reduce(0) { $0 + $1.type.shape.elementCount }
  }

  /// Returns a type whose derived extents are symbols of the graph, named by their expressions, such as `2*batch`.
  mutating func naming(_ type: TensorType) -> TensorType {
    var type = type
    for (axis, extent) in type.shape.enumerated() where Extent.definition(of: extent) != nil {
      let name = Extent.text(extent, symbols)
      if !symbols.contains(name) { symbols.append(name) }
      type.shape.dimensions[axis] = -(symbols.firstIndex(of: name) ?? 0) - 1
    }
    return type
  }

  /// Returns the name of a symbolic extent, or the expression that it stands for.
  package func symbol(of extent: Int) -> String { Extent.text(extent, symbols) }

  /// Returns a shape with the graph's symbols by name, for example `[batch, 784]`.
  public func describe(_ shape: Shape) -> String {
    "[" + shape.map { Extent.text($0, symbols) }.joined(separator: ", ") + "]"
  }

  /// Returns a type with the graph's symbols by name, for example `float32[batch, 784]`.
  public func describe(_ type: TensorType) -> String { type.dtype.rawValue + describe(type.shape) }
}
