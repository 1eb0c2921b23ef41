import GraphIR

/// A tensor that records its computation and can be differentiated.
///
/// The semantics are those of PyTorch's tensors. The caller creates a *leaf*, which may require a gradient. The result
/// of an operator requires a gradient if an operand does, and holds its node of the tape. A tensor belongs to one
/// thread. Its ``value`` is immutable and can be sent anywhere.
public final class Tensor {
  /// The content: a value, a name in a graph that is being traced, or a place on a tape whose value is freed.
  enum Payload {
    case value(TensorValue)
    case symbol(String, Trace)
    case freed
  }

  /// Element type and shape.
  public let type: TensorType
  private(set) var payload: Payload
  /// The number of changes by ``replace(with:)``.
  public private(set) var version = 0
  /// Whether gradients flow to this tensor.
  public let requiresGrad: Bool
  /// The node that computed the tensor; nil for a leaf.
  private(set) var node: TapeNode?
  /// The index of the tensor among the outputs of `node`.
  let outputIndex: Int
  /// The gradient that ``backward(gradient:retainGraph:createGraph:)`` accumulated.
  public var grad: Tensor?
  /// The hooks of a leaf; a node has the hooks of its outputs.
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
  /// - Parameters:
  ///   - value: the tensor's elements and type.
  ///   - requiresGrad: whether the tensor requires gradients; requires a floating-point type.
  public convenience init(_ value: TensorValue, requiresGrad: Bool = false) {
    precondition(!requiresGrad || value.dtype.isFloatingPoint, "\(value.dtype.rawValue) can't require a gradient")
    self.init(.value(value), type: value.type, requiresGrad: requiresGrad)
  }

  /// Removes and returns the node, for ``TapeNode/release(_:)``.
  func takeNode() -> TapeNode? {
    defer { node = nil }
    return node
  }

  /// The same place on the tape, without a value.
  func withoutValue() -> Tensor {
    Tensor(.freed, type: type, requiresGrad: requiresGrad, node: node, outputIndex: outputIndex)
  }

  /// The element type.
  public var dtype: DataType { type.dtype }
  /// The shape.
  public var shape: Shape { type.shape }
  /// Whether the tensor was not computed by an operator.
  public var isLeaf: Bool { node == nil }

  /// The value. Requires that the tensor is not a symbolic one of a trace.
  public var value: TensorValue {
    guard let value = knownValue else { preconditionFailure("a tensor of a trace has no value: \(self)") }
    return value
  }

  /// The value; nil for a symbol or a freed tensor.
  var knownValue: TensorValue? {
    guard case .value(let value) = payload else { return nil }
    return value
  }

  /// The only element. Requires one element.
  public var item: Double {
    precondition(value.count == 1, "item: expected one element, found \(type)")
    return value.doubles[0]
  }

  /// The same value outside of any graph.
  ///
  /// - Parameter requiresGrad: whether the new leaf requires a gradient.
  public func detached(requiresGrad: Bool = false) -> Tensor {
    precondition(!requiresGrad || dtype.isFloatingPoint, "\(dtype.rawValue) can't require a gradient")
    return Tensor(payload, type: type, requiresGrad: requiresGrad)
  }

  /// Changes a leaf in place, as an optimiser does. Differentiating a graph that needs the old value is then an error.
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
  /// The type, the value if it is small, and the operator.
  public var description: String {
    let content = knownValue.map(\.description) ?? "\(type) (symbolic)"
    guard requiresGrad else { return content }
    return content + (node.map { ", computed by \($0.name)" } ?? ", requires grad")
  }
}
