import Autograd
import GraphIR
import NN

/// The largest of several linear functions for each output: Goodfellow et al., arXiv:1302.4389.
struct Maxout: Layer {
  static let kind = "maxout"
  let outputs: Int
  let pieces: Int

  /// [batch, inputs] to [batch, outputs].
  func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    let linear = try Linear(outputs * pieces)(x, in: scope)
    return linear.reshaped([-1, outputs, pieces]).amax([2])
  }
}
