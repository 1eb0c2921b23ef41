import Autograd
import GraphIR

/// Which deviations of a gradient's norm from the target are penalised.
public enum PenaltySide: String, Sendable, Codable, CaseIterable {
  /// Norms above the target and below it.
  case two
  /// Norms above the target only: max(0, ‖g‖ − target)². Source: arXiv:1709.08894 (WGAN-LP).
  case one
}

/// Over what a gradient's norm is taken.
public enum PenaltyReduction: String, Sendable, Codable, CaseIterable {
  /// One norm for each sample, over all of its elements: the penalty of the paper.
  case perSample = "per-sample"
  /// The absolute value of every single element, which is what `gradients.view(-1, 1).norm(2, dim=1)` computes.
  case elementwise
}

/// The mean of (‖∂network(x)/∂x‖₂ − target)² over the samples of `input`: equation 3 of arXiv:1704.00028.
///
/// The two reductions are different penalties. A sample of D elements whose gradient has norm 1 has elements of about 1/√D, so
/// the elementwise one asks for a norm of √D where the per-sample one asks for 1: it drives the network to a Lipschitz constant
/// √D times as large (28 for an image of 28 × 28).
///
/// The derivative of a norm at 0 is 0 by convention (``Tensor/norm(dim:keepDims:)``), so that the penalty of a network without
/// a gradient is finite, and so are its derivatives.
///
/// - Parameters:
///   - network: a function of [N, …]; where an output has several elements a sample, their sum is differentiated.
///   - input: the points, [N, …]. The penalty sends no gradient to where they come from.
///   - target: the norm that costs nothing; 1 in WGAN-GP, 0 for zero-centred penalties.
///   - sided: whether norms below the target cost something too.
///   - reduction: a norm for each sample, or for each element.
/// - Returns: a scalar that can be differentiated with respect to the network's parameters.
/// - Throws: what `network` throws, and ``AutogradError`` where its output does not depend on its input.
public func gradientPenalty(
  _ network: (Tensor) throws -> Tensor, at input: Tensor, target: Double = 1, sided: PenaltySide = .two,
  reduction: PenaltyReduction = .perSample
) throws -> Tensor {
  let x = input.detached(requiresGrad: true)
  let y = try network(x)
  let gradient = try grad(y, x, gradOutputs: .ones(like: y), createGraph: true)
  let norm = reduction == .perSample ? gradient.flattened(from: 1).norm(dim: 1) : gradient.abs()
  let excess = norm - target
  return (sided == .two ? excess : excess.relu()).squared().mean()
}

/// ``gradientPenalty(_:at:target:sided:reduction:)-swift.function`` of a network.
///
/// - Throws: as the penalty of a function.
public func gradientPenalty(
  _ network: Network, at input: Tensor, target: Double = 1, sided: PenaltySide = .two,
  reduction: PenaltyReduction = .perSample
) throws -> Tensor {
  try gradientPenalty({ try network($0) }, at: input, target: target, sided: sided, reduction: reduction)
}
