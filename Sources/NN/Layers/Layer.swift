import Autograd
import GraphIR

/// A part of a network: a function of its input with its own parameters.
public protocol Layer: Sendable {
  /// The prefix of its parameters' names: the second `Linear` of a network has `linear2.weight`.
  static var kind: String { get }

  /// The layer's output.
  ///
  /// - Parameters:
  ///   - x: the input, [batch, …].
  ///   - scope: provides the layer's parameters.
  /// - Throws: ``NNError`` if the layer does not support an input of this shape.
  func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor
}

/// The scope in which a layer declares its parameters while its network is traced.
public struct LayerScope {
  let name: String
  let trace: Trace
  let dtype: DataType
  let declare: (String, Initializer) -> Void
  /// The number of samples per training batch; nil if it is not known.
  var batch: Int?
  /// The transformations of parameters, by the parameter's name.
  var transforms: [String: (Tensor) throws -> Tensor] = [:]

  /// A trainable parameter `name.weight`, where `name` is the layer's.
  ///
  /// - Throws: `GraphError` where the name is taken.
  public func parameter(_ name: String, _ shape: Shape, _ initializer: Initializer) throws -> Tensor {
    let parameter = try declared(name, shape, initializer, isTrainable: true)
    return try transforms[name]?(parameter) ?? parameter
  }

  /// A parameter that no optimiser changes, such as a running statistic.
  ///
  /// - Throws: `GraphError` where the name is taken.
  public func buffer(_ name: String, _ shape: Shape, _ initializer: Initializer) throws -> Tensor {
    try declared(name, shape, initializer, isTrainable: false)
  }

  /// Sets the next value of the buffer `name`.
  public func update(_ name: String, to tensor: Tensor) { trace.update("\(self.name).\(name)", to: tensor) }

  /// Returns a scope for an inner layer, in which `transform` of the parameter `name` replaces it: a reparametrisation.
  ///
  /// The network's parameter stays the argument of `transform`.
  public func transforming(_ name: String, _ transform: @escaping (Tensor) throws -> Tensor) -> LayerScope {
    var scope = self
    let outer = transforms[name]
    scope.transforms[name] = { try transform(outer?($0) ?? $0) }
    return scope
  }

  /// Applies `layers` one after the other.
  ///
  /// Each has its own scope below this one: the second `Linear` of `residual1` is `residual1.linear2`.
  ///
  /// - Parameters:
  ///   - layers: the layers, in order.
  ///   - x: the input of the first layer.
  ///   - owner: the owner of the layers in error messages.
  /// - Throws: ``NNError`` that names the owner and the layer that does not fit.
  public func apply(_ layers: [any Layer], to x: Tensor, of owner: String) throws -> Tensor {
    try steps(of: layers, from: x, of: owner).last ?? x
  }

  /// The input of each of `layers` and the output of the last one; see ``apply(_:to:of:)``.
  func steps(of layers: [any Layer], from x: Tensor, of owner: String) throws -> [Tensor] {
    var counts: [String: Int] = [:]
    var steps = [x]
    for (index, layer) in layers.enumerated() {
      let kind = type(of: layer).kind
      counts[kind, default: 0] += 1
      do {
        steps.append(try layer(steps[index], in: child("\(kind)\(counts[kind] ?? 1)")))
      } catch {
        let code = (error as? NNError)?.code ?? .shape
        throw NNError(code, "\(owner), layer \(index + 1) of \(layers.count)", cause: error)
      }
    }
    return steps
  }

  /// Returns a scope whose names start with this one's.
  public func child(_ name: String) -> LayerScope {
    LayerScope(
      name: self.name.isEmpty ? name : "\(self.name).\(name)", trace: trace, dtype: dtype, declare: declare,
      batch: batch)
  }

  private func declared(
    _ name: String, _ shape: Shape, _ initializer: Initializer, isTrainable: Bool
  ) throws -> Tensor {
    let full = "\(self.name).\(name)"
    declare(full, initializer)
    return try trace.parameter(full, TensorType(dtype, shape), isTrainable: isTrainable)
  }
}
