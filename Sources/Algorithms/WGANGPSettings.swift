import NN

/// The numbers of WGAN-GP, with the paper's defaults (arXiv:1704.00028, algorithm 1).
public struct WGANGPSettings: Sendable, Hashable, Codable {
  /// The gradient penalty.
  public struct Penalty: Sendable, Hashable, Codable {
    /// Where the critic's gradient is taken.
    public enum Points: String, Sendable, Codable, CaseIterable { case interpolates, real, fake }

    /// λ.
    public var weight = 10.0
    /// The norm that costs nothing.
    public var target = 1.0
    /// Whether smaller norms cost something too.
    public var sided = PenaltySide.two
    /// Over what the norm is taken.
    public var reduction = PenaltyReduction.perSample
    /// Where the gradient is taken.
    public var at = Points.interpolates

    /// The paper's penalty.
    public init() {}
  }

  /// The optimiser of each network.
  public struct Optimizer: Sendable, Hashable, Codable {
    /// Adam's numbers.
    public var adam = Adam(rate: 1e-4, betas: [0, 0.9])

    /// The paper's optimiser.
    public init() {}
  }

  /// Samples a step.
  public var batch = 64
  /// Updates of the critic for each of the generator.
  public var criticSteps = 5
  /// The gradient penalty.
  public var penalty = Penalty()
  /// The optimiser.
  public var optimizer = Optimizer()

  /// The paper's numbers.
  public init() {}
}
