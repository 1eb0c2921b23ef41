import NN

/// The numbers of A2C, with Stable-Baselines3's defaults.
public struct A2CSettings: Sendable, Hashable, Codable {
  /// What makes steps of gradients.
  public enum OptimizerChoice: Sendable, Hashable, Codable {
    /// RMSprop, as in the paper.
    case rmsprop(RMSprop)
    /// Adam.
    case adam(Adam)

    /// The optimiser itself.
    public var optimizer: any Optimizer {
      switch self {
      case .rmsprop(let rmsprop): rmsprop
      case .adam(let adam): adam
      }
    }

    private enum CodingKeys: String, CodingKey { case rmsprop, adam }

    /// Reads an object with the key `rmsprop` or `adam`.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      self =
        if let rmsprop = try values.decodeIfPresent(RMSprop.self, forKey: .rmsprop) {
          .rmsprop(rmsprop)
        } else {
          .adam(try values.decode(Adam.self, forKey: .adam))
        }
    }

    /// Writes what ``init(from:)`` reads.
    public func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      switch self {
      case .rmsprop(let rmsprop): try values.encode(rmsprop, forKey: .rmsprop)
      case .adam(let adam): try values.encode(adam, forKey: .adam)
      }
    }
  }

  /// The environment.
  public var environment = EnvironmentSettings(id: "CartPole-v1")
  /// The interval and the episodes of evaluations.
  public var evaluation = EvaluationSettings()
  /// How rollouts are collected.
  public var rollout = RolloutSettings(steps: 5, gaeLambda: 1)
  /// The optimiser's numbers beside the rate.
  public var optimizer = OptimizerChoice.rmsprop(RMSprop(alpha: 0.99, eps: 1e-5))
  /// The learning rate.
  public var rate = Schedule.constant(7e-4)
  /// Whether the advantages of an update are brought to mean 0 and deviation 1.
  public var normalizeAdvantage = false
  /// What the entropy is multiplied by in the loss.
  public var entropyCoefficient = 0.0
  /// What the value's loss is multiplied by.
  public var valueCoefficient = 0.5
  /// The greatest norm of the gradient.
  public var maxGradientNorm = 0.5
  /// A gradient penalty.
  public var penalty = AgentPenalty()

  /// Stable-Baselines3's numbers.
  public init() {}
}
