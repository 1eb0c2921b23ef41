import Autograd
import GraphIR

/// Multi-head self-attention, arXiv:1706.03762, with PyTorch's parameters and default initialisation.
public struct MultiheadAttention: Layer {
  /// `attention`.
  public static let kind = "attention"
  /// The number of heads, which divide the features of a place among them.
  public let heads: Int
  /// Whether the projections have biases.
  public let hasBias: Bool

  /// Creates a layer with `heads` heads. The number of features is that of the previous layer.
  public init(heads: Int, bias: Bool = true) {
    self.heads = heads
    hasBias = bias
  }

  /// [batch, places, features] to the same shape.
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    guard x.shape.rank == 3 else {
      throw NNError(.shape, "\(scope.name): the input is \(x.shape), expected [batch, places, features]")
    }
    let (places, features) = (x.shape[1], x.shape[2])
    guard heads > 0, features.isMultiple(of: heads) else {
      throw NNError(
        .setting, "\(scope.name): \(features) features for \(heads) heads, expected a multiple of the heads")
    }
    // Xavier's bound for the three projections as one matrix, and the bound of a linear layer.
    let inner = Initializer.uniform(bound: (6 / Float(4 * features)).squareRoot())
    let outer = Initializer.uniform(bound: 1 / Float(features).squareRoot())
    func projected(_ x: Tensor, _ name: String, _ outputs: Int, _ initializer: Initializer) throws -> Tensor {
      let weight = try scope.parameter("\(name)_weight", [outputs, features], initializer)
      let product = x.matmul(weight.transposed())
      return hasBias ? product + (try scope.parameter("\(name)_bias", [outputs], .constant(0))) : product
    }
    let all = try projected(x, "in_proj", 3 * features, inner)
    // [batch, heads, places, features of a head]
    let parts = (0..<3).map { part in
      all.sliced(axis: 2, from: part * features, to: (part + 1) * features)
        .reshaped([0, places, heads, features / heads]).transposed(axes: [0, 2, 1, 3])
    }
    let attended = scaledDotProductAttention(parts[0], parts[1], parts[2])
    let joined = attended.transposed(axes: [0, 2, 1, 3]).reshaped([0, places, features])
    return try projected(joined, "out_proj", features, outer)
  }
}
