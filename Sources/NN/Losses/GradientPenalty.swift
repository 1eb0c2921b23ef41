import Autograd
import GraphIR

/// A penalty on the gradient of a function with respect to its inputs.
///
/// It is the mean over the samples of (‖∂f(x)/∂x‖ₚ − target)². The defaults are those of WGAN-GP, equation 3 of
/// arXiv:1704.00028. The other penalties are one line each:
///
/// ```swift
/// GradientPenalty()(critic, real: real, fake: fake, alpha: alpha)     // WGAN-GP, arXiv:1704.00028
/// GradientPenalty(sided: .one)(critic, at: between)                   // WGAN-LP, arXiv:1709.08894
/// GradientPenalty(target: 0)(critic, at: between)                     // zero-centred, arXiv:1902.03984
/// GradientPenalty(target: 0)(critic, at: real) * (gamma / 2)          // R1, arXiv:1801.04406
/// GradientPenalty(target: 0)(critic, at: fake) * (gamma / 2)          // R2, arXiv:1801.04406
/// GradientPenalty()(critic, at: real + 0.5 * deviation * noise)       // DRAGAN, arXiv:1705.07215
/// GradientPenalty(target: 0, output: .jacobian)(actor, at: states)    // ‖∂π/∂s‖², the policy's Jacobian
/// GradientPenalty(target: 0, output: .scalar)(logProbability, at: states)
/// GradientPenalty(inputs: .each)({ critic($0[0], $0[1]) }, at: [states, actions])
/// ```
///
/// The derivative of a norm at 0 is 0 by convention, as for `Tensor.norm(axis:keepDims:)`. The penalty of a function
/// without a gradient, and the derivatives of the penalty, are thus finite.
public struct GradientPenalty: Sendable, Hashable {
  /// The points at which a critic's gradient is taken, given real samples and fakes.
  public enum Points: String, Sendable, Codable, CaseIterable {
    /// Points on straight lines between real samples and fakes, at αx + (1 − α)x̃.
    case interpolates
    /// At the real samples.
    case real
    /// At the fakes.
    case fake
  }

  /// The side of the target on which a norm is penalised.
  public enum Side: String, Sendable, Codable, CaseIterable {
    /// Norms above the target and below it.
    case two
    /// Norms above the target only: max(0, ‖g‖ − target)². Source: arXiv:1709.08894 (WGAN-LP).
    case one
  }

  /// The elements over which a norm is taken.
  ///
  /// The two are different penalties. A gradient of norm 1 of a sample of D elements has elements of about 1/√D. The
  /// elementwise penalty therefore demands a norm of √D instead of 1. It drives the network to a Lipschitz constant √D
  /// times as large (28 for an image of 28 × 28).
  public enum Reduction: String, Sendable, Codable, CaseIterable {
    /// One norm for each sample, over all of its elements: the penalty of the paper.
    case perSample = "per-sample"
    /// The absolute value of every single element, which is what `gradients.view(-1, 1).norm(2, dim=1)` computes.
    case elementwise
  }

  /// The norms of a function of several inputs.
  public enum Inputs: String, Sendable, Codable, CaseIterable {
    /// One norm for all inputs: the norm of the concatenated gradients.
    case joint
    /// One norm per input; the penalties are added.
    case each
  }

  /// The differentiated quantity of a function with several outputs per sample.
  public enum Output: String, Sendable, Codable, CaseIterable {
    /// Their sum.
    case sum
    /// Every output: the norm is that of the Jacobian, for p = 2 its Frobenius norm. One backward pass per output.
    case jacobian
    /// The only output, such as a log-probability. More than one is an error.
    case scalar
  }

  /// The points at which the gradient is taken, given real samples and fakes.
  public var at: Points
  /// The norm without a penalty: 1 in WGAN-GP, 0 for zero-centred penalties.
  public var target: Double
  /// Whether norms below the target are penalised too.
  public var sided: Side
  /// One norm per sample, or per element.
  public var reduction: Reduction
  /// One norm for all inputs, or per input.
  public var inputs: Inputs
  /// The differentiated quantity.
  public var output: Output
  /// The order of the norm, at least 1; infinity for the largest absolute value.
  public var p: Double
  /// The constant added to the sum under the root, at least 0. With 0 the convention for a norm at zero applies.
  public var eps: Double

  /// Creates a penalty; by default that of WGAN-GP.
  public init(
    at: Points = .interpolates, target: Double = 1, sided: Side = .two, reduction: Reduction = .perSample,
    inputs: Inputs = .joint, output: Output = .sum, p: Double = 2, eps: Double = 0
  ) {
    self.at = at
    self.target = target
    self.sided = sided
    self.reduction = reduction
    self.inputs = inputs
    self.output = output
    self.p = p
    self.eps = eps
  }

  /// Checks the settings.
  ///
  /// - Throws: ``NNError`` if a setting is out of range.
  public func validate() throws {
    guard target >= 0, target.isFinite else {
      throw NNError(.setting, "penalty: target is \(target), expected a number of at least 0")
    }
    guard p >= 1 else { throw NNError(.setting, "penalty: p is \(p), expected at least 1") }
    guard eps >= 0, eps.isFinite else {
      throw NNError(.setting, "penalty: eps is \(eps), expected a number of at least 0")
    }
  }
}

extension GradientPenalty {
  /// The penalty of a function of one tensor.
  ///
  /// - Parameters:
  ///   - function: maps [N, …] to [N, …].
  ///   - points: [N, …]. The penalty sends no gradient to their sources.
  /// - Returns: a scalar that can be differentiated with respect to the function's parameters.
  /// - Throws: errors of `function`, ``NNError`` if the settings or the function's output do not fit, and
  ///   `AutogradError` if the output does not depend on the input.
  public func callAsFunction(_ function: (Tensor) throws -> Tensor, at points: Tensor) throws -> Tensor {
    try self({ try function($0[0]) }, at: [points])
  }

  /// The penalty of a network.
  ///
  /// - Throws: as the penalty of a function.
  public func callAsFunction(_ network: Network, at points: Tensor) throws -> Tensor {
    try self({ try network($0[0]) }, at: [points])
  }

  /// The penalty of a network at the points of the setting ``at``.
  ///
  /// - Parameters:
  ///   - network: the network, such as a critic.
  ///   - real: x, [N, …].
  ///   - fake: x̃, of the same shape.
  ///   - alpha: one number in [0, 1) per sample, [N, 1, …].
  /// - Throws: as the penalty of a function.
  public func callAsFunction(_ network: Network, real: Tensor, fake: Tensor, alpha: Tensor) throws -> Tensor {
    try self({ try network($0) }, real: real, fake: fake, alpha: alpha)
  }

  /// The penalty of a function of one tensor at the points of the setting ``at``; see the penalty of a network.
  ///
  /// - Throws: as the penalty of a function.
  public func callAsFunction(
    _ function: (Tensor) throws -> Tensor, real: Tensor, fake: Tensor, alpha: Tensor
  ) throws -> Tensor {
    switch at {
    case .interpolates: try self(function, at: alpha * real + (1 - alpha) * fake)
    case .real: try self(function, at: real)
    case .fake: try self(function, at: fake)
    }
  }

  /// The penalty of a function of several tensors.
  ///
  /// - Parameters:
  ///   - function: maps as many tensors [N, …] as there are points to [N, …].
  ///   - points: the variables of the differentiation; at least one.
  /// - Throws: as the penalty of a function of one tensor.
  public func callAsFunction(_ function: ([Tensor]) throws -> Tensor, at points: [Tensor]) throws -> Tensor {
    precondition(!points.isEmpty, "penalty: expected at least one tensor of points")
    try validate()
    let points = points.map { $0.detached(requiresGrad: true) }
    let gradients = try gradients(of: function(points), at: points)
    if inputs == .joint || gradients.count == 1 { return cost(of: Self.joined(gradients)) }
    return gradients.dropFirst().reduce(cost(of: gradients[0])) { $0 + cost(of: $1) }
  }

  /// The gradient at every point, [N, D]: of the sum of a sample's outputs, or of each output, concatenated.
  private func gradients(of outputs: Tensor, at points: [Tensor]) throws -> [Tensor] {
    func gradients(_ outputs: Tensor) throws -> [Tensor] {
      try grad([outputs], points, gradOutputs: [.ones(like: outputs)], createGraph: true)
        .compactMap { $0?.flattened(start: 1) }
    }
    let width = outputs.shape.dropFirst().reduce(1, *)
    guard width != 1, output != .sum else { return try gradients(outputs) }
    guard output == .jacobian else {
      throw NNError(
        .shape,
        "penalty: the output of the function is \(outputs.shape), expected one number per sample; sum them, or "
          + "penalise the Jacobian")
    }
    let flat = outputs.flattened(start: 1)
    let rows = try (0..<width).map { try gradients(flat.sliced(axis: 1, from: $0, to: $0 + 1)) }
    return points.indices.map { point in Self.joined(rows.map { $0[point] }) }
  }

  private static func joined(_ parts: [Tensor]) -> Tensor { parts.count == 1 ? parts[0] : concatenated(parts, axis: 1) }

  /// The mean penalty of the rows of [N, D], or of all their elements.
  private func cost(of gradient: Tensor) -> Tensor {
    // The root and the square cancel. This avoids the root's missing derivative.
    if reduction == .perSample, target == 0, p == 2 { return softened(gradient.squared().sum([1])).mean() }
    let norm = reduction == .perSample ? norm(of: gradient) : gradient.abs()
    let excess = norm - target
    return (sided == .two ? excess : excess.relu()).squared().mean()
  }

  /// The norm of every row of [N, D].
  private func norm(of rows: Tensor) -> Tensor {
    switch p {
    case 1: return softened(rows.abs().sum([1]))
    case 2: return eps == 0 ? rows.norm(axis: 1) : softened(rows.squared().sum([1])).sqrt()
    case .infinity: return rows.abs().amax([1])
    default:
      let sum = softened(rows.abs().pow(p).sum([1]))
      let isZero = sum .== .zeros(like: sum)
      return isZero.select(.zeros(like: sum), isZero.select(.ones(like: sum), sum).pow(1 / p))
    }
  }

  private func softened(_ sum: Tensor) -> Tensor { eps == 0 ? sum : sum + eps }
}
