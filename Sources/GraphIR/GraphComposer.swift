/// Builds a part of a graph from calls of operators.
open class GraphComposer {
  /// The builder of the graph.
  public final var builder: GraphBuilder

  /// A composer that continues the graph of `builder`.
  public init(_ builder: GraphBuilder) { self.builder = builder }

  /// Returns the type of a value.
  public final func type(_ value: CompositionValue) throws -> TensorType { try builder.type(of: value.name) }

  /// Returns the shape of a value.
  public final func shape(_ value: CompositionValue) throws -> Shape { try type(value).shape }

  /// Returns a value that is known before the graph runs; nil for any other.
  public final func constant(_ value: CompositionValue) -> TensorValue? { builder.value(of: value.name) }

  /// Adds a constant.
  public final func constant(_ value: TensorValue) -> CompositionValue {
    CompositionValue(name: builder.constant(value))
  }

  /// Adds a scalar constant of the element type of `like`.
  ///
  /// - Throws: `GraphError` if the type is int64 and the number has no int64.
  public final func constant(_ number: Double, like: CompositionValue) throws -> CompositionValue {
    let dtype = try type(like).dtype
    guard dtype != .int64 || Int64(exactly: number) != nil else {
      throw GraphError(.dataType, "'\(like.name)' is int64, and \(number) is not; expected a tensor of floats")
    }
    return constant(TensorValue(repeating: number, type: TensorType(dtype, [])))
  }

  /// Adds a constant vector of integers: a shape, axes or bounds.
  public final func integers(_ numbers: [Int]) -> CompositionValue { constant(TensorValue(integers: numbers)) }

  /// Adds a node and returns its outputs.
  public final func call(
    _ op: Op, _ inputs: [CompositionValue?], _ attributes: Attributes = [:], outputCount: Int
  ) throws -> [CompositionValue] {
    try builder.add(op, inputs.map { $0?.name ?? "" }, attributes, outputCount: outputCount)
      .map(CompositionValue.init(name:))
  }

  /// Adds a node with one output and returns the output.
  public final func call(
    _ op: Op, _ inputs: CompositionValue?..., attributes: Attributes = [:]
  ) throws -> CompositionValue {
    try call(op, inputs, attributes, outputCount: 1)[0]
  }
}

/// A value in a composition.
public struct CompositionValue: Hashable, Sendable {
  /// Its name in the graph.
  public let name: String

  package init(name: String) { self.name = name }
}
