import Autograd
import GraphIR
import NN

/// The networks of agents: the layers of a recipe with the heads that an algorithm needs.
///
/// The outputs of heads are named `logits`, `mean`, `logDeviation`, `latent`, `action` or `value`.
public enum AgentNetworks {
  /// A network that ends in one linear head.
  ///
  /// - Parameters:
  ///   - name: the network's role.
  ///   - inputs: the width of a sample.
  ///   - layers: the layers before the head; may be empty.
  ///   - head: the name of the head's output.
  ///   - width: the head's width.
  ///   - initialization: the head's initialisation.
  ///   - activation: the activation after the head; by default none.
  ///   - dtype: the element type: float32, the default, or float64 for checks.
  /// - Throws: `NNError` if the layers do not fit.
  public static func network(
    _ name: String, inputs: Int, layers: [any Layer], head: String, width: Int,
    initialization: Linear.Initialization = .uniform, activation: (Tensor) -> Tensor = { $0 },
    dtype: DataType = .float32
  ) throws -> Sequential {
    try Sequential(name, input: [inputs], dtype: dtype) { x, scope in
      let latent = try scope.apply(layers, to: x, of: "network '\(name)'")
      let output = try Linear(width, initialization: initialization)(latent, in: scope.child(head))
      return [(head, activation(output))]
    }
  }

  /// A policy with one standard deviation for each element of an action, independent of the observation: `mean` [N, A]
  /// and `logDeviation` [A].
  ///
  /// - Parameters:
  ///   - inputs: the width of a sample.
  ///   - layers: the layers before the head; may be empty.
  ///   - actions: A, the number of elements of an action.
  ///   - logDeviation: the logarithm of the initial standard deviation.
  ///   - initialization: the initialisation of the head `mean`.
  /// - Throws: as ``network(_:inputs:layers:head:width:initialization:activation:dtype:)``.
  public static func gaussianPolicy(
    inputs: Int, layers: [any Layer], actions: Int, logDeviation: Double, initialization: Linear.Initialization
  ) throws -> Sequential {
    try Sequential("actor", input: [inputs]) { x, scope in
      let latent = try scope.apply(layers, to: x, of: "network 'actor'")
      let mean = try Linear(actions, initialization: initialization)(latent, in: scope.child("mean"))
      let deviation = try scope.child("exploration")
        .parameter("logDeviation", [actions], .constant(Float(logDeviation)))
      return [("mean", mean), ("logDeviation", deviation)]
    }
  }

  /// A policy that explores by a matrix product of its last hidden layer and a random matrix (arXiv:2005.05719):
  /// `mean` [N, A], `latent` [N, L] and `logDeviation` [L, A].
  ///
  /// - Parameters:
  ///   - inputs: the width of a sample.
  ///   - layers: the layers before the head; may be empty.
  ///   - actions: A, the number of elements of an action.
  ///   - logDeviation: the logarithm of the initial standard deviation.
  ///   - initialization: the initialisation of the head `mean`.
  ///   - meanBound: the greatest magnitude of a mean, as Stable-Baselines3's `clip_mean`; nil for no bound.
  ///   - dtype: the element type; float32 by default.
  /// - Throws: as ``network(_:inputs:layers:head:width:initialization:activation:dtype:)``.
  public static func stateDependentPolicy(
    inputs: Int, layers: [any Layer], actions: Int, logDeviation: Double, initialization: Linear.Initialization,
    meanBound: Double? = nil, dtype: DataType = .float32
  ) throws -> Sequential {
    try Sequential("actor", input: [inputs], dtype: dtype) { x, scope in
      let latent = try scope.apply(layers, to: x, of: "network 'actor'")
      let mean = try Linear(actions, initialization: initialization)(latent, in: scope.child("mean"))
      let deviation = try scope.child("exploration")
        .parameter("logDeviation", [latent.shape[1], actions], .constant(Float(logDeviation)))
      let bounded = meanBound.map { mean.clamp(min: -$0, max: $0) } ?? mean
      return [("mean", bounded), ("latent", latent), ("logDeviation", deviation)]
    }
  }

  /// A policy whose standard deviation depends on the observation: `mean` and `logDeviation`, both [N, A].
  ///
  /// - Throws: as ``network(_:inputs:layers:head:width:initialization:activation:dtype:)``.
  public static func squashedPolicy(
    inputs: Int, layers: [any Layer], actions: Int, dtype: DataType = .float32
  ) throws -> Sequential {
    try Sequential("actor", input: [inputs], dtype: dtype) { x, scope in
      let latent = try scope.apply(layers, to: x, of: "network 'actor'")
      let mean = try Linear(actions)(latent, in: scope.child("mean"))
      let deviation = try Linear(actions)(latent, in: scope.child("logDeviation"))
      return [("mean", mean), ("logDeviation", SquashedGaussian.clamped(deviation))]
    }
  }
}
