import NN

extension WGANGPSettings {
  /// The gradient penalty and its weight. In JSON the weight stands beside the settings of the penalty.
  public struct Penalty: Sendable, Hashable, Codable {
    /// λ.
    public var weight = 10.0
    /// The updates of the critic for each one with the penalty: lazy regularisation, arXiv:1912.04958, section 3.1. The
    /// penalty is then multiplied by this number. It is added to the loss of an update, so no update is added, and the
    /// optimiser's hyperparameters stay as they are.
    public var every = 1
    /// The gradient penalty.
    public var gradient = GradientPenalty()

    /// The paper's penalty.
    public init() {}

    private enum CodingKeys: String, CodingKey { case weight, every }

    /// Reads the weight and the penalty; omitted settings of the penalty have their defaults.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      weight = try values.decode(Double.self, forKey: .weight)
      every = try values.decodeIfPresent(Int.self, forKey: .every) ?? every
      gradient = try GradientPenalty(from: decoder)
    }

    /// Writes what ``init(from:)`` reads, and no interval of 1.
    public func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(weight, forKey: .weight)
      if every != 1 { try values.encode(every, forKey: .every) }
      try gradient.encode(to: encoder)
    }

    /// Whether some updates have the penalty and others have not.
    var isLazy: Bool { weight > 0 && every > 1 }

    /// Whether an update has the penalty, given the number of completed updates.
    func isDue(after updates: Int) -> Bool { weight > 0 && updates % every == 0 }
  }

  /// A moving average of the generator's parameters: θ' ← decay · θ' + (1 − decay) · θ after each of its updates,
  /// starting with the initial parameters. Running statistics are copied.
  ///
  /// Source: Yazıcı et al., "The Unusual Effectiveness of Averaging in GAN Training", arXiv:1806.04498.
  public struct MovingAverage: Sendable, Hashable, Codable {
    /// The decay rate, at least 0 and below 1; nil, the default, for no average.
    public var decay: Double?

    /// No average.
    public init() {}
  }
}
