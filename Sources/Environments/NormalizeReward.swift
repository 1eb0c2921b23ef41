/// Divides the rewards by the standard deviation of the discounted returns so far.
///
/// The formula is reward / √(variance + ε). Each environment has a return in float32: return ← γ · return + reward. The
/// step that terminates an episode drops the earlier return, and each episode starts from 0. The variance is that of
/// all these returns, in float64. The mean is not subtracted. Bits equal those of the wrapper of this name in Gymnasium
/// 1.4. Stable-Baselines3's `VecNormalize` keeps returns in float64, does not drop the return in the step that
/// terminates, and clips to ±10.
///
/// Source: Gymnasium's `wrappers/vector/stateful_reward.py`.
public struct NormalizeReward: VectorWrapper {
  /// The wrapped environment.
  public var base: any VectorEnvironment
  /// The moments of the returns so far.
  public private(set) var moments: RunningMoments<Double>
  /// Whether the moments include new returns. False for an evaluation.
  public var updates: Bool
  /// γ, the discount of a reward per step.
  public let discount: Double
  /// The number added to the variance.
  public let epsilon: Double
  /// The greatest magnitude of the output, if there is a limit.
  public let clip: Double?
  private var returns: [Float]
  /// The environments in which the next step starts a new episode.
  private var hasEnded: [Bool]
  /// The returns that a step changes.
  private var batch: [Float] = []

  /// Wraps an environment.
  /// - Parameters:
  ///   - base: the wrapped environment.
  ///   - discount: γ, from 0 to 1, by default 0.99.
  ///   - epsilon: the number added to the variance, above 0, by default 10⁻⁸.
  ///   - clip: the greatest magnitude of the output, above 0; `nil`, the default, for none.
  ///   - updates: whether the moments include new returns, by default true.
  /// - Throws: `EnvironmentError` with code `.invalidSetting` if a value is out of range.
  public init(
    _ base: any VectorEnvironment, discount: Double = 0.99, epsilon: Double = 1e-8, clip: Double? = nil,
    updates: Bool = true
  ) throws(EnvironmentError) {
    guard (0...1).contains(discount) else {
      throw EnvironmentError(
        .invalidSetting, "\(base.id): expected a discount from 0 to 1 for the normalisation, found \(discount)")
    }
    try NormalizeObservation.check(epsilon: epsilon, clip: clip, id: base.id)
    self.base = base
    self.updates = updates
    self.discount = discount
    self.epsilon = epsilon
    self.clip = clip
    moments = RunningMoments(width: 1)
    returns = [Float](repeating: 0, count: base.count)
    hasEnded = [Bool](repeating: false, count: base.count)
  }

  /// Takes an action in every environment.
  public mutating func step(_ actions: ActionBatch, into step: inout VectorStep) throws(EnvironmentError) {
    try base.step(actions, into: &step)
    batch.removeAll(keepingCapacity: true)
    for copy in returns.indices where !hasEnded[copy] {
      let earlier = step.terminated[copy] ? 0 : returns[copy] * Float(discount)
      returns[copy] = Float(Double(earlier) + step.rewards[copy])
      batch.append(returns[copy])
    }
    if updates, !batch.isEmpty {
      moments.update(with: batch)
    }
    let scale = (moments.variance[0] + epsilon).squareRoot()
    for copy in returns.indices {
      let reward = step.rewards[copy] / scale
      step.rewards[copy] = clip.map { min(max(reward, -$0), $0) } ?? reward
      hasEnded[copy] = step.isOver(copy)
      if hasEnded[copy], autoresetMode == .sameStep {
        restart(copy)
      }
    }
  }

  /// Starts the return of an environment from 0.
  public mutating func restart(_ copy: Int) {
    returns[copy] = 0
    hasEnded[copy] = false
  }

  /// The wrapped environment's state with the moments and the returns of the running episodes.
  public var state: EnvironmentState {
    get throws(EnvironmentError) {
      try base.state.adding(moments.arrays("reward-moments")).adding([
        "reward-moments/returns": .float32(returns), "reward-moments/ended": .int64(hasEnded.map { $0 ? 1 : 0 }),
      ])
    }
  }

  /// Restores a saved state.
  public mutating func restore(_ state: EnvironmentState) throws(EnvironmentError) {
    let moments = try RunningMoments<Double>("reward-moments", width: 1, in: state)
    let returns = try state.float32("reward-moments/returns", count: count)
    let hasEnded = try state.flags("reward-moments/ended", count: count)
    try base.restore(state)
    (self.moments, self.returns, self.hasEnded) = (moments, returns, hasEnded)
  }
}
