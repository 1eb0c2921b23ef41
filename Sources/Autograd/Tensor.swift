import GraphIR

/// A tensor that remembers how it was computed, so that it can be differentiated.
///
/// Semantics are those of PyTorch's tensors: a *leaf* is made by the caller and may require a gradient; what an operator makes
/// of tensors that require one requires one too, and holds the node of the tape that made it. A tensor belongs to one thread;
/// its ``value`` is immutable and goes anywhere.
public final class Tensor {
  /// What a tensor stands for: numbers, a name in a graph that is being traced, or a place on a tape whose values are freed.
  enum Payload {
    case value(TensorValue)
    case symbol(String, Trace)
    case freed
  }

  /// Element type and shape.
  public let type: TensorType
  private(set) var payload: Payload
  /// How often ``replace(with:)`` changed the tensor.
  public private(set) var version = 0
  /// Whether gradients flow to this tensor.
  public let requiresGrad: Bool
  /// What made the tensor; nil for a leaf.
  private(set) var node: TapeNode?
  /// Which output of `node` it is.
  let outputIndex: Int
  /// The gradient that ``backward(gradient:retainGraph:createGraph:)`` accumulated.
  public var grad: Tensor?
  /// What is called with the gradient of a leaf; a node has those of what it made.
  var leafHooks: GradientHooks?

  init(_ payload: Payload, type: TensorType, requiresGrad: Bool, node: TapeNode? = nil, outputIndex: Int = 0) {
    self.payload = payload
    self.type = type
    self.requiresGrad = requiresGrad
    self.node = node
    self.outputIndex = outputIndex
  }

  /// A leaf with this value.
  ///
  /// - Parameter requiresGrad: whether gradients are wanted; requires a floating-point type.
  public convenience init(_ value: TensorValue, requiresGrad: Bool = false) {
    precondition(!requiresGrad || value.dtype.isFloatingPoint, "\(value.dtype.rawValue) can't require a gradient")
    self.init(.value(value), type: value.type, requiresGrad: requiresGrad)
  }

  /// Gives up the node, for ``TapeNode/release(_:)``.
  func takeNode() -> TapeNode? {
    defer { node = nil }
    return node
  }

  /// The same place on the tape, holding on to no number.
  func withoutValue() -> Tensor {
    Tensor(.freed, type: type, requiresGrad: requiresGrad, node: node, outputIndex: outputIndex)
  }

  /// The element type.
  public var dtype: DataType { type.dtype }
  /// The shape.
  public var shape: Shape { type.shape }
  /// Whether no operator made the tensor.
  public var isLeaf: Bool { node == nil }

  /// The numbers. Requires that the tensor is not a symbolic one of a trace.
  public var value: TensorValue {
    guard let value = knownValue else { preconditionFailure("a tensor of a trace has no value: \(self)") }
    return value
  }

  /// The numbers; nil while tracing.
  var knownValue: TensorValue? {
    guard case .value(let value) = payload else { return nil }
    return value
  }

  /// The only element. Requires one element.
  public var item: Double {
    precondition(value.count == 1, "item needs one element, not \(type)")
    return value.doubles[0]
  }

  /// The same value outside of any graph.
  ///
  /// - Parameter requiresGrad: whether the new leaf requires a gradient.
  public func detached(requiresGrad: Bool = false) -> Tensor {
    precondition(!requiresGrad || dtype.isFloatingPoint, "\(dtype.rawValue) can't require a gradient")
    return Tensor(payload, type: type, requiresGrad: requiresGrad)
  }

  /// Changes a leaf in place, as an optimiser does. A graph that still needs the old value reports it when it is differentiated.
  ///
  /// Requires a leaf and a value of the same type.
  public func replace(with value: TensorValue) {
    precondition(isLeaf, "only a leaf can be changed in place; call detached() first")
    precondition(value.type == type, "a \(type) can't be replaced with a \(value.type)")
    payload = .value(value)
    version += 1
  }
}

extension Tensor: CustomStringConvertible {
  /// The type, the value where it is small, and what made it.
  public var description: String {
    let content = knownValue.map(\.description) ?? "\(type) (symbolic)"
    guard requiresGrad else { return content }
    return content + (node.map { ", made by \($0.name)" } ?? ", requires grad")
  }
}
