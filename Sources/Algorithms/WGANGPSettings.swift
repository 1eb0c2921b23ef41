import NN

/// The settings of WGAN-GP, with the paper's defaults (arXiv:1704.00028, algorithm 1).
public struct WGANGPSettings: Sendable, Hashable, Codable {
  /// The gradient penalty and its weight. In JSON the weight stands beside the settings of the penalty.
  public struct Penalty: Sendable, Hashable, Codable {
    /// λ.
    public var weight = 10.0
    /// The gradient penalty.
    public var gradient = GradientPenalty()

    /// The paper's penalty.
    public init() {}

    private enum CodingKeys: String, CodingKey { case weight }

    /// Reads the weight and the penalty.
    public init(from decoder: any Decoder) throws {
      weight = try decoder.container(keyedBy: CodingKeys.self).decode(Double.self, forKey: .weight)
      gradient = try GradientPenalty(from: decoder)
    }

    /// Writes what ``init(from:)`` reads.
    public func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(weight, forKey: .weight)
      try gradient.encode(to: encoder)
    }
  }

  /// Samples of an update.
  public var batch = 64
  /// The updates of the critic for each update of the generator.
  public var criticSteps = 5
  /// The gradient penalty.
  public var penalty = Penalty()
  /// The optimiser of each network, with its learning rate.
  public var optimizer = AnyOptimizer(Adam(rate: 1e-4, betas: [0, 0.9]))

  /// The paper's hyperparameters.
  public init() {}
}
